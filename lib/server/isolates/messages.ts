/** The messages between the store isolate and a socket isolate. */
import type { Config } from "../../base/config/config.ts";
import type { SentError } from "../../base/errors.ts";
import type { Sample } from "../../base/metrics.ts";
import type { StoreLimits } from "../../store/limits.ts";
import type { TransportKind } from "../../socket/transport/transport.ts";

/** A password to hash, or to compare with what is stored: the store isolate does it for all (chat/sign_in/passwords.ts). */
export type PasswordTask =
  | { type: "hash"; password: string }
  | { type: "verify"; password: string; stored: string | undefined }
  | { type: "renew"; password: string; stored: string };

export type PasswordAnswer = { value: string | boolean } | { error: SentError };

/** The first message to a socket isolate. */
export interface Start {
  type: "start";
  /** With the port to listen on; 0 for the first isolate to choose one. */
  config: Config;
  /** The isolate's name on the bus, and the bus's. */
  isolate: string;
  channel: string;
  /** The port to the store (server/isolates/store_port.ts). */
  store: MessagePort;
  storeLimits: StoreLimits;
  epoch: string;
  jwtSecret: string;
  /** The build's folder, where there are pages. */
  buildDir: string | undefined;
}

export type ToWorker =
  | Start
  | { type: "stop" }
  /** Asks a socket isolate for its own metrics. */
  | { type: "measure"; id: number }
  | { type: "password"; id: number; answer: PasswordAnswer }
  /** The metrics of all isolates, for the one that asked for them. */
  | { type: "gathered"; id: number; samples: Sample[][] };

export type FromWorker =
  | { type: "listening"; hostname: string; port: number; transport: TransportKind }
  /** It could not start. `code` is an error's name, such as AddrInUse. */
  | { type: "failed"; name: string; message: string }
  | { type: "measured"; id: number; samples: Sample[] }
  | { type: "gather"; id: number }
  | { type: "password"; id: number; task: PasswordTask }
  | { type: "stopped" };
