/**
 * The types of the published package as far as we use them: what a caller may rely on. Ours are held against these, and
 * nothing here is ever run.
 */
import type { Cookie } from "./cookie.ts";
import type { ServerSentEventMessage } from "./server_sent_event_stream.ts";

export interface Published {
  getCookies(headers: Headers): Record<string, string>;
  setCookie(headers: Headers, cookie: Cookie): void;
  acceptsEncodings(request: Pick<Request, "headers">, ...encodings: [string, ...string[]]): string | undefined;
  acceptsLanguages(request: Pick<Request, "headers">, ...langs: [string, ...string[]]): string | undefined;
  ServerSentEventStream: new () => TransformStream<ServerSentEventMessage, Uint8Array>;
  isErrorStatus(status: number): boolean;
}
