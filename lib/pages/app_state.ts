/** What the middlewares leave for pages. */
import type { ApiHandler } from "../api/api.ts";
import type { Actor } from "../protocol/model.ts";
import type { Chat } from "../chat/chat.ts";
import type { ClientInfo } from "../chat/sign_in/client.ts";
import type { Language, Settings } from "../protocol/settings.ts";

export interface State {
  /** Set by lib/server/server.ts before every other middleware. */
  chat: Chat;
  /** makeApi(chat): everything under /api but sockets, and /health. Set by lib/server/server.ts. */
  api: ApiHandler;
  /** Where the request came from; proxies that are trusted have been looked through. Set by lib/server/server.ts. */
  client: ClientInfo;
  /** Answers a request for a socket. */
  upgrade(request: Request, info: Deno.ServeHandlerInfo): Promise<Response>;
  /** Null: not signed in. */
  actor: Actor | null;
  /** What the forms of this session's pages hold (pages/form.ts); "" for who is not signed in. */
  form_token: string;
  /** Of whoever is signed in; of others what this browser had last. */
  settings: Settings;
  /** The one that the page is in. */
  language: Language;
  /** The reader's IANA time zone as far as the server knows it; UTC until a script has said it. */
  zone: string;
  /** Whether the reader closed the list of people beside a room. */
  peopleClosed: boolean;
}
