import { assert, assertStringIncludes } from "@std/assert";
import { settingsTable } from "../lib/base/config/settings.ts";

const root = new URL("../", import.meta.url);
const readme = Deno.readTextFileSync(new URL("README.md", root));

/** The formatter pads a table's columns. */
function plain(markdown: string): string {
  return markdown.replace(/-{3,}/g, "---").replace(/ +/g, " ");
}

Deno.test("the README's table of settings is the one that the settings are read from", () => {
  assertStringIncludes(
    plain(readme),
    plain(settingsTable().trim()),
    "put settingsTable() of lib/base/config/settings.ts there",
  );
});

Deno.test("every dependency has its reason in the README", () => {
  const { imports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", root)));
  for (const target of Object.values<string>(imports)) {
    const name = /^npm:((?:@[^/]+\/)?[^@/]+)/.exec(target)?.[1];
    if (name !== undefined) assert(readme.includes(`\`${name}\``), `README.md does not say why there is ${name}`);
  }
});

Deno.test("what the README links to is there", () => {
  for (const [, link = ""] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) Deno.statSync(new URL(link, root));
});
