/** What people write, as the page shows and says it. */
import { assert, assertEquals } from "@std/assert";
import { live, message, openPage, post, register, withServer } from "../../support/browser.ts";
import { until } from "../../support/until.ts";

function fixture(name: string): Promise<string> {
  return Deno.readTextFile(new URL(`../../protocol/fixtures/${name}`, import.meta.url));
}

Deno.test("Markdown: lists, backslashes and fences look as typed, and hydration changes nothing that the server rendered", async () => {
  await withServer(async (origin, browser) => {
    const ada = await register(browser, origin, "ada", "Ada");
    const backslashes = (await fixture("backslashes.txt")).trimEnd();
    for (const file of ["list_numbers.txt", "code_in_list.txt", "four_backticks.txt"]) {
      await post(ada.page, origin, `${file}\n\n${await fixture(file)}`);
    }
    await post(ada.page, origin, backslashes);
    // from the server first, then by the island
    await ada.page.reload();
    await live(ada.page);
    const shown = ada.page.locator(".message .prose");
    const numbers = message(ada.page, "list_numbers").locator("li");
    assertEquals(await numbers.evaluateAll((items) => items.map((item) => "value" in item && item.value)), [3, 7]);
    const inList = message(ada.page, "code_in_list");
    assertEquals(await inList.locator("ol").count(), 1);
    assertEquals(await inList.locator("li pre").innerText(), "first\n\nsecond");
    assertEquals(await message(ada.page, "four_backticks").locator("pre").innerText(), "```js\nx\n```");
    assertEquals(await shown.last().innerText(), backslashes);
    assertEquals(ada.problems, []);
  });
});

Deno.test("mentions: a name with diacritics, or beside a script without spaces, is highlighted and notifies its owner", async () => {
  await withServer(async (origin, browser) => {
    const ada = await register(browser, origin, "ada", "Ada");
    for (const name of ["_spider_", "__x__", "bob"]) {
      const { page } = await register(browser, origin, name, `Is ${name}`);
      await page.context().close();
    }
    const lines = (await fixture("mentions.txt")).trimEnd().split("\n").map((line) => line.replace(/ \(user.*/, ""));
    for (const line of lines) await post(ada.page, origin, line);
    await message(ada.page, "@bob你好").waitFor();
    for (const [at, name] of ["@_spider_", "@__x__", "@bob", "@bob", "@bob"].entries()) {
      const row = ada.page.locator(".message .prose").nth(at);
      assertEquals(await row.innerText(), lines[at]);
      assertEquals(await row.locator(".mention").allInnerTexts(), [name]);
    }
    const { messages } = await (await ada.page.request.get(`${origin}/api/rooms/general/messages`)).json();
    assertEquals(messages.filter((one: { mentions?: unknown[] }) => one.mentions?.length === 1).length, 5);
  });
});

Deno.test("live region: a new message is announced as its text, without Markdown", async () => {
  await withServer(async (origin, browser) => {
    const ada = await register(browser, origin, "ada", "Ada");
    const bob = await register(browser, origin, "bob", "Bob");
    await post(bob.page, origin, "**Tea** at `five`: [map](https://example.org/map)\n\n- one\n- two");
    const heard = ada.page.locator(".hidden-text[aria-live=polite]", { hasText: "Bob" });
    await heard.waitFor({ state: "attached" });
    assertEquals(await heard.textContent(), "Bob: Tea at five: map one two");
  });
});

Deno.test("rendering: the server answers others while it renders a page of 50 messages full of Markdown marks", async () => {
  await withServer(async (origin, browser) => {
    const ada = await register(browser, origin, "ada", "Ada");
    for (let at = 0; at < 50; at++) await post(ada.page, origin, `${at} ${"**a".repeat(1_300)}`);
    const cookie = (await ada.page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    const served: number[] = [];
    for (const address of ["/rooms/general", "/rooms/general?before=1000"]) {
      let done = false;
      const page = fetch(origin + address, { headers: { cookie } }).then((answer) => answer.text()).finally(() =>
        done = true
      );
      let count = 0;
      while (!done) {
        await (await fetch(`${origin}/health`)).text();
        if (!done) count++;
      }
      assert((await page).includes("49 **a"));
      served.push(count);
    }
    assert(served.every((count) => count >= 3), `meanwhile ${served} others were served`);
    // the island takes over a page in which some texts had no markup
    const { page, problems } = await openPage(browser, { storageState: await ada.page.context().storageState() });
    await page.goto(`${origin}/rooms/general`);
    await live(page);
    await until(async () => await page.locator(".message .prose").count() === 50);
    assertEquals(problems, []);
  });
});

const TEXTS = 20;
const PIECES = 450;

/** Counts what the page's scripts make and take over of messages' texts, and keeps the most of one task. */
const COUNT_WORK = `
  window.work = { most: 0, all: 0 };
  let now = 0;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    work.most = Math.max(work.most, now);
    now = 0;
  };
  const did = () => {
    if (now++ === 0) port2.postMessage(null);
    work.all++;
  };
  const { createElement, createElementNS } = Document.prototype;
  Document.prototype.createElement = function (...args) { did(); return createElement.apply(this, args); };
  Document.prototype.createElementNS = function (...args) { did(); return createElementNS.apply(this, args); };
  const { get } = Object.getOwnPropertyDescriptor(Node.prototype, "childNodes");
  Object.defineProperty(Node.prototype, "childNodes", { get() { did(); return get.call(this); } });
`;

Deno.test("hydration: a page of hostile texts hydrates in small tasks, with the usual result", async () => {
  await withServer(async (origin, browser) => {
    const ada = await register(browser, origin, "ada", "Ada");
    const made = { data: { name: "hostile", kind: "public", topic: "" }, headers: { origin } };
    const { id } = await (await ada.page.request.post(`${origin}/api/rooms`, made)).json();
    for (let at = 0; at < TEXTS; at++) await post(ada.page, origin, `${at} ${"`a` ".repeat(PIECES)}`, id);
    await ada.page.addInitScript(COUNT_WORK);
    const isWhole = () => ada.page.locator(".prose code").count().then((count) => count === TEXTS * PIECES);
    const work = () => ada.page.evaluate<{ most: number; all: number }>("work");
    // rendered by the server
    await ada.page.goto(`${origin}/rooms/${id}`);
    await live(ada.page);
    await until(isWhole);
    await until(async () => (await work()).all > TEXTS * PIECES);
    assert((await work()).most < TEXTS * PIECES / 2, JSON.stringify(await work()));
    // and by the page
    await ada.page.goto(`${origin}/rooms/general`);
    await live(ada.page);
    await ada.page.locator(".room-link", { hasText: "hostile" }).click();
    await until(isWhole);
    assert((await work()).most < TEXTS * PIECES / 2, JSON.stringify(await work()));
    assertEquals(ada.problems, []);
  });
});
