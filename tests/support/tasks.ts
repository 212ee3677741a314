/** The operator's tasks as deno.json has them, on a folder of the test's. */

const root = new URL("../../", import.meta.url);
const tasks: Record<string, string> = JSON.parse(Deno.readTextFileSync(new URL("deno.json", root))).tasks;

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** Runs a task's own command line; `args` follow it. */
export async function runTask(
  name: string,
  dataDir: string,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<Outcome> {
  const [, ...words] = (tasks[name] ?? "").split(" ");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...words, ...args],
    cwd: root,
    env: { DATA_DIR: dataDir, ...env },
  }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}
