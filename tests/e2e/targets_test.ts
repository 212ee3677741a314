/** What the build made runs in the oldest browsers that fresh.config.ts names. */
import { assert, assertEquals } from "@std/assert";
import * as esbuild from "esbuild";
import { readManifest } from "../../lib/build/manifest.ts";

type Versions = { chrome: number; firefox: number; safari: number };

const NEVER = Infinity;
/** The first versions that have it, of what is young enough to matter; MDN's compatibility tables. */
const SINCE: [use: RegExp, chrome: number, firefox: number, safari: number][] = [
  [/\bPromise\.withResolvers\b/, 119, 121, 17.4],
  [/\bPromise\.try\b/, 128, 134, 18.2],
  [/\bArray\.fromAsync\b/, 121, 115, 16.4],
  [/\b(?:Object|Map)\.groupBy\b/, 117, 119, 17.4],
  [/\bAbortSignal\.any\b/, 116, 124, 17.4],
  [/\bAbortSignal\.timeout\b/, 103, 100, 16],
  [/\bURL\.parse\b/, 126, 126, 18],
  [/\bURL\.canParse\b/, 120, 115, 17],
  [/\bRegExp\.escape\b/, 136, 134, 18.2],
  [/\bError\.isError\b/, 134, 138, 26],
  [/\bMath\.(?:f16round|sumPrecise)\b/, 135, 129, 18.2],
  [/\bIterator\.(?:from|concat|prototype)\b|\.toArray\(/, 122, 131, 18.4],
  [/\.(?:toHex|toBase64|setFromHex|setFromBase64)\(|\bUint8Array\.from(?:Hex|Base64)\b/, 140, 133, 18.2],
  [/\.(?:union|intersection|difference|symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)\(/, 122, 127, 17],
  [/\.getOrInsert(?:Computed)?\(/, 145, 144, 26.2],
  [/\.(?:toSorted|toReversed|toSpliced)\(/, 110, 115, 16],
  [/\.(?:is|to)WellFormed\(/, 111, 119, 16.4],
  [/\.findLast(?:Index)?\(/, 97, 104, 15.4],
  [/new Intl\.Segmenter\b/, 87, 125, 14.1],
  [/\bIntl\.DurationFormat\b/, 129, 136, 16.4],
  [/\.(?:show|hide|toggle)Popover\(/, 114, 125, 17],
  [/\.startViewTransition\(/, 111, 144, 18],
  [/\brequestIdleCallback\(/, 47, 55, NEVER],
  [/\bscheduler\.(?:postTask|yield)\(/, 129, 142, NEVER],
  [/\.(?:setHTML|setHTMLUnsafe|getHTML)\(/, 125, 128, 18.4],
  [/\.moveBefore\(/, 133, 144, NEVER],
  [/\.caretPositionFromPoint\(/, 128, 20, 18.4],
  [/\.requestClose\(/, 134, 139, 18.4],
  [/\bnew (?:CloseWatcher|WebSocketStream|NavigationPrecommitController)\b/, 126, NEVER, NEVER],
  [/\bnew URLPattern\b/, 95, 142, 26],
  [/\bFloat16Array\b(?!["'`])/, 135, 129, 18.2],
  [/\bcookieStore\b/, 87, 140, 18.4],
  [/\bnew WebSocket\(["'`]\//, 125, 124, 17.3],
];

/** Used only where it is there: what must stand before it in the same file. */
const GUARDS: [use: string, guard: RegExp][] = [
  // prose.tsx falls back to code points
  ["Segmenter", /typeof Intl\.Segmenter/],
  // devalue takes what there is
  ["toBase64", /typeof Uint8Array\.fromBase64|["']toBase64["']|\bbtoa\(/],
];

async function targets(): Promise<{ list: string[]; versions: Versions }> {
  const config = await Deno.readTextFile(new URL("../../fresh.config.ts", import.meta.url));
  const list = [...(/target: \[([^\]]*)\]/.exec(config)?.[1] ?? "").matchAll(/"([^"]+)"/g)].map(([, name = ""]) =>
    name
  );
  const of = (browser: string) => Number(list.find((name) => name.startsWith(browser))?.slice(browser.length));
  const versions = { chrome: of("chrome"), firefox: of("firefox"), safari: of("safari") };
  assert(Object.values(versions).every(Number.isFinite), `no targets in fresh.config.ts: ${list}`);
  return { list, versions };
}

/** The scripts of the present build, by their address. */
async function scripts(): Promise<[url: string, code: string][]> {
  const built = new URL("../../_fresh/", import.meta.url);
  const { last } = await readManifest(built);
  const found = last.filter(([, { type }]) => type.startsWith("text/javascript"));
  return await Promise.all(found.map(async ([url, { name }]): Promise<[string, string]> => [
    url,
    await Deno.readTextFile(new URL(`files/${name}`, built)),
  ]));
}

Deno.test("build targets: the modules use no browser API that the oldest supported browsers lack", async () => {
  const { versions } = await targets();
  const young = SINCE.filter(([, chrome, firefox, safari]) =>
    chrome > versions.chrome || firefox > versions.firefox || safari > versions.safari
  );
  const files = await scripts();
  assert(files.length > 10, "build first: deno task build");
  const found = files.flatMap(([url, code]) =>
    young.flatMap(([use]) => {
      const at = code.search(use);
      const guarded = GUARDS.some(([name, guard]) => use.source.includes(name) && guard.test(code));
      return at < 0 || guarded ? [] : [`${url}: ${code.slice(Math.max(0, at - 40), at + 60)}`];
    })
  );
  assertEquals(found, []);
});

Deno.test("build targets: the modules have no syntax that the oldest supported browsers lack", async () => {
  const { list } = await targets();
  try {
    for (const [url, code] of await scripts()) {
      const [all, old] = await Promise.all(
        [undefined, list].map((target) =>
          esbuild.transform(code, { format: "esm", minify: true, ...(target === undefined ? {} : { target }) })
        ),
      );
      assertEquals(old?.warnings, [], url);
      assert(all?.code === old?.code, `${url} has syntax that esbuild rewrites for ${list}`);
    }
  } finally {
    await esbuild.stop();
  }
});
