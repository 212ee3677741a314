/** The service worker in a real browser: what is pushed to it, and what becomes of open pages when a new one comes. */
import { assert, assertEquals } from "@std/assert";
import type { BrowserContext, Page } from "playwright-core";
import { readManifest } from "../../../lib/build/manifest.ts";
import type { PushNote } from "../../../lib/chat/notify/push.ts";
import {
  composer,
  live,
  message,
  openBrowser,
  post,
  register,
  say,
  settled,
  withServer,
} from "../../support/browser.ts";
import { freePort } from "../../support/port.ts";
import { startProcess } from "../../support/server_process.ts";
import { until } from "../../support/until.ts";

const controlled = (page: Page) =>
  until(async () => await page.evaluate("navigator.serviceWorker.controller?.state === 'activated'"));

/** Hands over what a push service would have brought. */
async function pushTo(page: Page, origin: string): Promise<(note: Partial<PushNote>) => Promise<void>> {
  const devtools = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) =>
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [first] = registrations;
      if (first !== undefined) resolve(first.registrationId);
    })
  );
  await devtools.send("ServiceWorker.enable");
  const registrationId = await registered;
  return async (note) => {
    await devtools.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data: JSON.stringify(note) });
  };
}

interface Shown {
  title: string;
  body: string;
  tag: string;
}

const shown = (page: Page): Promise<Shown[]> =>
  page.evaluate(`navigator.serviceWorker.ready.then((registration) => registration.getNotifications()).then((all) =>
    all.map(({ title, body, tag }) => ({ title, body, tag })))`);

/** As if a room's was pressed: no page and no test may press it. */
async function press(context: BrowserContext, room: string): Promise<void> {
  await context.serviceWorkers()[0]?.evaluate(`(async () => {
    const [notification] = await registration.getNotifications({ tag: ${JSON.stringify(room)} });
    dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  })()`);
}

Deno.test("service worker: a push shows one notification a room, in the reader's language, and a press opens the message", () =>
  withServer(async (origin, browser) => {
    const { page } = await register(browser, origin, "ada", "Ada", { serviceWorkers: "allow" });
    await page.context().grantPermissions(["notifications"], { origin });
    const made = await page.request.post(`${origin}/api/rooms`, { data: { name: "plans" }, headers: { origin } });
    const room = String((await made.json()).id);
    const id = await post(page, origin, "what was pushed", room);
    await controlled(page);
    const push = await pushTo(page, origin);
    const note = { room_id: room, message_id: id, title: "Bob · plans" };
    // the browser's own tools lose one now and then; a second one of a room takes the first one's place
    const pushed = (note: Partial<PushNote>, says: string) =>
      until(async () => {
        await push(note);
        const isShown = async () => (await shown(page)).some(({ tag, body }) => tag === note.room_id && body === says);
        return await until(isShown, 3_000).then(() => true, () => false);
      });

    await pushed({ ...note, body: "the first" }, "the first");
    await pushed({ ...note, body: "what was pushed" }, "what was pushed");
    assertEquals(await shown(page), [{ title: "Bob · plans", body: "what was pushed", tag: room }]);

    // no text is to be shown: the words are the reader's, or the browser's where none were chosen
    for (const [language, said] of [["pt", "Nova mensagem"], ["auto", "New message"]] as const) {
      await pushed({ ...note, room_id: language, body: "", language }, said);
    }
    await pushed({ ...note, body: "again" }, "again");
    await press(page.context(), room);
    await page.waitForURL(`**/rooms/${room}*`);
    await message(page, "what was pushed").waitFor();
  }));

/** As on Android, where pages may not make one. */
const NO_CONSTRUCTOR = `globalThis.Notification = class {
  static permission = "granted";
  constructor() {
    throw new TypeError("Illegal constructor");
  }
}`;

Deno.test("service worker: it shows notifications where pages cannot; without a service worker none is shown and nothing fails", () =>
  withServer(async (origin, browser) => {
    const ada = await register(browser, origin, "ada", "Ada");
    const made = await ada.page.request.post(`${origin}/api/rooms`, { data: { name: "plans" }, headers: { origin } });
    const room = String((await made.json()).id);
    for (const [name, serviceWorkers] of [["bob", "allow"], ["cleo", "block"]] as const) {
      const { page, gate, problems } = await register(browser, origin, name, name, { serviceWorkers });
      await page.request.post(`${origin}/api/rooms/${room}/members`, { data: {}, headers: { origin } });
      await page.context().grantPermissions(["notifications"], { origin });
      await page.addInitScript(NO_CONSTRUCTOR);
      if (serviceWorkers === "allow") await controlled(page);
      let watching = false;
      const { connects } = gate;
      gate.rewrite = (text) => {
        // of the new page: the one that goes may have fetched its code of notifications only now
        watching ||= gate.connects > connects && text.includes('"active":true');
        return text;
      };
      await page.reload();
      await until(() => watching);
      let id = "";
      // a page that cannot read the message in time shows its badge alone, and notifies of the next one
      const notified = async () => {
        id = await post(ada.page, origin, `@${name} come and see`, room);
        await page.locator(".badge-mention").waitFor();
        if (serviceWorkers === "block") return true;
        return await until(async () => (await shown(page)).length === 1, 10_000).then(() => true, () => false);
      };
      await until(notified);
      if (serviceWorkers === "allow") {
        assertEquals(await shown(page), [{ title: "Ada · plans", body: `@${name} come and see`, tag: room }]);
        await press(page.context(), room);
        await page.waitForURL(`**/rooms/${room}*`);
        await page.locator(`.message[data-id="${id}"]`).waitFor();
      }
      assertEquals(problems, []);
    }
  }));

/** The modules of a checkout's present build. */
async function modulesOf(dir: string): Promise<string[]> {
  const { last } = await readManifest(new URL(`file://${dir}/_fresh/`));
  return last.flatMap(([url, { immutable }]) => immutable ? [url] : []);
}

/** The modules that the newest worker keeps. */
const keptModules = (page: Page): Promise<string[]> =>
  page.evaluate(`(async () => {
    const name = (await caches.keys()).filter((one) => one.startsWith("parley-shell-")).at(-1);
    const keys = await (await caches.open(name)).keys();
    return keys.map(({ url }) => new URL(url).pathname).filter((path) => path.startsWith("/_fresh/"));
  })()`);

/** What a page asks for that has been open for a while. */
async function keepParts(page: Page, dir: string): Promise<void> {
  await page.evaluate(`navigator.serviceWorker.ready.then(({ active }) => active.postMessage("keep"))`);
  const modules = await modulesOf(dir);
  await until(async () => (await keptModules(page)).length === modules.length);
}

Deno.test("service worker: installing caches what an offline page needs; the other modules follow when a page asks", () =>
  withServer(async (origin, browser) => {
    const { page } = await register(browser, origin, "ada", "Ada", { serviceWorkers: "allow" });
    await controlled(page);
    const [kept, modules] = [await keptModules(page), await modulesOf(HERE)];
    assert(kept.length < modules.length / 2, `${kept.length} of ${modules.length}`);
    await keepParts(page, HERE);
    assertEquals((await keptModules(page)).sort(), modules.sort());
  }));

/** What a checkout needs to be built and run. */
const PARTS = ["lib", "routes", "islands", "static", "main.ts", "fresh.config.ts", "deno.json", "deno.lock"];
const HERE = new URL("../../../", import.meta.url).pathname;
/** What a version says in the page itself, and in a module that is fetched when it is wanted. */
const CHANGES: [path: string, from: string, to: (version: string) => string][] = [
  ["lib/ui/strings/en.ts", "`Message ${room}`", (version) => "`" + version + ": ${room}`"],
  ["lib/ui/emoji/emoji_picker.tsx", "placeholder={t.find}", (version) => `placeholder="part ${version}"`],
];

async function run(cwd: string, command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, cwd, stdout: "null", stderr: "piped" }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

Deno.test("service worker: after a new version an open page keeps its own modules, a reload has only new ones, both also offline", async (t) => {
  const dir = await Deno.makeTempDir({ prefix: "parley-version-" });
  const release = async (version: string) => {
    for (const [path, from, to] of CHANGES) {
      const source = await Deno.readTextFile(`${HERE}/${path}`);
      assert(source.includes(from), path);
      await Deno.writeTextFile(`${dir}/${path}`, source.replace(from, to(version)));
    }
    await run(dir, Deno.execPath(), "task", "-q", "build");
  };
  await run(HERE, "cp", "-r", ...PARTS, dir);
  await release("one");
  await using chromium = await openBrowser();
  let server = await startProcess(`${dir}/data`, { PORT: String(freePort()) }, { cwd: dir });
  const restart = async () => {
    await server.stop();
    server = await startProcess(`${dir}/data`, { PORT: String(server.port) }, { cwd: dir });
  };
  const versions = (page: Page): Promise<string[]> =>
    page.evaluate("caches.keys().then((names) => names.filter((name) => name.startsWith('parley-shell-')))");
  const picker = async (page: Page) => {
    await page.locator(".composer").getByRole("button", { name: "Emoji" }).click();
    return await page.locator(".emoji-picker input").getAttribute("placeholder");
  };
  try {
    const { page, problems } = await register(chromium.browser, server.origin, "ada", "Ada", {
      serviceWorkers: "allow",
    });
    await controlled(page);
    await keepParts(page, dir);
    await say(page, "said in the first version");
    await settled(page, "said in the first version");

    await t.step("an open page fetches modules of its own version", async () => {
      const [first] = await versions(page);
      // two further ones: the server has nothing of the first any more
      await release("two");
      await release("three");
      await restart();
      await live(page);
      await page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())");
      await until(async () => (await versions(page)).length === 2 && (await versions(page))[1] !== first);
      // it has taken over, the one before is gone
      await until(() =>
        page.evaluate(`navigator.serviceWorker.getRegistration().then(({ installing, waiting, active }) =>
          installing === null && waiting === null && active.state === "activated")`)
      );
      assertEquals(await composer(page).getAttribute("placeholder"), "one: #general");
      assertEquals(await picker(page), "part one");
      await page.keyboard.press("Escape");
      assertEquals(problems, []);
    });
    await t.step("a reload has the modules of the new version alone", async () => {
      await page.reload({ waitUntil: "commit" });
      await live(page);
      assertEquals(await composer(page).getAttribute("placeholder"), "three: #general");
      assertEquals(await picker(page), "part three");
      await page.keyboard.press("Escape");
      assertEquals(problems, []);
      await keepParts(page, dir);
    });
    await t.step("the same holds without a server", async () => {
      await message(page, "said in the first version").waitFor();
      await until(async () => await page.evaluate("indexedDB.databases().then((all) => all.length > 0)"));
      await server.kill();
      // what is shown counts, not what the browser may still be waiting for
      await page.reload({ waitUntil: "commit" });
      await message(page, "said in the first version").waitFor();
      assertEquals(await composer(page).getAttribute("placeholder"), "three: #general");
      assertEquals(await picker(page), "part three");
    });
  } finally {
    await server[Symbol.asyncDispose]();
    await Deno.remove(dir, { recursive: true });
  }
});
