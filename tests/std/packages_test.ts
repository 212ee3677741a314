/**
 * The packages that stand in for published ones (deno.json's `links`) hold what those have and no more, under versions that
 * the imports ask for. So taking the line out is the whole switch.
 */
import { assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

interface Package {
  name: string;
  version: string;
  exports: Record<string, string>;
}

async function readJson(path: string | URL) {
  return JSON.parse(await Deno.readTextFile(new URL(path, ROOT)));
}

const { links, imports }: { links: string[]; imports: Record<string, string> } = await readJson("deno.json");

for (const link of links) {
  const folder = new URL(`${link}/`, ROOT);
  const own: Package = await readJson(new URL("deno.json", folder));

  Deno.test(`${own.name}: has the published name, and a version that the import accepts`, async () => {
    const { package: name, version } = await readJson(new URL("published.json", folder));
    assertEquals([own.name, own.version], [name, version]);
    const wanted = Object.values(imports).find((target) => target.startsWith(`jsr:${own.name}@^`));
    const [major = "", ...least] = (wanted?.split("@^")[1] ?? "").split(".").map(Number);
    const [ownMajor, ...rest] = own.version.split(".").map(Number);
    assertEquals(ownMajor, major, wanted);
    const older = least.findIndex((part, i) => part !== rest[i]);
    assertEquals(older < 0 || (rest[older] ?? 0) > (least[older] ?? 0), true, `${own.version} for ${wanted}`);
  });

  Deno.test(`${own.name}: exports only names that its list of the published package has`, async () => {
    const { exports } = await readJson(new URL("published.json", folder));
    const found: Record<string, string[]> = {};
    for (const [path, file] of Object.entries(own.exports)) {
      found[path] = Object.keys(await import(new URL(file, folder).href)).sort();
    }
    assertEquals(found, exports);
  });
}

Deno.test("our packages: the exported types are those that their lists name", async () => {
  for (const link of links) {
    const folder = new URL(`${link}/`, ROOT);
    const { exports }: Package = await readJson(new URL("deno.json", folder));
    const found: Record<string, string[]> = {};
    for (const [path, file] of Object.entries(exports)) found[path] = await typesOf(new URL(file, folder));
    assertEquals(found, (await readJson(new URL("published.json", folder))).types, link);
  }
});

/** What a module exports that is a type alone. */
async function typesOf(module: URL): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["doc", "--json", module.href], cwd: ROOT })
    .output();
  const { nodes }: Documented = JSON.parse(new TextDecoder().decode(stdout));
  return Object.values(nodes).flatMap(({ symbols }) => symbols)
    .filter(({ declarations }) =>
      declarations.every(({ kind, declarationKind }) =>
        declarationKind === "export" && (kind === "interface" || kind === "typeAlias")
      )
    )
    .map(({ name }) => name).sort();
}

interface Documented {
  nodes: Record<string, { symbols: { name: string; declarations: { kind: string; declarationKind: string }[] }[] }>;
}

Deno.test("imports: each one that is not from npm is a package of ours", async () => {
  const names = await Promise.all(
    links.map(async (link): Promise<string> => (await readJson(`${link}/deno.json`)).name),
  );
  const others = Object.values(imports).filter((target) => !target.startsWith("npm:"));
  assertEquals(others.map((target) => /^jsr:(@[^@]+)@/.exec(target)?.[1] ?? target).sort(), names.sort());
});

Deno.test("imports: the server and its build need only the checkout, and ask no registry for our packages", async () => {
  let asked = 0;
  await using registry = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => {
    asked++;
    return new Response(null, { status: 404 });
  });
  for (const entry of ["main.ts", "fresh.config.ts"]) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--frozen", entry],
      cwd: ROOT,
      env: { JSR_URL: `http://127.0.0.1:${registry.addr.port}/` },
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const { modules }: { modules: { specifier: string; error?: string }[] } = JSON.parse(
      new TextDecoder().decode(stdout),
    );
    assertEquals(
      modules.filter(({ specifier, error }) => error !== undefined || /^(?:jsr|https?):/.test(specifier)),
      [],
    );
    assertEquals(
      modules.some(({ specifier }) => specifier === new URL("lib/fresh/mod.ts", ROOT).href),
      entry === "main.ts",
    );
  }
  assertEquals(asked, 0);
});
