/** Who may import whom (ARCHITECTURE.md). A new edge is a decision: change both. */
import { assertEquals } from "@std/assert";

/** What each part (a folder of lib/) may import besides itself. Lower parts stand first. */
const MAY: Record<string, string[]> = {
  base: ["protocol"], // the types of config/
  build: [],
  protocol: ["base"],
  http: ["base"],
  store: ["base", "protocol"],
  bus: ["base", "protocol", "store"],
  log: ["base", "protocol", "store", "bus"],
  chat: ["base", "protocol", "http", "store", "bus", "log"],
  upkeep: ["base", "protocol", "store", "bus", "log", "chat"],
  socket: ["base", "protocol", "http", "store", "bus", "log", "chat"],
  api: ["base", "protocol", "http", "store", "chat"],
  client: ["base", "protocol"],
  ui: ["base", "protocol", "client", "fresh"],
  islands: ["base", "protocol", "client", "ui", "fresh"],
  operate: ["base", "protocol", "store", "bus", "log", "chat"],
  pages: ["base", "build", "protocol", "http", "api", "chat", "fresh"], // what a page answers with
  server: [
    "base",
    "protocol",
    "http",
    "store",
    "bus",
    "log",
    "chat",
    "upkeep",
    "socket",
    "api",
    "pages",
    "operate",
    "fresh",
  ],
  routes: ["base", "protocol", "http", "api", "socket", "chat", "ui", "islands", "pages", "client", "fresh"],
  fresh: [],
};

/** Files in lib/ that put the parts together, and so may import any. */
const COMPOSITION = ["lib/chat/open.ts"];

const root = new URL("..", import.meta.url).pathname;

function partOf(path: string): string {
  const [top, second, third] = path.split("/");
  if (top !== "lib") return top ?? "";
  return third === undefined ? "base" : second ?? "";
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
    ...text.matchAll(/^import "([^"]+)"/gm),
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

Deno.test("[D11] nothing but themselves knows where the packages are that stand in for published ones", () => {
  const wrong = ["lib", "routes", "islands", "tests"].flatMap((dir) =>
    [...sources(dir)].filter((path) =>
      !/^(?:lib|tests)\/(?:fresh|std)\//.test(path) &&
      /(?:from|import\() ?"[^"]*\/lib\/(?:fresh|std)\/|(?:from|import\() ?"\.[^"]*\/(?:fresh|std)\//.test(
        Deno.readTextFileSync(root + path),
      )
    )
  );
  assertEquals(wrong, []);
});

Deno.test("only lib/store touches Deno.Kv, and only the entries read the environment", () => {
  const wrong: string[] = [];
  for (const dir of ["lib", "routes", "islands"]) {
    for (const path of sources(dir)) {
      const text = Deno.readTextFileSync(root + path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      if (partOf(path) !== "store" && /Deno\.(openKv|Kv)\b/.test(text)) wrong.push(`${path} touches Deno.Kv`);
      if (path !== "lib/base/config/env.ts" && partOf(path) !== "fresh" && /Deno\.env\b/.test(text)) {
        wrong.push(`${path} reads the environment`);
      }
    }
  }
  assertEquals(wrong, []);
});

/**
 * A promise that says "under way" until a `finally` some turns after the work's last look: whoever asks in between waits
 * for work that will not look again (lost wake-up). `Rerun` (lib/base/rerun.ts) is for this.
 */
Deno.test("no promise of work under way is forgotten in a later turn than the work's last look", () => {
  const wrong: string[] = [];
  for (const dir of ["lib", "routes", "islands"]) {
    for (const path of sources(dir)) {
      const text = Deno.readTextFileSync(root + path);
      for (const [found] of text.matchAll(/\.finally\(\(\) => (?:\{\s*)?[\w.#]+ = (?:undefined|null|false)\b/g)) {
        wrong.push(`${path}: ${found}`);
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("no files import each other in a circle, types included", () => {
  const graph = new Map<string, string[]>();
  for (const dir of ["lib", "routes", "islands"]) {
    for (const path of sources(dir)) graph.set(path, importsOf(path));
  }
  assertEquals(circlesOf(graph), []);
});

Deno.test("a circle of imports is found, whatever leads to it", () => {
  const graph = new Map([["a", ["b"]], ["b", ["c", "d"]], ["c", ["b"]], ["d", []], ["e", ["e2", "a"]], ["e2", ["a"]]]);
  assertEquals(circlesOf(graph), [["b", "c"]]);
});

/** The strongly connected parts of more than one file (Tarjan). */
function circlesOf(graph: Map<string, string[]>): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const visit = (path: string) => {
    const index = order.size;
    order.set(path, index);
    lowest.set(path, index);
    stack.push(path);
    for (const target of graph.get(path) ?? []) {
      if (!graph.has(target)) continue;
      if (!order.has(target)) visit(target);
      if (stack.includes(target)) lowest.set(path, Math.min(lowest.get(path) ?? 0, lowest.get(target) ?? 0));
    }
    if (lowest.get(path) !== index) return;
    const circle = stack.splice(stack.indexOf(path));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const path of graph.keys()) if (!order.has(path)) visit(path);
  return found;
}
