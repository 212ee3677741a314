/**
 * What the container image holds (Dockerfile): the program as it is served and what its operator runs, and of the packages
 * those that it loads, not those that build and test it. `deno run -A lib/operate/image.ts FOLDER`, after the build.
 */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const PARTS = ["main.ts", "deno.lock", "LICENSE", "lib", "routes", "islands", "_fresh"];
const ENTRIES = [
  "main.ts",
  "lib/server/isolates/worker.ts",
  "_fresh/server.js",
  "lib/operate/admin/main.ts",
  "lib/operate/data/main.ts",
];

/** The part of `deno info`'s answer that is read here. */
interface Graph {
  roots: string[];
  modules: { specifier: string; dependencies?: { isDynamic?: boolean; code?: { specifier?: string } }[] }[];
  npmPackages: Record<string, { localPath: string }>;
}

if (import.meta.main) await makeImage(Deno.args[0] ?? "");

async function makeImage(folder: string): Promise<void> {
  if (folder === "") throw new Error("name the folder that the image's files go to");
  await mkdir(folder, { recursive: true });
  for (const part of PARTS) await cp(part, join(folder, part), { recursive: true });
  const config = JSON.parse(await Deno.readTextFile("deno.json"));
  config.imports = await loaded(config.imports);
  await writeFile(join(folder, "deno.json"), JSON.stringify(config, null, 2));
  await copyPackages(folder);
  // fills the cache with compiled sources, and removes the other packages from the lock
  await deno(folder, ["cache", "-q", ...ENTRIES], { DENO_DIR: join(folder, ".deno") });
}

/** The entries of the import map that the program's modules use, and those that are no packages. */
async function loaded(imports: Record<string, string>): Promise<Record<string, string>> {
  const used = new Set<string>();
  for (const entry of ENTRIES) {
    for (const specifier of modulesOf(await graphOf(".", entry))) used.add(packageOf(specifier));
  }
  return Object.fromEntries(
    Object.entries(imports).filter(([, target]) => !target.startsWith("npm:") || used.has(packageOf(target))),
  );
}

/**
 * The modules that the program loads. Dynamic imports of pages are left out: the browser loads those from the build.
 */
function modulesOf({ roots, modules }: Graph): Set<string> {
  const found = new Set(roots);
  for (const at of found) {
    const isOfPage = /\/(?:islands|lib\/ui|lib\/client)\//.test(at);
    for (const { code, isDynamic } of modules.find(({ specifier }) => specifier === at)?.dependencies ?? []) {
      if (code?.specifier !== undefined && !(isOfPage && isDynamic)) found.add(code.specifier);
    }
  }
  return found;
}

/** `npm:/@scope/name@1.2.3/path` is of @scope/name@1.2.3. */
function packageOf(specifier: string): string {
  return /^npm:\/?((?:@[^/]+\/)?[^/]+)/.exec(specifier)?.[1] ?? "";
}

/** Copies the packages from this machine's cache into the image's: the build has downloaded them already. */
async function copyPackages(folder: string): Promise<void> {
  const { npmPackages } = await graphOf(folder, "main.ts");
  for (const { localPath } of Object.values(npmPackages)) {
    const [, path = ""] = localPath.split("/npm/");
    const to = join(folder, ".deno/npm", path);
    await mkdir(dirname(to), { recursive: true });
    await cp(localPath, to, { recursive: true });
    await cp(join(dirname(localPath), "registry.json"), join(dirname(to), "registry.json"));
  }
}

async function graphOf(folder: string, entry: string): Promise<Graph> {
  return JSON.parse(await deno(folder, ["info", "--json", entry]));
}

async function deno(cwd: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd, env, stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (!success) throw new Error(`deno ${args.join(" ")} failed`);
  return new TextDecoder().decode(stdout);
}
