/** Who may import whom (ARCHITECTURE.md). A new edge is a decision: change both. */
import { assertEquals } from "@std/assert";

/** What each part may import besides itself. `base` is what stands directly in lib/. */
const MAY: Record<string, string[]> = {
  base: [],
  protocol: ["base"],
  kv: ["base", "protocol"],
  bus: ["base", "kv"],
  s3: ["base", "kv"],
  search: ["base", "kv"],
  chat: ["base", "protocol", "kv", "s3", "bus", "search"],
  socket: ["base", "protocol", "chat", "bus"],
  api: ["base", "protocol", "chat"],
  client: ["base", "protocol"],
  ui: ["base", "protocol", "client", "fresh"],
  islands: ["base", "protocol", "client", "ui", "fresh"],
  admin: ["base", "kv", "bus", "chat"],
  data: ["base", "kv", "s3"],
  pages: ["base", "protocol", "chat", "fresh"], // what a page answers with
  isolates: ["base", "kv", "bus", "chat", "socket", "fresh"],
  routes: ["base", "protocol", "api", "socket", "chat", "ui", "islands", "pages", "client", "fresh"],
  fresh: [],
};

/** Files in lib/ that put the parts together, and so may import any. */
const COMPOSITION = [
  "lib/server.ts",
  "lib/start_failure.ts",
  "lib/isolates/pool.ts",
  "lib/isolates/worker.ts",
  "lib/app_state.ts",
  "lib/define.ts",
  "lib/chat_island.tsx",
];

const root = new URL("..", import.meta.url).pathname;

function partOf(path: string): string {
  const [top, second, third] = path.split("/");
  if (top !== "lib") return top ?? "";
  return third === undefined || second === "config" ? "base" : second ?? "";
}

function* sources(dir: string): Generator<string> {
  for (const entry of Deno.readDirSync(root + dir)) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory) yield* sources(path);
    else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

function importsOf(path: string): string[] {
  const text = Deno.readTextFileSync(root + path);
  const found = [
    ...text.matchAll(/^(?:import|export)\s[^;]*?from "([^"]+)"/gms),
    ...text.matchAll(/\bimport\("([^"]+)"\)/g),
  ];
  return found.flatMap(([, specifier = ""]) => {
    if (specifier === "fresh" || specifier.startsWith("fresh/")) return ["lib/fresh/mod.ts"];
    if (!specifier.startsWith(".")) return [];
    return [new URL(specifier, `file:///${path}`).pathname.slice(1)];
  });
}

Deno.test("each part imports only what the table allows", () => {
  const wrong: string[] = [];
  for (const dir of ["lib", "routes", "islands"]) {
    for (const path of sources(dir)) {
      if (COMPOSITION.includes(path)) continue;
      const from = partOf(path);
      for (const target of importsOf(path)) {
        const to = COMPOSITION.includes(target) && from === "routes" ? from : partOf(target);
        if (to !== from && !(MAY[from] ?? []).includes(to)) wrong.push(`${path} imports ${target}`);
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("only lib/kv touches Deno.Kv, and only the entries read the environment", () => {
  const wrong: string[] = [];
  for (const dir of ["lib", "routes", "islands"]) {
    for (const path of sources(dir)) {
      const text = Deno.readTextFileSync(root + path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      if (partOf(path) !== "kv" && /Deno\.(openKv|Kv)\b/.test(text)) wrong.push(`${path} touches Deno.Kv`);
      if (path !== "lib/config/env.ts" && partOf(path) !== "fresh" && /Deno\.env\b/.test(text)) {
        wrong.push(`${path} reads the environment`);
      }
    }
  }
  assertEquals(wrong, []);
});
