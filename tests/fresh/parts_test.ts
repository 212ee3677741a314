import { assertEquals } from "@std/assert";
import { sharedImports } from "../../lib/fresh/build/parts.ts";
import type { Graph } from "../../lib/fresh/build/resolve.ts";

const url = (name: string) => `file:///app/${name}.ts`;

/** `a: ["b", "~c"]`: a imports b, and fetches c on demand. */
function graphOf(imports: Record<string, string[]>): Graph {
  const dependency = (to: string) => {
    const isDynamic = to.startsWith("~");
    const specifier = url(isDynamic ? to.slice(1) : to);
    return { specifier, code: { specifier }, ...(isDynamic ? { isDynamic } : {}) };
  };
  const modules = Object.entries(imports).map(([from, to]) => ({
    specifier: url(from),
    dependencies: to.map(dependency),
  }));
  return { modules, redirects: {}, npmPackages: {} };
}

function sharedIn(imports: Record<string, string[]>, ...entries: string[]) {
  const name = (specifier: string) => specifier.slice("file:///app/".length, -".ts".length);
  const found = sharedImports(graphOf(imports), entries.map(url));
  return Object.fromEntries([...found].map(([part, roots]) => [name(part), roots.map(name)]));
}

Deno.test("parts: a part imports the modules that both of its pages have loaded, and no entry", () => {
  const imports = {
    en: ["page", "textsEn"],
    pt: ["page", "textsPt"],
    page: ["base", "~dialogs"],
    dialogs: ["~picker"],
    base: [],
    picker: [],
    textsEn: [],
    textsPt: [],
  };
  assertEquals(sharedIn(imports, "en", "pt"), { dialogs: ["page"], picker: ["page"] });
});

Deno.test("parts: a module of one page alone is not imported by a part that another page fetches too", () => {
  const imports = {
    chat: ["page", "hydrated"],
    signedOut: ["hydrated", "~database"],
    page: ["~keeper"],
    keeper: ["database"],
    database: [],
    hydrated: [],
  };
  assertEquals(sharedIn(imports, "chat", "signedOut"), { database: ["hydrated"], keeper: ["hydrated", "page"] });
});

Deno.test("parts: a module that the page has loaded, or that only an entry fetches, gets no import", () => {
  assertEquals(sharedIn({ boot: ["~state"], state: [] }, "boot"), {});
  assertEquals(sharedIn({ page: ["a", "b"], a: ["~b"], b: [] }, "page"), {});
});
