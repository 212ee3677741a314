/** The server: a Chat with its edges. Everything is wired here, nothing is global: a test opens two in one process. */
import { openAdminDoor } from "../operate/admin/door.ts";
import { makeApi } from "../api/api.ts";
import { clientAddress } from "../http/address.ts";
import type { FromServer } from "../pages/app_state.ts";
import { type OpenChat, openChat } from "../chat/open.ts";
import type { Chat } from "../chat/chat.ts";
import type { Config } from "../base/config/config.ts";
import { Edge } from "../http/edge.ts";
import { traceOf } from "../base/errors.ts";
import { openIsolates } from "./isolates/pool.ts";
import { asFreshTakesIt, type Handler, loadPages, type Pages } from "./pages.ts";
import { type Server, type ServerOptions, urlOf } from "./server_handle.ts";
import { requestId } from "../http/request_id.ts";
import { Sockets } from "../socket/sockets.ts";
import { listen, transportFor } from "../socket/transport/listen.ts";
import { isSocketPath, type Listener } from "../socket/transport/transport.ts";

/** How long requests in flight may take once the server stops. */
const FINISH_MS = 600;

/** Rejects with an Error whose message says what to do when the port or the store cannot be had. */
export async function openServer(config: Config, options: ServerOptions = {}): Promise<Server> {
  const server = config.isolates > 1
    ? await openIsolates(config, options)
    : await serve(await openChat(config, options), options);
  return withDoor(server, await openAdminDoor(server.chat));
}

/** Closes the admin socket before the server: its file belongs to us only while we hold the lock on the store. */
function withDoor(server: Server, door: AsyncDisposable): Server {
  const { chat, hostname, port, transport, url } = server;
  let closing: Promise<void> | undefined;
  const close = async () => {
    await door[Symbol.asyncDispose]();
    await server.close();
  };
  return {
    chat,
    hostname,
    port,
    transport,
    url,
    close: () => closing ??= close(),
    [Symbol.asyncDispose]: () => closing ??= close(),
  };
}

/**
 * Serves a chat on its port. `shared`: other isolates listen there too. The chat is closed together with the server,
 * and also when serving fails.
 */
export async function serve(chat: OpenChat, options: ServerOptions & { shared?: boolean }): Promise<Server> {
  const { config } = chat;
  let sockets: Sockets | undefined;
  try {
    const pages = options.buildDir === undefined ? null : await loadPages(options.buildDir);
    sockets = await Sockets.open(chat);
    const edge = new Edge(chat);
    const { handler, use } = makeHandler(chat, edge, pages);
    const { admit } = sockets;
    const listener = await listen({
      config,
      clock: chat.clock,
      transport: transportFor(config),
      shared: options.shared ?? false,
      handler,
      async admit(request, remoteAddress) {
        const admission = await admit(request, remoteAddress);
        return admission instanceof Response ? edge.seal(request, admission) : admission;
      },
      onSocket: sockets.onSocket,
      onError: (error) => chat.log.error("an error outside of any request", { error: traceOf(error) }),
    });
    use(listener);
    const { metrics } = chat;
    metrics.gauge("parley_connections", "Open TCP connections (guarded).", () => listener.connections);
    metrics.gauge("parley_kept_html_bytes", "Bytes of HTML that is kept for pages.", () => pages?.kept.bytes ?? 0);
    metrics.gauge("parley_downloads", "Users and addresses that are downloading files.", () => chat.downloads.size);
    return serverOf(chat, edge, sockets, listener);
  } catch (error) {
    await sockets?.drain();
    await chat[Symbol.asyncDispose]();
    throw error;
  }
}

function serverOf(chat: OpenChat, edge: Edge, sockets: Sockets, listener: Listener): Server {
  let closing: Promise<void> | undefined;
  const close = async () => {
    chat.readiness.stop();
    edge.stop();
    await sockets.drain();
    await listener.close(FINISH_MS);
    await chat[Symbol.asyncDispose]();
  };
  const { hostname, port, transport } = listener;
  return {
    chat,
    hostname,
    port,
    transport,
    url: urlOf(chat.config, hostname, port),
    close: () => closing ??= close(),
    [Symbol.asyncDispose]: () => closing ??= close(),
  };
}

/** Makes the handler of all HTTP requests. `use` passes it the listener, which can only be made after it. */
function makeHandler(
  chat: Chat,
  edge: Edge,
  pages: Pages | null,
): { handler: Handler; use(listener: Listener): void } {
  let listener: Listener | undefined;
  const upgrade: FromServer["upgrade"] = (request, info) =>
    listener?.handleUpgrade(request, info) ?? Promise.reject(new Error("not listening yet"));
  const api = makeApi(chat);
  const answer: Handler = (request, info) => {
    const { pathname } = new URL(request.url);
    if (pages === null) return isSocketPath(pathname) ? upgrade(request, info) : api(request, info);
    // The API has a router of its own; a program's requests need not pass the pages' one before.
    if (pathname.startsWith("/api/") && !isSocketPath(pathname)) return api(asFreshTakesIt(request), info);
    const address = clientAddress(request, info.remoteAddr, chat.config);
    const client = { address, user_agent: request.headers.get("user-agent")?.slice(0, 300) ?? "" };
    return pages.answer(request, info, { chat, api, client, request_id: requestId(request), upgrade });
  };
  return {
    handler: (request, info) => edge.handle(request, () => answer(request, info)),
    use: (bound) => listener = bound,
  };
}
