/** The start task may write `./data` alone; a store elsewhere needs to be allowed by name. */
import { messageOf } from "../errors.ts";
import { dirname, resolve } from "node:path";
import { type Config, ConfigError } from "./config.ts";
import { restrict } from "../private_files.ts";
import { storeKind } from "./store_kind.ts";

/** Whether this process may read and write in a directory (an absolute path). */
export type MayUse = (directory: string) => boolean;

export const mayUse: MayUse = (directory) =>
  (["read", "write"] as const).every((name) =>
    Deno.permissions.querySync({ name, path: directory }).state === "granted"
  );

/** The directories that the server writes, absolute. */
export function dataDirs(config: Pick<Config, "dataDir" | "kvPath">, cwd: string): string[] {
  const dirs = [resolve(cwd, config.dataDir)];
  if (storeKind(config.kvPath) === "file") dirs.push(dirname(resolve(cwd, config.kvPath)));
  return [...new Set(dirs)];
}

/** Throws a ConfigError that holds the command line to use where the data may not be written. */
export function checkDataDirs(config: Pick<Config, "dataDir" | "kvPath">, cwd: string, may: MayUse = mayUse): void {
  const dirs = dataDirs(config, cwd);
  const refused = dirs.filter((dir) => !may(dir));
  if (refused.length === 0) return;
  throw new ConfigError(
    refused.map((dir) => ({
      name: dir === dirs[0] ? "DATA_DIR" : "KV_PATH",
      value: dir,
      allowed: `inside ${resolve(cwd, "data")}, which is all that \`deno task start\` may write. ` +
        `To keep the data there, start with\n\n    ${startCommand(dirs)}\n\n  ` +
        '(without Deno on the PATH, put "npx --yes deno@2.9.6" in place of both "deno")',
    })),
  );
}

/**
 * Makes the directories where they are missing, for their owner alone, and takes others' rights to DATA_DIR away. (A
 * folder that only KV_PATH names may hold other programs' files.) Throws a ConfigError.
 */
export async function makeDataDirs(config: Pick<Config, "dataDir" | "kvPath">, cwd: string): Promise<void> {
  for (const [i, dir] of dataDirs(config, cwd).entries()) {
    try {
      await Deno.mkdir(dir, { recursive: true, mode: 0o700 });
      if (i === 0) await restrict(dir, 0o700);
    } catch (error) {
      const why = messageOf(error);
      const allowed = `a folder that can be made and written (${why})`;
      throw new ConfigError([{ name: i === 0 ? "DATA_DIR" : "KV_PATH", value: dir, allowed }]);
    }
  }
}

/**
 * The command line that starts the server with its data elsewhere. A flag replaces its part of the permission set, so
 * `.` must be named again for reading.
 */
export function startCommand(dirs: string[]): string {
  return `deno task build && deno run -q -P=serve ${allowFlags(dirs, ["."])} main.ts`;
}

/** As options of a shell command. `readToo`: paths that are read and never written. */
export function allowFlags(dirs: string[], readToo: string[]): string {
  // a comma separates the paths of a flag, two stand for one
  const list = (paths: string[]) => quote(paths.map((path) => path.replaceAll(",", ",,")).join(","));
  return `--allow-read=${list([...readToo, ...dirs])} --allow-write=${list(dirs)}`;
}

function quote(text: string): string {
  return /^[\w.,/:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
