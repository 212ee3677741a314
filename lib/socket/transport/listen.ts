/** Binds a port with the transport that fits. */
import { type Config, isLocalMode } from "../../base/config/config.ts";
import { listenGuarded } from "./guarded.ts";
import { listenNative } from "./native.ts";
import type { Listener, ListenOptions, TransportKind } from "./transport.ts";

/** On Deno Deploy its edge stands in front, and nothing else is to be had. */
export function transportFor(config: Config): TransportKind {
  if (config.sockets !== "auto") return config.sockets;
  return config.hosted || isLocalMode(config) ? "native" : "guarded";
}

/** Rejects when the port cannot be had. */
export async function listen(options: ListenOptions): Promise<Listener> {
  return options.transport === "native" ? listenNative(options) : await listenGuarded(options);
}
