/** A checkout of the version before the last change of the schema, to run beside this one. */
import { withDir } from "./with_dir.ts";

/** The last commit that knew schema 4. Moves on with the schema (lib/store/migrations/migrations.ts). */
const COMMIT = "81a767abf108bda504f13c6f45d7e449d6171d14";
const root = new URL("../../", import.meta.url);

/** It serves without pages, so it needs no build. */
const MAIN = `import { readConfig } from "./lib/base/config/config.ts";
import { openServer } from "./lib/server/server.ts";
const server = await openServer(readConfig(Deno.env.toObject()));
Deno.addSignalListener("SIGTERM", () => void server.close().then(() => Deno.exit(0)));
console.log("Parley is at " + server.url);
`;

/** The reason why no such checkout can be made here; undefined where it can. */
export async function whyNoPrevious(): Promise<string | undefined> {
  try {
    const { success } = await new Deno.Command("git", {
      args: ["cat-file", "-e", `${COMMIT}^{commit}`],
      cwd: root,
      stdout: "null",
      stderr: "null",
    }).output();
    if (success) return undefined;
    return `skipped: commit ${COMMIT.slice(0, 7)} is not in this checkout, which is shallow or has no git history`;
  } catch {
    return "skipped: git is not installed, so there is no older version to run";
  }
}

/** Its folder, for as long as `use` runs. */
export async function withPrevious(use: (dir: string) => Promise<void>): Promise<void> {
  await withDir(async (dir) => {
    const archive = `${dir}.tar`;
    try {
      await run("git", ["archive", "-o", archive, COMMIT], root);
      await run("tar", ["-xf", archive], dir);
    } finally {
      await Deno.remove(archive).catch(() => {});
    }
    await Deno.writeTextFile(`${dir}/main.ts`, MAIN);
    await use(dir);
  });
}

async function run(program: string, args: string[], cwd: string | URL): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, cwd, stdout: "null", stderr: "piped" }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
