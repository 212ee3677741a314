/** `deno task backup`, `restore`, `export`, `import`, `copy-store` and `new-epoch`. */
import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { type Config, ConfigError, readConfig } from "../../base/config/config.ts";
import { readEnv } from "../../base/config/env.ts";
import { messageOf } from "../../base/errors.ts";
import { isShared, storeKind } from "../../base/config/store_kind.ts";
import { requireReachable } from "../../store/remote.ts";
import { StoreError } from "../../store/store_error.ts";
import { backup, newEpoch, restore } from "./backup.ts";
import { copyServer } from "./copy_store.ts";
import { exportTo, importFrom } from "./transfer.ts";

const HELP: Record<string, string> = {
  backup: `deno task backup [FILE]

  Copies the database to FILE (DATA_DIR/backups/parley-<time>.db), while the server runs or not.
  Files in a bucket (FILES=s3) are not in it: back the bucket up as well.`,
  restore: `deno task restore FILE

  Puts a backup in the place of the database, which is kept beside it. Stop the server first.`,
  export: `deno task export [FOLDER]

  Writes everything but sessions and signing secrets as lines of JSON and files, those in a bucket
  included, into FOLDER (DATA_DIR/exports/parley-<time>), while the server runs or not.`,
  import: `deno task import FOLDER

  Reads an export into a store that nobody has used yet; its files go where FILES says. Stop the server first.`,
  "copy-store": `deno task copy-store FROM TO

  Copies everything from one store to another that nobody has used yet, sessions included, and compares both.
  Each is a file, a PostgreSQL URL or the https:// URL of a KV Connect server; a password is better in PGPASSWORD or
  KV_PASSWORD_FILE than on the command line. Stop all servers first.`,
  "new-epoch": `deno task new-epoch

  After a restore by the database server's own means (pg_restore, point-in-time recovery): ends all sessions, and
  makes every client load its rooms afresh. Stop all servers first.`,
};
/** The least and the most arguments of each verb. */
const TAKES: Record<string, [least: number, most: number]> = {
  backup: [0, 1],
  restore: [1, 1],
  export: [0, 1],
  import: [1, 1],
  "copy-store": [2, 2],
  "new-epoch": [0, 0],
};

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main([verb = "", ...args]: string[]): Promise<number> {
  const help = HELP[verb];
  if (help === undefined) return complain(Object.values(HELP).join("\n\n"), 2);
  const [path] = args;
  if (path === "--help" || path === "-h" || path === "help") return say(help);
  const [least, most] = TAKES[verb] ?? [0, 0];
  const isWrong = args.length < least || args.length > most || args.some((arg) => arg.startsWith("-"));
  if (isWrong) return complain(help, 2);
  try {
    return say(await run(verb, args, readConfig(readEnv())));
  } catch (error) {
    if (error instanceof ConfigError || error instanceof StoreError) return complain(error.message);
    return complain(`The task failed: ${messageOf(error)}`);
  }
}

async function run(verb: string, [path, to]: string[], config: Config): Promise<string> {
  const { kvPath, dataDir } = config;
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  if (verb === "copy-store") return await copyServer(path ?? "", to ?? "", stamp, systemClock);
  requireReachable(kvPath);
  if (isShared(kvPath) && (verb === "backup" || verb === "restore")) {
    const how = storeKind(kvPath) === "postgres"
      ? "PostgreSQL has its own means: pg_dump -t parley_kv and pg_restore, a base backup, or your provider's " +
        "point-in-time recovery; after a restore run deno task new-epoch (docs/postgresql.md)"
      : `use the means of its KV Connect server for a ${verb}`;
    throw new StoreError(
      `The database is behind KV_URL: ${how}. deno task export and import work with it from here.`,
    );
  }
  switch (verb) {
    case "backup":
      return await backup(config, path ?? join(dataDir, "backups", `parley-${stamp}.db`));
    case "restore":
      return await restore(path ?? "", kvPath, stamp);
    case "new-epoch":
      return await newEpoch(kvPath, systemClock);
    case "export":
      return await exportTo(config, path ?? join(dataDir, "exports", `parley-${stamp}`), systemClock);
    default:
      return await importFrom(path ?? "", config, stamp, systemClock);
  }
}

function say(text: string): number {
  console.log(text);
  return 0;
}

function complain(text: string, code = 1): number {
  console.error(text);
  return code;
}
