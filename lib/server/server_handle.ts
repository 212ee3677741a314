/** The options and the result of opening a server, whether of one isolate or of several. */
import type { ChatOptions, OpenChat } from "../chat/open.ts";
import type { Config } from "../base/config/config.ts";
import type { TransportKind } from "../socket/transport/transport.ts";

export interface ServerOptions extends ChatOptions {
  /** Where `fresh.config.ts build` wrote; without it there are no pages, only the API and sockets. */
  buildDir?: URL;
  /** What further isolates run instead of server/isolates/worker.ts, which it must import. */
  worker?: URL;
}

export interface Server extends AsyncDisposable {
  readonly chat: OpenChat;
  readonly hostname: string;
  readonly port: number;
  /** The address to open, such as http://127.0.0.1:8000. */
  readonly url: string;
  readonly transport: TransportKind;
  /** Refuses new requests, finishes those in flight, and closes the sockets, in less than 4 s. Idempotent. */
  close(): Promise<void>;
}

/** The address under which people reach a server that listens there. */
export function urlOf(config: Config, hostname: string, port: number): string {
  const host = hostname === "0.0.0.0" || hostname === "::" ? "localhost" : hostname;
  return config.publicUrl ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
