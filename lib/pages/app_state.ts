/** The state that the server and the middlewares set for pages. */
import type { Context } from "fresh";
import type { ApiHandler } from "../api/api.ts";
import type { Actor } from "../protocol/model.ts";
import type { TextCache } from "../base/text_cache.ts";
import type { Chat } from "../chat/chat.ts";
import type { ClientInfo } from "../chat/sign_in/client.ts";
import type { Language, Settings } from "../protocol/settings.ts";
import type { Assets } from "./assets.ts";

/** The parts that lib/server passes with each request. */
export interface FromServer {
  chat: Chat;
  /** makeApi(chat): everything under /api but sockets, and /health. */
  api: ApiHandler;
  /** The client's address; behind trusted proxies, the one that they report. */
  client: ClientInfo;
  /** The request's id, in the answer and in the log. */
  request_id: string;
  assets: Assets;
  /** HTML of messages and people, for all readers (lib/ui/page/kept_html.ts). */
  kept: TextCache;
  /** Answers a request for a socket. */
  upgrade(request: Request, info: Deno.ServeHandlerInfo): Promise<Response>;
}

export interface State extends FromServer {
  /** Null: not signed in. */
  actor: Actor | null;
  /** A new Set-Cookie value where this request prolonged the session; else null. */
  renewal: string | null;
  /** The token in the forms of this session's pages (lib/pages/form.ts); "" without a session. */
  form_token: string;
  /** The signed-in account's settings; without one, the settings that this browser had last. */
  settings: Settings;
  /** The server's name and picture. */
  brand: { name: string; picture: string | null };
  /** The page's language. */
  language: Language;
  /** The reader's IANA time zone; UTC until a script has sent it. */
  zone: string;
  /** Whether the reader closed the list of people beside a room. */
  peopleClosed: boolean;
}

/** Keyed by request: one App serves all servers of a process, and Fresh passes the request object on unchanged. */
const given = new WeakMap<Request, FromServer>();

export function giveToPages(request: Request, parts: FromServer): void {
  given.set(request, parts);
}

/** The App's first middleware. */
export function takeFromServer(ctx: Context<State>): Promise<Response> {
  const parts = given.get(ctx.req);
  if (parts === undefined) throw new Error("This request did not come in by lib/server/server.ts: start main.ts");
  Object.assign(ctx.state, parts);
  return ctx.next();
}
