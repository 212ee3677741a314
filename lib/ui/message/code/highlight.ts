/** Colours code. It is a chunk of its own, and so is each language: fetched when such a block is on the screen. */
import { createLowlight } from "lowlight";
import type { LanguageFn } from "highlight.js";

/** A run of text and its kind, such as `keyword`; "" for plain text. */
export interface Token {
  kind: string;
  text: string;
}

type Loader = () => Promise<{ default: LanguageFn }>;

const LANGUAGES: Readonly<Record<string, Loader>> = {
  bash: () => import("highlight.js/lib/languages/bash"),
  c: () => import("highlight.js/lib/languages/c"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  csharp: () => import("highlight.js/lib/languages/csharp"),
  css: () => import("highlight.js/lib/languages/css"),
  diff: () => import("highlight.js/lib/languages/diff"),
  dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
  elixir: () => import("highlight.js/lib/languages/elixir"),
  go: () => import("highlight.js/lib/languages/go"),
  graphql: () => import("highlight.js/lib/languages/graphql"),
  haskell: () => import("highlight.js/lib/languages/haskell"),
  ini: () => import("highlight.js/lib/languages/ini"),
  java: () => import("highlight.js/lib/languages/java"),
  javascript: () => import("highlight.js/lib/languages/javascript"),
  json: () => import("highlight.js/lib/languages/json"),
  kotlin: () => import("highlight.js/lib/languages/kotlin"),
  lua: () => import("highlight.js/lib/languages/lua"),
  makefile: () => import("highlight.js/lib/languages/makefile"),
  markdown: () => import("highlight.js/lib/languages/markdown"),
  php: () => import("highlight.js/lib/languages/php"),
  python: () => import("highlight.js/lib/languages/python"),
  ruby: () => import("highlight.js/lib/languages/ruby"),
  rust: () => import("highlight.js/lib/languages/rust"),
  scss: () => import("highlight.js/lib/languages/scss"),
  sql: () => import("highlight.js/lib/languages/sql"),
  swift: () => import("highlight.js/lib/languages/swift"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};

/** The language names that people write after a fence. */
const ALIASES: Readonly<Record<string, string>> = {
  "c#": "csharp",
  "c++": "cpp",
  cc: "cpp",
  cs: "csharp",
  docker: "dockerfile",
  ex: "elixir",
  golang: "go",
  h: "c",
  hpp: "cpp",
  hs: "haskell",
  html: "xml",
  js: "javascript",
  jsx: "javascript",
  kt: "kotlin",
  make: "makefile",
  md: "markdown",
  patch: "diff",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "bash",
  shell: "bash",
  svg: "xml",
  toml: "ini",
  ts: "typescript",
  tsx: "typescript",
  yml: "yaml",
  zsh: "bash",
};

const lowlight = createLowlight();

/** The code's tokens; undefined for a language without a highlighter. */
export async function highlight(language: string, code: string): Promise<Token[] | undefined> {
  const written = language.toLowerCase();
  const name = Object.hasOwn(ALIASES, written) ? ALIASES[written] ?? "" : written;
  if (!Object.hasOwn(LANGUAGES, name)) return undefined;
  if (!lowlight.registered(name)) {
    const definition = await LANGUAGES[name]?.();
    if (definition !== undefined) lowlight.register(name, definition.default);
  }
  const tokens: Token[] = [];
  flatten(lowlight.highlight(name, code).children, "", tokens);
  return tokens;
}

type Nodes = ReturnType<typeof lowlight.highlight>["children"];

/** The innermost kind wins, so that each run needs one class. */
function flatten(nodes: Nodes, kind: string, tokens: Token[]): void {
  for (const node of nodes) {
    if (node.type === "text") tokens.push({ kind, text: node.value });
    else if (node.type === "element") flatten(node.children, kindOf(node.properties["className"]) ?? kind, tokens);
  }
}

function kindOf(classes: unknown): string | undefined {
  const first: unknown = Array.isArray(classes) ? classes[0] : undefined;
  return typeof first === "string" && first.startsWith("hljs-") ? first.slice(5).replace(/_+$/, "") : undefined;
}
