/** The worked examples of CONTRIBUTING.md and the helpers of tests/README.md, held against the code. */
import { assert, assertEquals } from "@std/assert";
import { LANGUAGES } from "../lib/protocol/settings.ts";

const root = new URL("../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));

interface Recipe {
  title: string;
  /** Words of the example: no file of the source has them that is not in the recipe. */
  words: string[];
  rows: { file: string; name: string }[];
}

const RECIPES: Recipe[] = read("CONTRIBUTING.md").split(/^### /m).slice(1).flatMap((part) => {
  const title = part.slice(0, part.indexOf("\n"));
  const example = /^Example: (.+)$/m.exec(part)?.[1];
  if (example === undefined) return [];
  const rows = [...part.matchAll(/^\| `([^`]+)` +\|(?: `(\w+)`)? +\|/gm)].map(([, file = "", name = ""]) => ({
    file,
    name,
  }));
  return [{ title, words: [...example.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word), rows }];
});

Deno.test("[CONTRIBUTING] there is a recipe for each thing that is often added", () => {
  assertEquals(RECIPES.map(({ title }) => title), [
    "A command of the socket",
    "A route",
    "A setting",
    "A text",
    "A language",
    "A key of the store",
  ]);
  for (const { title, words, rows } of RECIPES) assert(words.length > 0 && rows.length > 3, title);
});

for (const { title, words, rows } of RECIPES) {
  Deno.test(`[CONTRIBUTING] ${title}: each name is declared in its file`, () => {
    const wrong = rows.filter(({ file, name }) => name !== "" && !declares(read(file), name));
    assertEquals(wrong, []);
  });

  Deno.test(`[CONTRIBUTING] ${title}: every file that has the example is listed`, () => {
    const listed = rows.map(({ file }) => file);
    for (const word of words) {
      const found = [...sources()].filter((path) => has(read(path), word));
      assert(found.length > 0, `nothing has ${word} any more: choose another example`);
      assertEquals(found.filter((path) => !listed.includes(path)), [], word);
    }
  });
}

Deno.test("[CONTRIBUTING] A language: where one language stands by name, its recipe says so", () => {
  const listed = RECIPES.find(({ title }) => title === "A language")?.rows.map(({ file }) => file) ?? [];
  const tags = LANGUAGES.filter((language) => language !== "en").join("|");
  const named = new RegExp(`"(?:${tags})"|\\b(?:${tags}):|/(?:${tags})[_.]`, "i");
  const found = [...sources()].filter((path) => /\.tsx?$/.test(path) && named.test(withoutComments(read(path))));
  assertEquals(found.filter((path) => !listed.includes(path)), []);
});

Deno.test("[CONTRIBUTING] tests/README.md names helpers that are exported", () => {
  const helpers = [...read("tests/README.md").matchAll(/`(tests\/[\w/]+\.tsx?)`: ((?:`\w+`(?:, )?)+)/g)];
  assert(helpers.length > 25, "the table was found");
  const wrong = helpers.flatMap(([, file = "", names = ""]) =>
    [...names.matchAll(/\w+/g)].filter(([name]) => !exports(read(file), name)).map(([name]) => `${file}: ${name}`)
  );
  assertEquals(wrong, []);
});

function declares(text: string, name: string): boolean {
  return new RegExp(`^(?:export )?(?:default )?(?:async )?(?:const|function|class|interface|type) ${name}\\b`, "m")
    .test(text);
}

function exports(text: string, name: string): boolean {
  return declares(text, name) && new RegExp(`^export .*\\b${name}\\b`, "m").test(text);
}

function has(text: string, word: string): boolean {
  return new RegExp(`(?<!\\w)${RegExp.escape(word)}(?!\\w)`).test(text);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

/** What a change may touch beside tests and documents that tell a story. */
function* sources(): Generator<string> {
  yield* [".env.example", "main.ts", "fresh.config.ts", "docs/settings.md", "docs/api.md"];
  for (const folder of ["lib", "routes", "islands"]) yield* filesIn(folder);
}

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    if (isDirectory) yield* filesIn(`${folder}/${name}`);
    else if (/\.(?:tsx?|md)$/.test(name)) yield `${folder}/${name}`;
  }
}
