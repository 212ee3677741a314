/** The service worker's script by itself: its globals are stubs, its handlers are called by hand. */
import { assert, assertEquals, assertRejects } from "@std/assert";

type Handler = (event: object) => void;
const handlers = new Map<string, Handler>();
const ORIGIN = "https://chat.test";

/** Caches by name, with what was put into them by URL. */
const stored = new Map<string, Map<string, string>>();
/** What the network answers by path; anything else fails. */
const network = new Map<string, () => Response | Promise<Response>>();
const fetched: { url: string; credentials: string | undefined }[] = [];
const notes: { title: string; options: NotificationOptions }[] = [];
const tabs: { url: string; hears: boolean; went: string; told: unknown[]; focused: boolean }[] = [];
const windows: string[] = [];
/** Ends of what the worker waits for. */
const timers: (() => void)[] = [];
let skipped = 0;

function urlOf(target: string | Request | URL): string {
  const url = typeof target === "object" && "url" in target ? target.url : String(target);
  return url.startsWith("/") ? url : new URL(url).pathname + new URL(url).search;
}

async function fakeFetch(target: string | Request | URL): Promise<Response> {
  const url = urlOf(target);
  fetched.push({
    url,
    credentials: typeof target === "object" && "credentials" in target ? target.credentials : undefined,
  });
  const answer = network.get(url);
  if (answer === undefined) throw new TypeError(`no network for ${url}`);
  return await answer();
}

function cacheOf(name: string) {
  let entries = stored.get(name);
  if (entries === undefined) stored.set(name, entries = new Map());
  const kept = entries;
  const add = async (target: string | Request) => {
    const answer = await fakeFetch(target);
    if (!answer.ok) throw new TypeError("not kept");
    kept.set(urlOf(target), await answer.text());
  };
  return {
    add,
    addAll: (urls: string[]) => Promise.all(urls.map(add)),
    match: (target: string | Request) => Promise.resolve(answerOf(kept.get(urlOf(target)))),
    async put(target: string | Request, answer: Response) {
      kept.set(urlOf(target), await answer.text());
    },
  };
}

function answerOf(text: string | undefined): Response | undefined {
  return text === undefined ? undefined : new Response(text);
}

/** A request as the browser makes it: a `Request` cannot be made with mode "navigate". */
class Asked extends Request {
  readonly #mode: RequestMode;

  constructor(path: string, mode: RequestMode = "cors", init?: RequestInit) {
    super(`${ORIGIN}${path}`, init);
    this.#mode = mode;
  }

  override get mode(): RequestMode {
    return this.#mode;
  }
}

const globals: Record<string, unknown> = {
  VERSION: "v2",
  SHELL: ["/_fresh/chat.js"],
  LATER: ["/_fresh/dialogs.js", "/_fresh/emoji.js"],
  NEW_MESSAGE: { en: "New message", pt: "Nova mensagem" },
  location: new URL(ORIGIN),
  addEventListener: (type: string, handler: Handler) => handlers.set(type, handler),
  skipWaiting: () => Promise.resolve(void skipped++),
  registration: {
    showNotification: (title: string, options: NotificationOptions) =>
      Promise.resolve(void notes.push({ title, options })),
  },
  clients: {
    claim: () => Promise.resolve(),
    openWindow: (url: string) => Promise.resolve(void windows.push(url)),
    matchAll: () =>
      Promise.resolve(tabs.map((tab) => ({
        url: tab.url,
        focus: () => Promise.resolve(void (tab.focused = true)),
        navigate: (url: string) => Promise.resolve(void (tab.went = url)),
        postMessage(message: unknown, [port]: MessagePort[]) {
          tab.told.push(message);
          if (tab.hears) port?.postMessage(true);
          port?.close();
        },
      }))),
  },
  caches: {
    open: (name: string) => Promise.resolve(cacheOf(name)),
    keys: () => Promise.resolve([...stored.keys()]),
    delete: (name: string) => Promise.resolve(stored.delete(name)),
    match: (target: Request) =>
      Promise.resolve(answerOf([...stored.values()].map((one) => one.get(urlOf(target))).find((one) => one))),
  },
  fetch: fakeFetch,
  // waits end when a test says so
  setTimeout: (end: () => void) => void timers.push(end),
  Request: class extends Request {
    constructor(input: string | Request, init?: RequestInit) {
      super(typeof input === "string" && input.startsWith("/") ? ORIGIN + input : input, init);
    }
  },
};

for (const [name, value] of Object.entries(globals)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
await import("../../../lib/client/offline/service_worker.ts");

function reset(): void {
  for (const list of [fetched, notes, tabs, windows, timers]) list.length = 0;
  stored.clear();
  network.clear();
}

/** Hands an event to the worker; resolves when it has done with it, with what it answered. */
async function fire(type: string, event: object): Promise<Response | undefined> {
  const work: Promise<unknown>[] = [];
  let answer: Promise<Response> | undefined;
  handlers.get(type)?.({
    ...event,
    waitUntil: (promise: Promise<unknown>) => work.push(promise),
    respondWith: (promise: Promise<Response>) => answer = promise,
  });
  await Promise.all(work);
  return await answer;
}

const ask = (request: Request) => fire("fetch", { request, preloadResponse: Promise.resolve(undefined) });

Deno.test("service worker: it is installed with the shell, asked for without cookies, and takes over at once", async () => {
  reset();
  network.set("/_fresh/chat.js", () => new Response("chat"));
  network.set("/offline", () => new Response("offline page"));
  skipped = 0;
  await fire("install", {});
  assertEquals([...stored.get("parley-shell-v2") ?? []], [["/_fresh/chat.js", "chat"], ["/offline", "offline page"]]);
  assertEquals(fetched.find(({ url }) => url === "/offline")?.credentials, "omit");
  assertEquals(skipped, 1);
});

Deno.test("service worker: a shell that cannot be had whole is not installed", async () => {
  reset();
  network.set("/offline", () => new Response("offline page"));
  await assertRejects(() => fire("install", {}), TypeError);
});

Deno.test("service worker: of older versions one stays, for tabs that are open; foreign caches are left alone", async () => {
  reset();
  for (const name of ["parley-shell-v0", "parley-shell-v1", "other", "parley-shell-v2"]) cacheOf(name);
  await fire("activate", {});
  assertEquals([...stored.keys()], ["parley-shell-v1", "other", "parley-shell-v2"]);
});

Deno.test("service worker: a page comes from the server; without one, or behind a proxy without one, it is the shell", async () => {
  reset();
  stored.set("parley-shell-v2", new Map([["/offline", "offline page"]]));
  const open = async (status?: number) => {
    network.clear();
    if (status !== undefined) network.set("/rooms/general", () => new Response(`status ${status}`, { status }));
    return await (await ask(new Asked("/rooms/general", "navigate")))?.text();
  };
  assertEquals(await open(200), "status 200");
  assertEquals(await open(404), "status 404");
  assertEquals(await open(500), "status 500", "what the server itself says is shown");
  assertEquals(await open(502), "offline page");
  assertEquals(await open(504), "offline page");
  assertEquals(await open(), "offline page");
});

Deno.test("service worker: a network that brings no page in time, and does not fail either, is taken for none", async () => {
  reset();
  stored.set("parley-shell-v2", new Map([["/offline", "offline page"]]));
  const { promise, resolve } = Promise.withResolvers<Response>();
  network.set("/rooms/general", () => promise);
  const asked = ask(new Asked("/rooms/general", "navigate"));
  for (const end of timers) end();
  assertEquals(await (await asked)?.text(), "offline page");
  resolve(new Response("too late"));
});

Deno.test("service worker: a file that is opened is never answered with the shell", async () => {
  reset();
  stored.set("parley-shell-v2", new Map([["/offline", "offline page"]]));
  await assertRejects(() => ask(new Asked("/api/files/abc", "navigate")), TypeError);
});

Deno.test("service worker: modules come from the cache; what the server says of rooms and people is not even looked at", async () => {
  reset();
  stored.set("parley-shell-v1", new Map([["/_fresh/old.js", "old"]]));
  network.set("/_fresh/new.js", () => new Response("new"));
  assertEquals(await (await ask(new Asked("/_fresh/old.js")))?.text(), "old");
  assertEquals(await (await ask(new Asked("/_fresh/new.js")))?.text(), "new");
  assertEquals([fetched.length, [...stored.keys()]], [1, ["parley-shell-v1"]]);
  for (const request of [new Asked("/api/rooms"), new Asked("/_fresh/old.js", "cors", { method: "POST" })]) {
    assertEquals(await ask(request), undefined);
  }
});

Deno.test("service worker: told to keep the parts it fetches those that it has not", async () => {
  reset();
  stored.set("parley-shell-v2", new Map([["/_fresh/dialogs.js", "dialogs"]]));
  network.set("/_fresh/emoji.js", () => new Response("emoji"));
  await fire("message", { data: "something else" });
  assertEquals(fetched, []);
  await fire("message", { data: "keep" });
  assertEquals(fetched.map(({ url }) => url), ["/_fresh/emoji.js"]);
  assertEquals(stored.get("parley-shell-v2")?.get("/_fresh/emoji.js"), "emoji");
});

Deno.test("service worker: a push shows once a room, with its text or, in the reader's language, without", async () => {
  reset();
  const push = (data: unknown) => fire("push", { data: { json: () => data } });
  const note = { room_id: "general", message_id: "7-aaaaaaaa", title: "Bob" };
  await push({ ...note, body: "hello", language: "en" });
  await push({ ...note, language: "pt" });
  await push("not ours");
  await fire("push", { data: null });
  assertEquals(notes.map(({ title, options: { body, tag } }) => [title, body, tag]), [
    ["Bob", "hello", "general"],
    ["Bob", "Nova mensagem", "general"],
  ]);
});

Deno.test("service worker: a pressed note opens its message in a tab that is open, else in a new window", async () => {
  reset();
  let closed = 0;
  const press = () =>
    fire("notificationclick", {
      notification: { close: () => closed++, data: { room_id: "a/b", message_id: "7-aaaaaaaa" } },
    });
  await press();
  assertEquals([windows, closed], [["/rooms/a%2Fb?at=7-aaaaaaaa"], 1]);
  tabs.push({ url: `${ORIGIN}/settings`, hears: true, went: "", told: [], focused: false });
  tabs.push({ url: `${ORIGIN}/rooms/general`, hears: true, went: "", told: [], focused: false });
  await press();
  const [settings, chat] = tabs;
  assert(settings !== undefined && chat !== undefined);
  assertEquals([settings.told, windows.length], [[], 1]);
  assertEquals([chat.told, chat.focused, chat.went], [
    [{ type: "open", room_id: "a/b", message_id: "7-aaaaaaaa" }],
    true,
    "",
  ]);
});

Deno.test("service worker: a tab that does not answer, it has just begun or was put to sleep, is taken to the message", async () => {
  reset();
  const tab = { url: `${ORIGIN}/rooms/general`, hears: false, went: "", told: [], focused: false };
  tabs.push(tab);
  const pressed = fire("notificationclick", {
    notification: { close: () => {}, data: { room_id: "general", message_id: "7-aaaaaaaa" } },
  });
  for (let turn = 0; turn < 100 && timers.length === 0; turn++) await Promise.resolve();
  for (const end of timers) end();
  await pressed;
  assertEquals(tab.went, "/rooms/general?at=7-aaaaaaaa");
});
