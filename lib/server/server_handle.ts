/** What opening a server takes, and what it gives; a server of one isolate and of several alike. */
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
  /** Refuses what is new, finishes what is in flight, says goodbye to sockets; under 4 s. Idempotent. */
  close(): Promise<void>;
}

/** What to type to get to a server that listens there. */
export function urlOf(config: Config, hostname: string, port: number): string {
  const host = hostname === "0.0.0.0" || hostname === "::" ? "localhost" : hostname;
  return config.publicUrl ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
