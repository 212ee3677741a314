/** Names and texts of any direction in plain strings: notifications, titles, labels. */
import { assertEquals } from "@std/assert";
import { isolate, isolated } from "../../../lib/protocol/text/bidi.ts";
import { LANGUAGES } from "../../../lib/protocol/settings.ts";
import { plainTextOf } from "../../../lib/protocol/text/plain_text.ts";
import { TEXTS } from "../../../lib/ui/strings/tables.ts";

Deno.test("isolate: a text that may run from right to left is set apart, any other stays as it is", () => {
  for (const text of ["Ada", "", "李", "Zoë 1!", "👍"]) assertEquals(isolate(text), text);
  for (const text of ["علي", "a ב", "ހ", "𞤀"]) assertEquals(isolate(text), `\u2068${text}\u2069`);
  assertEquals(isolated`${"علي"} · ${"Ops"} ${3}`, "\u2068علي\u2069 · Ops 3");
});

Deno.test("plainTextOf: in a right-to-left text names and links are set apart, in any other nothing is", () => {
  assertEquals(plainTextOf("مرحبا @sam كيف"), "مرحبا \u2068@sam\u2069 كيف");
  assertEquals(plainTextOf("انظر https://a.b/c الآن"), "انظر \u2068https://a.b/c\u2069 الآن");
  assertEquals(plainTextOf("hello @sam, see https://a.b/c"), "hello @sam, see https://a.b/c");
});

Deno.test("every sentence with a name in it sets the name apart, in each language", () => {
  for (const language of LANGUAGES) {
    const { lists, room, composer } = TEXTS[language].chat;
    const { files, room: told } = TEXTS[language].parts;
    for (const sentence of [composer.placeholder, files.remove, told.wasDeleted, told.wasRemoved, room.beginning]) {
      assertEquals(sentence("علي").includes("\u2068علي\u2069"), true, sentence("علي"));
    }
    assertEquals(lists.some(["علي", "Zoe"]).startsWith("\u2068علي\u2069"), true);
  }
});

/** Every file of a folder, with its lines. */
function* sourcesOf(folder: URL): Generator<[path: string, lines: string[]]> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* sourcesOf(new URL(`${name}/`, folder));
    else if (/\.tsx?$/.test(name)) yield [name, Deno.readTextFileSync(new URL(name, folder)).split("\n")];
  }
}

const UI = new URL("../../../lib/ui/", import.meta.url);

Deno.test("no table of texts puts a value into a sentence without setting it apart", () => {
  const found: string[] = [];
  for (const [path, lines] of sourcesOf(new URL("strings/", UI))) {
    if (!/^[a-z]{2}\.ts$/.test(path)) continue;
    for (const line of lines) {
      const isBare = /(?<!isolated)`(?=[^`]*\$\{)/.test(line);
      // numbers of ours need none, and `"${field}"` is looked for in the server's sentence
      const isFine = /\$\{(?:LIMITS\.\w+|Math\.ceil\(\w+\))\}|startsWith\(/.test(line);
      if (isBare && !isFine) found.push(`${path}: ${line.trim()}`);
    }
  }
  assertEquals(found, []);
});

Deno.test("no element shows a name or a room's title with nothing that sets it apart", () => {
  const found: string[] = [];
  for (const [path, lines] of sourcesOf(UI)) {
    for (const [at, line] of lines.entries()) {
      const shown = /(?<![=$])\{(?:[\w.]+\.display_name|room\.(?:name|topic)|roomTitle\([^)]*\))\}/.test(line);
      const around = lines.slice(Math.max(0, at - 1), at + 1).join("\n");
      if (shown && !/<bdi|dir="auto"|isolate/.test(around)) found.push(`${path}: ${line.trim()}`);
    }
  }
  assertEquals(found, []);
});
