import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import {
  composer,
  live,
  message,
  openBrowser,
  openPage,
  PASSWORD,
  post,
  register,
  saidIn,
  say,
  settled,
  showTab,
} from "../../support/browser.ts";
import { freePort } from "../../support/port.ts";
import { startProcess } from "../../support/server_process.ts";
import { until } from "../../support/until.ts";

/** What this browser holds of anybody, wherever it could. */
const HELD = `(async () => {
  const own = Object.keys(localStorage).filter((key) => /^parley:(outbox|draft):/.test(key));
  // looking must not make it
  if (!(await indexedDB.databases()).some(({ name }) => name === "parley")) {
    return { messages: [], account: [], cached: [], own };
  }
  const open = await new Promise((done, fail) => {
    const request = indexedDB.open("parley");
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const rooms = !open.objectStoreNames.contains("rooms") ? [] : await new Promise((done) => {
    open.transaction("rooms").objectStore("rooms").getAll().onsuccess = ({ target }) => done(target.result);
  });
  const account = !open.objectStoreNames.contains("account") ? [] : await new Promise((done) => {
    open.transaction("account").objectStore("account").getAll().onsuccess = ({ target }) => done(target.result);
  });
  open.close();
  const cached = [];
  for (const name of await caches.keys()) {
    for (const { url } of await (await caches.open(name)).keys()) cached.push(new URL(url).pathname);
  }
  return { messages: rooms.flatMap(({ events }) => events.map(({ content }) => content)), account, cached, own };
})()`;

interface Held {
  messages: string[];
  account: unknown[];
  cached: string[];
  own: string[];
}

const held = (page: Page) => page.evaluate(HELD) as Promise<Held>;
const controlled = (page: Page) =>
  until(async () => await page.evaluate("navigator.serviceWorker.controller !== null"));

Deno.test("offline: without a server the page shows kept messages and takes new ones, which are sent once; signing out erases all", async (t) => {
  const dataDir = await Deno.makeTempDir({ prefix: "parley-offline-" });
  await using chromium = await openBrowser();
  let server = await startProcess(dataDir, { PORT: String(freePort()) });
  const { origin, port } = server;
  try {
    const { page } = await register(chromium.browser, origin, "ada", "Ada", { serviceWorkers: "allow" });
    await say(page, "said while all was well");
    await settled(page, "said while all was well");
    await controlled(page);
    await until(async () => (await held(page)).messages.includes("said while all was well"));
    assert((await held(page)).cached.every((path) => path === "/offline" || /^\/(_fresh|css)\//.test(path)));

    await t.step("the page stops waiting for a server that neither answers nor refuses", async () => {
      Deno.kill(server.pid, "SIGSTOP");
      try {
        await page.reload({ waitUntil: "commit" });
        await message(page, "said while all was well").waitFor();
      } finally {
        Deno.kill(server.pid, "SIGCONT");
      }
      await live(page);
    });
    await t.step("a reload shows the last messages, and messages written offline survive the next reload", async () => {
      await server.kill();
      await page.reload();
      await message(page, "said while all was well").waitFor();
      await say(page, "first in the dark");
      await say(page, "second in the dark");
      await page.locator(".message[data-state=pending]", { hasText: "second in the dark" }).waitFor();
      await page.reload();
      await page.locator(".message[data-state=pending]", { hasText: "second in the dark" }).waitFor();
      assertMatch(await page.title(), /general/);
    });
    await t.step("/ leads to the room that was shown last, and a page that needs the server says so", async () => {
      const other = await page.context().newPage();
      await other.goto(`${origin}/settings`);
      await other.getByRole("heading", { name: "No connection" }).waitFor();
      await other.goto(`${origin}/`);
      await message(other, "first in the dark").waitFor();
      assertMatch(other.url(), /\/rooms\/general$/);
    });
    await t.step("when the server is back the messages are sent in order and once, with two tabs open", async () => {
      server = await startProcess(dataDir, { PORT: String(port) });
      for (const tab of page.context().pages()) {
        await live(tab);
        await settled(tab, "second in the dark");
      }
      const said = await saidIn(page, origin);
      assertEquals(said.filter((text) => text.includes("in the dark")), ["first in the dark", "second in the dark"]);
      assertEquals(await message(page, "in the dark").count(), 2);
      await post(page, origin, "said after it");
      await message(page, "said after it").waitFor();
    });
    await t.step("an expired session erases others' messages and keeps my unsent ones", async () => {
      await until(async () => (await held(page)).messages.includes("said after it"));
      const tab = await page.context().newPage();
      const cookies = await page.context().cookies();
      await page.context().clearCookies();
      await tab.goto(`${origin}/rooms/general`);
      await tab.waitForURL("**/login**");
      await until(async () => (await held(tab)).messages.length === 0);
      await page.context().addCookies(cookies);
      await tab.close();
      await post(page, origin, "said once more");
      await until(async () => (await held(page)).messages.includes("said once more"));
    });
    await t.step("a room that I was removed from is erased from the browser", async () => {
      const bob = await register(chromium.browser, origin, "zed", "Zed");
      const made = await bob.page.request.post(`${origin}/api/rooms`, { data: { name: "attic" }, headers: { origin } });
      const { id } = await made.json();
      const { user_id } = await (await page.request.get(`${origin}/api/me`)).json().then(({ id }) => ({ user_id: id }));
      const members = `${origin}/api/rooms/${id}/members`;
      await bob.page.request.post(members, { data: { user_id }, headers: { origin } });
      await post(bob.page, origin, "said in the attic", id);
      await page.getByRole("link", { name: "attic" }).click();
      await message(page, "said in the attic").waitFor();
      await until(async () => (await held(page)).messages.includes("said in the attic"));
      await page.getByRole("link", { name: "general" }).click();
      await bob.page.request.delete(`${members}/${user_id}`, { headers: { origin } });
      await until(async () => !(await held(page)).messages.includes("said in the attic"));
      await bob.page.context().close();
    });
    await t.step("signing out in one tab empties all tabs", async () => {
      const [, other] = page.context().pages();
      assert(other !== undefined);
      await composer(page).fill("half a thought");
      await other.goto(`${origin}/settings`);
      await other.getByRole("button", { name: "Sign out of this browser" }).click();
      await other.waitForURL("**/login");
      await page.getByText("nothing of yours is left in this browser").waitFor();
      await until(async () => {
        const { messages, account, own } = await held(other);
        return [...messages, ...account, ...own].length === 0;
      });
    });
    await t.step("another account sees no data of the first, with a server and without", async () => {
      const [, other] = page.context().pages();
      assert(other !== undefined);
      await page.close();
      await other.goto(`${origin}/register?next=/rooms`);
      await other.getByLabel("Username").fill("bob");
      await other.getByLabel("Password").fill(PASSWORD);
      await other.getByRole("button", { name: "Create account" }).click();
      await other.waitForURL("**/rooms");
      await live(other);
      await controlled(other);
      await until(async () => (await held(other)).account.length === 1);
      assertEquals((await held(other)).messages, []);
      await server.kill();
      await other.goto(`${origin}/rooms/general`);
      await other.locator(".chat, .failure").first().waitFor();
      assertEquals(await message(other, "said").count(), 0);
    });
  } finally {
    await server[Symbol.asyncDispose]();
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test("offline: a page that finds another account's session sends nothing, and reloads as that account's", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "parley-offline-" });
  await using chromium = await openBrowser();
  await using server = await startProcess(dataDir);
  const { origin } = server;
  try {
    await (await register(chromium.browser, origin, "bob", "Bob")).page.context().close();
    const { page, gate } = await register(chromium.browser, origin, "ada", "Ada");
    gate.refusing = true;
    gate.drop();
    await page.locator(".self [data-online=false]").waitFor();
    await say(page, "in Ada's name alone");
    const signedIn = await page.request.post(`${origin}/api/users/login`, {
      data: { username: "bob", password: PASSWORD },
      headers: { origin },
    });
    assertEquals(signedIn.status(), 200);
    gate.refusing = false;
    await page.locator(".self-names", { hasText: "Bob" }).waitFor();
    await live(page);
    assertEquals((await saidIn(page, origin)).includes("in Ada's name alone"), false);
    assertEquals(await message(page, "in Ada's name alone").count(), 0);
    const { page: stranger } = await openPage(chromium.browser);
    await stranger.goto(`${origin}/offline`);
    assertEquals((await stranger.content()).includes("Bob"), false);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test("offline: the address of a room that is not kept waits, and opens when the server is back; my own messages are read", async (t) => {
  const dataDir = await Deno.makeTempDir({ prefix: "parley-offline-" });
  await using chromium = await openBrowser();
  let server = await startProcess(dataDir, { PORT: String(freePort()) });
  const { origin, port } = server;
  try {
    const { page, gate } = await register(chromium.browser, origin, "ada", "Ada", { serviceWorkers: "allow" });
    const made = await page.request.post(`${origin}/api/rooms`, { data: { name: "attic" }, headers: { origin } });
    const { id } = await made.json();
    await post(page, origin, "said in the attic", id);
    await say(page, "said in general");
    await settled(page, "said in general");
    await controlled(page);
    await page.getByRole("link", { name: "attic" }).waitFor();
    await until(async () => (await held(page)).account.length === 1);
    await until(async () => (await held(page)).messages.includes("said in general"));
    assertEquals((await held(page)).messages.includes("said in the attic"), false);
    const restart = async () => server = await startProcess(dataDir, { PORT: String(port) });
    const badges = () => page.locator(".room-link .badge").allTextContents();

    await t.step("a room of mine opens by itself", async () => {
      // its shell needs no server, the list of rooms may be some seconds old
      await until(async () => JSON.stringify((await held(page)).account).includes("attic"));
      await server.kill();
      await page.goto(`${origin}/rooms/${id}`);
      await page.getByRole("heading", { name: "attic", level: 1 }).waitFor();
      await page.locator(".chat[data-connection=waiting]").waitFor({ state: "attached" });
      assertEquals(page.url(), `${origin}/rooms/${id}`);
      await restart();
      await message(page, "said in the attic").waitFor();
      assertEquals(page.url(), `${origin}/rooms/${id}`);
    });
    await t.step("at a room that the browser does not know the page waits", async () => {
      await server.kill();
      await page.goto(`${origin}/rooms/nowhere`);
      await page.getByRole("heading", { name: "No connection" }).waitFor();
      await restart();
      await page.getByText("404").first().waitFor();
      assertEquals(page.url(), `${origin}/rooms/nowhere`);
    });
    await t.step("my message whose answer was lost is marked read, also in a hidden page", async () => {
      await page.goto(`${origin}/rooms/general`);
      await live(page);
      gate.holdAnswers = true;
      await say(page, "lost answer one");
      await until(async () => (await saidIn(page, origin)).includes("lost answer one"));
      // waits for the answer to the first, and so is sent after the restart
      await say(page, "lost answer two");
      await server.kill();
      gate.release();
      await page.reload();
      await message(page, "lost answer two").waitFor();
      await showTab(page, false);
      await restart();
      await live(page);
      await settled(page, "lost answer two");
      await until(async () => {
        const { rooms } = await (await page.request.get(`${origin}/api/rooms`)).json();
        const [room] = rooms.filter((one: { id: string }) => one.id === "general");
        return room.messages === room.read_messages;
      });
      await until(async () => (await page.title()) === "general · Parley");
      assertEquals(await badges(), []);
    });
  } finally {
    await server[Symbol.asyncDispose]();
    await Deno.remove(dataDir, { recursive: true });
  }
});
