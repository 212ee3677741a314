import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { computed, signal } from "@preact/signals";
import { h } from "preact";
import { App } from "fresh";
import { deserialize, isPlain, serialize, serializePlain } from "../../lib/fresh/serialize.ts";
import Counter from "./fixture/islands/Counter.tsx";
import { ask, attach } from "./support.ts";

const islandsPage = async () => await (await ask("/islands")).text();

Deno.test("islands: one is marked by comments, without an extra element; a nested one is not marked", async () => {
  const html = await islandsPage();
  assertMatch(html, /<main class="grid"><!--island:0--><button[^>]*>.*?<\/output><!--\/island--><!--island:1-->/);
  assertEquals(html.match(/<!--island:/g)?.length, 3);
});

Deno.test("islands: a page loads only the modules of its own islands, from its own origin", async () => {
  const html = await islandsPage();
  const chunks = [...html.matchAll(/modulepreload" href="([^"]+)"/g)].map((match) => match[1]!);
  assertEquals(chunks.filter((chunk) => /Counter|Late/.test(chunk)).length, 2);
  assert(!chunks.some((chunk) => /Badge|Unused/.test(chunk)), "an island that is not on the page");
  for (const chunk of chunks) {
    assertEquals((await (await ask(chunk)).body?.cancel(), chunk.startsWith("/_fresh/")), true);
  }
});

Deno.test("islands: a page without any has no script", async () => {
  const html = await (await ask("/")).text();
  assert(!html.includes("<script") && !html.includes("modulepreload"));
});

Deno.test("islands: one inline script starts them, and no props can close its tag", async () => {
  const html = await islandsPage();
  const scripts = [...html.matchAll(/<script([^>]*)>(.*?)<\/script>/gs)];
  assertEquals(scripts.length, 1);
  const [, attributes = "", content = ""] = scripts[0] ?? [];
  assertMatch(attributes, /^ type="module" nonce="[0-9a-f]{32}"$/);
  assert(!content.includes("<"), "a `<` in the data");
  const { props } = JSON.parse(/boot\((.*)\)$/.exec(content)?.[1] ?? "");
  assertEquals(props.includes("</script><!-- one"), true);
});

Deno.test("Head: a title replaces the earlier one, and of equal tags the last stays", async () => {
  const html = await (await ask("/")).text();
  const head = html.slice(0, html.indexOf("</head>"));
  assertEquals(head.match(/<title>[^<]*/g), ["<title>Home &amp; more"]);
  assertEquals(head.match(/<meta name="description"[^>]*>/g), ['<meta name="description" content="second"/>']);
});

Deno.test("serialize(): values that devalue supports, and signals, reach the browser unchanged", () => {
  const count = signal(1);
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const sent = {
    count,
    again: count,
    twice: computed(() => count.value * 2),
    at: new Date(5),
    nothing: undefined,
    cyclic,
  };
  const back = deserialize(JSON.parse(serialize(sent))) as typeof sent;
  assert(back.count === back.again, "one signal stays one");
  assertEquals([back.count.value, back.twice.value, back.at.getTime(), back.nothing], [1, 2, 5, undefined]);
  assert(back.cyclic.self === back.cyclic);
});

Deno.test("serialize(): props that are JSON are sent as JSON, and the page loads no devalue", () => {
  const room = { id: "general", names: ["a", "b"], count: 3, topic: null, open: true };
  assert(isPlain([{ room, other: structuredClone(room) }]));
  assertEquals(JSON.parse(serializePlain([{ room: "</script>" }])), [{ room: "</script>" }]);
  assert(!serializePlain("</script>").includes("<"));
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const others = [undefined, { a: undefined }, NaN, -0, 1n, new Date(0), new Map(), signal(1), cyclic, [room, room], [
    ,
    1,
  ]];
  for (const other of [...others, { toJSON: () => 1 }, JSON.parse('{"__proto__":1}')]) assert(!isPlain([other]));
});

Deno.test("serialize(): props that cannot be sent are an error that names the island", async () => {
  const failing = [
    h(Counter, { label: "x", count: signal(0), since: new Date(0), ...{ onClick: () => {} } }),
    h(Counter, { label: "x", count: signal(0), since: new Date(0) }, "child"),
  ];
  for (const element of failing) {
    let message = "";
    const app = new App().get("/", (ctx) =>
      ctx.render(element).catch((error) => {
        message = error.message;
        return new Response();
      }));
    await attach(app);
    await app.handler()(new Request("http://localhost/"));
    assertStringIncludes(message, "Counter");
  }
});

Deno.test("App: two on one build answer at the same time, each with its own state", async () => {
  const apps = ["a", "b"].map(async (name) => {
    const app = new App<{ name: string }>().use((ctx) => {
      ctx.state.name = name;
      return ctx.next();
    }).get("/", async (ctx) => {
      await Promise.resolve();
      return await ctx.render(<Counter label={ctx.state.name} count={signal(0)} since={new Date(0)} />);
    });
    await attach(app);
    return app.handler();
  });
  const pages = await Promise.all(apps.map(async (app) => {
    const response = await (await app)(new Request("http://localhost/"));
    return await response.text();
  }));
  pages.forEach((html, i) => assertMatch(html, new RegExp(`<!--island:0--><button[^>]*>${"ab"[i]}<`)));
});
