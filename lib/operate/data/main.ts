/** `deno task backup`, `restore`, `export` and `import`: on the store's file, or over KV Connect. */
import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { type Config, ConfigError, readConfig } from "../../base/config/config.ts";
import { readEnv } from "../../base/config/env.ts";
import { messageOf } from "../../base/errors.ts";
import { isShared } from "../../base/config/store_kind.ts";
import { requireReachable } from "../../store/remote.ts";
import { StoreError } from "../../store/store_error.ts";
import { backup, restore } from "./backup.ts";
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
};

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main([verb = "", ...args]: string[]): Promise<number> {
  const help = HELP[verb];
  if (help === undefined) return complain(Object.values(HELP).join("\n\n"), 2);
  const [path, extra] = args;
  if (path === "--help" || path === "-h" || path === "help") return say(help);
  const isWrong = extra !== undefined || path?.startsWith("-") === true ||
    (path === undefined && (verb === "restore" || verb === "import"));
  if (isWrong) return complain(help, 2);
  try {
    return say(await run(verb, path, readConfig(readEnv())));
  } catch (error) {
    if (error instanceof ConfigError || error instanceof StoreError) return complain(error.message);
    return complain(`It failed: ${messageOf(error)}`);
  }
}

async function run(verb: string, path: string | undefined, config: Config): Promise<string> {
  const { kvPath, dataDir } = config;
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  requireReachable(kvPath);
  if (isShared(kvPath) && (verb === "backup" || verb === "restore")) {
    throw new StoreError(
      `The database is behind KV_URL: its KV Connect server has what a ${verb} needs. deno task export and import work ` +
        "with it from here.",
    );
  }
  switch (verb) {
    case "backup":
      return await backup(config, path ?? join(dataDir, "backups", `parley-${stamp}.db`));
    case "restore":
      return await restore(path ?? "", kvPath, stamp);
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
