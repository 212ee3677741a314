/** What the documents say of the repository, held against it: links, names of files and folders, tables, endpoints. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { API_ROUTES } from "../lib/api/routes/all.ts";
import { settingsTable } from "../lib/base/config/settings.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));

const DOCUMENTS = [
  ...["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "tests/README.md", "lib/protocol/SPEC.md"],
  ...[...Deno.readDirSync(new URL("docs/", root))].map(({ name }) => `docs/${name}`),
];

/** What is made when the server runs or is built, so that a fresh checkout does not have it. */
const MADE = /^(?:_fresh|data)\b|parley\./;
/** A path from the root, wherever it is written. Names that end in `…` or hold `*` or `<` are patterns. */
const FROM_ROOT = /(?<![\w/.@-])(?:lib|routes|islands|static|tests|docs)\/[\w./[\]-]*(?![\w…*<])/g;
/** A file that is named by itself, as code. */
const FILE = /`([\w.][\w./[\]-]+\.(?:tsx?|md|jsonc?|ya?ml|css|c|db))(?::\d+)?`/g;

Deno.test("[DOCS] each link and each named file or folder exists", () => {
  const wrong: string[] = [];
  for (const document of DOCUMENTS) {
    const text = read(document);
    const here = new URL(document, root);
    for (const [, link = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
      if (!exists(new URL(link, here))) wrong.push(`${document} links to ${link}`);
    }
    const named = [...text.matchAll(FROM_ROOT)].map(([path]) => path.replace(/\.$/, "").replace(/(?<!\[.*)\]$/, ""));
    for (const path of named) if (!exists(new URL(path, root))) wrong.push(`${document} names ${path}`);
    for (const [, path = ""] of text.matchAll(FILE)) {
      const isThere = MADE.test(path) || exists(new URL(path, root)) || exists(new URL(path, here));
      if (!isThere) wrong.push(`${document} names ${path}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("[DOCS] the map in README.md has every folder of the source", () => {
  const readme = read("README.md");
  assertEquals(foldersIn("lib").filter((folder) => !readme.includes(`\`${folder}/\``)), []);
});

Deno.test("[DOCS] each row of SECURITY.md names a test that exists", () => {
  const rows = read("SECURITY.md").split("\n").filter((line) => line.startsWith("| ")).slice(2);
  assert(rows.length > 20, "the table was found");
  for (const row of rows) {
    const tests = [...row.slice(row.lastIndexOf("|", row.length - 2)).matchAll(/`(tests\/[\w/]+_test\.tsx?)`/g)];
    assert(tests.length > 0, row);
    for (const [, path = ""] of tests) assert(exists(new URL(path, root)), `${path} of: ${row}`);
  }
});

Deno.test("[DOCS] docs/settings.md has the table that the settings are read from", () => {
  assertStringIncludes(
    plain(read("docs/settings.md")),
    plain(settingsTable().trim()),
    "put settingsTable() of lib/base/config/settings.ts there",
  );
});

Deno.test("[DOCS] docs/dependencies.md says why there is each dependency", () => {
  const { imports } = JSON.parse(read("deno.json"));
  const reasons = read("docs/dependencies.md");
  for (const target of Object.values<string>(imports)) {
    const name = /^npm:\/?((?:@[^/]+\/)?[^@/]+)/.exec(target)?.[1];
    if (name !== undefined) {
      assert(reasons.includes(`\`${name}\``), `docs/dependencies.md does not say why there is ${name}`);
    }
  }
});

Deno.test("[DOCS] docs/api.md has each endpoint of the API, with its summary, and no other", () => {
  const rows = [...plain(read("docs/api.md")).matchAll(/^\| `([A-Z]+ \/\S+)` \| (.+) \|$/gm)]
    .map(([, endpoint, summary]) => `${endpoint} ${summary}`);
  const beside = rows.filter((row) => /^GET \/(?:metrics|ws|api\/docs|api\/openapi\.json) /.test(row));
  assertEquals(beside.length, 4);
  const expected = API_ROUTES.map(({ method, path, summary }) => `${method} ${path} ${summary}`);
  assertEquals(rows.filter((row) => !beside.includes(row)).sort(), expected.sort());
});

function exists(url: URL): boolean {
  try {
    return Deno.statSync(url) !== undefined;
  } catch {
    return false;
  }
}

function foldersIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, root))].filter(({ isDirectory }) => isDirectory)
    .flatMap(({ name }) => [`${folder}/${name}`, ...foldersIn(`${folder}/${name}`)]);
}

/** The formatter pads a table's columns. */
function plain(markdown: string): string {
  return markdown.replace(/-{3,}/g, "---").replace(/ +/g, " ");
}

Deno.test("[DOCS] each rule that a test cites is defined in ARCHITECTURE.md or SPEC.md, and each of these is cited", () => {
  const rules = read("ARCHITECTURE.md") + read("lib/protocol/SPEC.md");
  const defined = new Set([...rules.matchAll(/\*\*([A-Z]\d+)\b/g)].map(([, id = ""]) => id));
  const uncited = new Set(defined);
  const wrong: string[] = [];
  for (const path of testFiles("tests")) {
    for (const [, title = ""] of read(path).matchAll(/\btest\(\s*(["`].*)/g)) {
      for (const [, id = ""] of title.matchAll(/\[([A-Z]\d+)\]/g)) {
        uncited.delete(id);
        if (!defined.has(id)) wrong.push(`${path} cites ${id}`);
      }
    }
  }
  assertEquals({ wrong, uncited: [...uncited] }, { wrong: [], uncited: [] });
});

function* testFiles(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(`${folder}/`, root))) {
    if (isDirectory) yield* testFiles(`${folder}/${name}`);
    else if (/_test\.tsx?$/.test(name)) yield `${folder}/${name}`;
  }
}
