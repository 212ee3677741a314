/**
 * The service worker. It caches the page's shell and nothing else: the scripts, the style sheet, and an empty page that
 * shows what offline_store.ts holds. Answers about rooms and people never enter its caches.
 *
 * The build fills in the constants (lib/build/service_worker.ts, fresh.config.ts). The file becomes a script by itself, so it
 * imports nothing.
 */
declare const VERSION: string;
/** The files that a page needs to start without a server: cached at once. */
declare const SHELL: string[];
/** The chunks that a page fetches later: cached one by one, after a page has been open for a while. */
declare const LATER: string[];
/** By language: shown in place of a message's text if that is not to be shown. */
declare const NEW_MESSAGE: Readonly<Record<string, string>>;

/** The part of ServiceWorkerGlobalScope that is used: the compiler has only the types of pages. */
interface Worker {
  readonly location: Location;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: true }): Promise<Tab[]>;
    openWindow(url: string): Promise<unknown>;
  };
  readonly registration: {
    navigationPreload?: { enable(): Promise<void> };
    showNotification(title: string, options: NotificationOptions): Promise<void>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: Extendable) => void): void;
  addEventListener(type: "push", listener: (event: Pushed) => void): void;
  addEventListener(type: "notificationclick", listener: (event: Clicked) => void): void;
  addEventListener(type: "message", listener: (event: Told) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
}
interface Extendable {
  waitUntil(work: Promise<unknown>): void;
}
interface Pushed extends Extendable {
  readonly data: { json(): unknown } | null;
}
interface Clicked extends Extendable {
  readonly notification: { close(): void; readonly data: { room_id: string; message_id: string } };
}
interface Told extends Extendable {
  readonly data: unknown;
}
interface Tab {
  readonly url: string;
  focus(): Promise<unknown>;
  navigate(url: string): Promise<unknown>;
  postMessage(message: unknown, ports: MessagePort[]): void;
}
interface Fetching extends Extendable {
  readonly request: Request;
  readonly preloadResponse: Promise<Response | undefined>;
  respondWith(response: Promise<Response>): void;
}

const worker = globalThis as unknown as Worker;
const PREFIX = "parley-shell-";
const OFFLINE = "/offline";
const ANSWER_MS = 3_000;
/** Without an answer for this long, a request for a page counts as failed. */
const PATIENCE_MS = 10_000;
/** A chunk that takes longer counts as failed: its connection may have died without a FIN. */
const CHUNK_MS = 30_000;
/** The statuses of a proxy that does not reach the server. Answers of the server itself are shown. */
const GATEWAY_FAILURES = new Set([502, 504]);
/** Keeps the caches of this version and the one before, whose tabs may be open. A still older tab asks the server. */
const VERSIONS_KEPT = 2;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname, searchParams } = new URL(url);
  if (method !== "GET" || origin !== worker.location.origin) return;
  if (mode === "navigate") event.respondWith(navigate(event));
  // Fresh adds its mark to the addresses of pictures too; pictures of people do not belong to the shell.
  else if (pathname.startsWith("/api/")) return;
  // Their addresses carry the content's hash, so a cached file is never stale.
  else if (pathname.startsWith("/_fresh/") || searchParams.has("__frsh_c")) event.respondWith(cached(event.request));
});
worker.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keepParts());
});

worker.addEventListener("push", (event) => event.waitUntil(tell(event)));
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openAt(event.notification.data));
});

async function install(): Promise<void> {
  const cache = await caches.open(PREFIX + VERSION);
  // Without cookies, so that the shell belongs to no account.
  const page = new Request(OFFLINE, { credentials: "omit", cache: "no-store" });
  await Promise.all([cache.addAll(SHELL), cache.add(page)]);
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  // Oldest first.
  const versions = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  for (const name of versions.slice(0, -VERSIONS_KEPT)) await caches.delete(name);
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

async function navigate(event: Fetching): Promise<Response> {
  const answer = (async () => await event.preloadResponse ?? await fetch(event.request))();
  try {
    const response = await inTime(answer);
    return GATEWAY_FAILURES.has(response.status) ? await shell(event.request) ?? response : response;
  } catch {
    return await shell(event.request) ?? await answer;
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    setTimeout(reject, PATIENCE_MS);
    work.then(resolve, reject);
  });
}

/** Whether a failed page may be replaced by the shell: not where a file is opened. */
async function shell({ url }: Request): Promise<Response | undefined> {
  if (new URL(url).pathname.startsWith("/api/")) return undefined;
  return await (await caches.open(PREFIX + VERSION)).match(OFFLINE);
}

async function cached(request: Request): Promise<Response> {
  return await caches.match(request, { ignoreVary: true }) ??
    await fetch(request, { signal: AbortSignal.timeout(CHUNK_MS) });
}

/**
 * Serves chunks from the cache, so that an open page can load its own later when a new version is out, or without a
 * server.
 */
async function keepParts(): Promise<void> {
  const cache = await caches.open(PREFIX + VERSION);
  for (const url of LATER) {
    if (await cache.match(url, { ignoreVary: true })) continue;
    const response = await fetch(url, { priority: "low", signal: AbortSignal.timeout(CHUNK_MS) });
    if (response.ok) await cache.put(url, response);
  }
}

async function tell({ data }: Pushed): Promise<void> {
  const note: unknown = data?.json();
  if (typeof note !== "object" || note === null) return;
  const { room_id = "", message_id = "", title = "Parley", body = "", language = "" } = note as Record<string, string>;
  await worker.registration.showNotification(title, {
    body: body || NEW_MESSAGE[hasTexts(language) ? language : browserLanguage()] || "",
    // One notification a room, the newest. Open pages use the same tag.
    tag: room_id,
    icon: "/icons/icon-192.png",
    data: { room_id, message_id },
  });
}

function hasTexts(language: string): boolean {
  return Object.hasOwn(NEW_MESSAGE, language);
}

/** For people who chose no language: the first of the browser's languages that has a text here. */
function browserLanguage(): string {
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(hasTexts) ?? "en";
}

/**
 * Shows a message in an open tab if there is one. A tab that does not answer (it just began, or is asleep) is
 * navigated.
 */
async function openAt({ room_id, message_id }: { room_id: string; message_id: string }): Promise<void> {
  const at = `/rooms/${encodeURIComponent(room_id)}?at=${encodeURIComponent(message_id)}`;
  const tabs = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const tab = tabs.find(({ url }) => new URL(url).pathname.startsWith("/rooms"));
  if (tab === undefined) return void await worker.clients.openWindow(at);
  // The browser may forbid focusing a tab; the room is open in it all the same.
  const focused = tab.focus().catch(() => {});
  if (!await isHeard(tab, { type: "open", room_id, message_id })) await tab.navigate(at);
  await focused;
}

function isHeard(tab: Tab, message: unknown): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(true);
    setTimeout(() => resolve(false), ANSWER_MS);
    tab.postMessage(message, [port2]);
  });
}
