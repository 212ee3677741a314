import { assertEquals } from "@std/assert";
import { ChatError, ERROR_STATUS } from "../../lib/base/errors.ts";
import { languageOf } from "../../lib/pages/reader.ts";
import { LANGUAGES, preferredLanguage, readSettings } from "../../lib/protocol/settings.ts";
import { counter, lister } from "../../lib/ui/strings/plural.ts";
import { failureText, TEXTS } from "../../lib/ui/strings/tables.ts";

/** The paths of a table's leaves, with what stands there: a text, or a function of so many things. */
function shape(table: object, path = ""): string[] {
  return Object.entries(table).flatMap(([name, value]) => {
    const at = path === "" ? name : `${path}.${name}`;
    if (typeof value === "function") return [`${at}: function`];
    return typeof value === "object" ? shape(value, at) : [`${at}: ${typeof value}`];
  });
}

/** A text whose translation was forgotten is equal in both; these are equal by right. */
const EQUAL = new Set(["chat.dir"]);

function texts(table: object, path = ""): [string, string][] {
  return Object.entries(table).flatMap(([name, value]): [string, string][] => {
    const at = path === "" ? name : `${path}.${name}`;
    if (typeof value === "string") return [[at, value]];
    return typeof value === "object" && value !== null ? texts(value, at) : [];
  });
}

Deno.test("strings: the tables of all languages have one shape, and no text is empty or untranslated", () => {
  const english = new Map(texts(TEXTS.en));
  for (const language of LANGUAGES) {
    if (language === "en") continue;
    assertEquals(shape(TEXTS[language]), shape(TEXTS.en), language);
    for (const [at, text] of texts(TEXTS[language])) {
      assertEquals(text.trim() === "", false, `${language}: ${at} is empty`);
      assertEquals(text === english.get(at) && !EQUAL.has(at), false, `${language}: ${at} is not translated`);
    }
  }
});

Deno.test("counter() follows the language's own plural rule and writes its numbers", () => {
  const forms = { one: "# person", other: "# people" };
  assertEquals([0, 1, 2, 1_234].map((n) => counter("en-GB")(n, forms)), [
    "0 people",
    "1 person",
    "2 people",
    "1,234 people",
  ]);
  assertEquals([0, 1, 2].map((n) => TEXTS.pt.chat.room.people(n)), ["0 pessoa", "1 pessoa", "2 pessoas"]);
  // beside the number, which the badge shows
  assertEquals([1, 2].map((n) => TEXTS.pt.chat.rooms.unread(n)), ["não lida", "não lidas"]);
});

Deno.test("counter() has every plural category that a language may have, and a # in what is counted stays", () => {
  const forms = { zero: "#z", one: "#o", two: "#t", few: "#f", many: "#m", other: "#x" };
  const arabic = counter("ar-u-nu-latn");
  assertEquals([0, 1, 2, 3, 11, 100].map((n) => arabic(n, forms)), ["0z", "1o", "2t", "3f", "11m", "100x"]);
  assertEquals(counter("ar-u-nu-latn")(2, { other: "# others" }), "2 others");
  assertEquals(TEXTS.en.chat.room.typing("C#", 1), "C# is typing");
});

Deno.test("lister() joins names by the language's own rule", () => {
  const others = (n: number) => `${n} more`;
  const lists = (locale: string) =>
    [1, 2, 3, 5].map((n) => lister(locale)(["A", "B", "C", "D", "E"].slice(0, n), others));
  assertEquals(lists("en-GB"), ["A", "A and B", "A, B and C", "A, B and 3 more"]);
  assertEquals(lists("pt-BR"), ["A", "A e B", "A, B e C", "A, B e 3 more"]);
  assertEquals(lists("ja"), ["A", "A、B", "A、B、C", "A、B、3 more"]);
  assertEquals(lister("en-GB")([], others), "");
});

Deno.test("languageOf() gives the request's best language that has a table", () => {
  for (
    const [header, expected] of [
      [null, "en"],
      ["", "en"],
      ["pt-BR,pt;q=0.9,en-US;q=0.8", "pt"],
      ["en-GB,pt;q=0.9", "en"],
      ["de, pt;q=0.3", "pt"],
      ["pt;q=0, en;q=0.1", "en"],
      ["en;q=0.2, PT-pt;q=0.7", "pt"],
      ["de, fr;q=0.5", "en"],
      ["*", "en"],
      [`${"x,".repeat(1_000)}pt`, "pt"],
    ] as const
  ) {
    const request = new Request("http://localhost/login", {
      headers: header === null ? {} : { "accept-language": header },
    });
    assertEquals(languageOf(readSettings({}), request), expected, String(header));
  }
  assertEquals([["de", "pt-BR", "en"], ["en-GB"], ["de"], []].map(preferredLanguage), ["pt", "en", "en", "en"]);
});

Deno.test("errorText() gives a refusal in the reader's language, by its code and field", () => {
  const refused = new ChatError("invalid", '"name" must have 1-80 characters.', { field: "name" });
  assertEquals(failureText("en", refused), "The name must have 1-80 characters.");
  assertEquals(failureText("pt", refused), "O nome da sala tem de 1 a 80 caracteres.");
  const later = { code: "from_a_later_server", message: "as it came" };
  assertEquals(TEXTS.pt.parts.failures.refused(later), "as it came");
  for (const language of LANGUAGES) {
    if (language === "en") continue;
    const { refused } = TEXTS[language].parts.failures;
    for (const code of Object.keys(ERROR_STATUS)) {
      assertEquals(refused({ code, message: "in English" }) === "in English", false, `${language}: ${code}`);
    }
  }
  assertEquals(failureText("pt", new Error("a stack")), TEXTS.pt.chat.failures.unknown);
});

/** Text between tags, and attributes that people read or hear. */
const SPOKEN = [
  />\s*([A-Za-z][^<>{}=;]*[a-z][^<>{}=;]*)<\//g,
  /^\s+([A-Z][A-Za-z',]*(?: [A-Za-z',.…]+)*[.…!?]?)$/gm,
  /\b(?:label|title|placeholder|hint|aria-label|alt|sentence|message|text)="([^"]*[A-Za-z]{2}[^"]*)"/g,
  /\bnotice\.value = "([^"]+)"/g,
];
/** Names, and what is the same in every language. */
const NAMES = new Set(["Parley", "Ctrl K", "· Parley"]);

Deno.test("strings: no component, island or page has a text outside of the tables", () => {
  const found: string[] = [];
  for (const dir of ["lib/ui", "islands", "routes"]) {
    for (const path of componentsIn(dir)) {
      const source = Deno.readTextFileSync(path).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
      for (const pattern of SPOKEN) {
        for (const [, said = ""] of source.matchAll(pattern)) {
          if (!NAMES.has(said) && !/^\w+,$/.test(said)) found.push(`${path}: ${said}`);
        }
      }
    }
  }
  assertEquals(found, []);
});

function* componentsIn(dir: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(dir)) {
    if (isDirectory) yield* componentsIn(`${dir}/${name}`);
    else if (name.endsWith(".tsx")) yield `${dir}/${name}`;
  }
}
