/** The first argument of every verb of the domain. Made by lib/server/server.ts; nothing here is global. */
import type { Bus } from "../bus/bus.ts";
import type { Config } from "../base/config/config.ts";
import type { Kv } from "../store/kv.ts";
import type { Versions } from "../store/migrations/versions.ts";
import type { Indexer } from "./search/index/indexer.ts";
import type { Log } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import type { AppendQueue } from "../log/append.ts";
import type { BlobsOf } from "../store/blobs/erase_files.ts";
import type { Clock } from "../base/clock.ts";
import type { Tracing } from "../base/telemetry.ts";
import type { KeptPages } from "./messages/kept_pages.ts";
import type { Directory } from "./people/directory.ts";
import type { RateLimiter } from "./rate_limiter.ts";
import type { InFlight } from "./in_flight.ts";
import type { Hashing } from "./sign_in/passwords.ts";
import type { Places } from "./rooms/places.ts";
import type { RecentSessions } from "./sign_in/recent_sessions.ts";
import type { Readiness } from "./readiness.ts";
import type { ServerInfo } from "./server_info.ts";
import type { ReadMarks } from "./rooms/read_marks.ts";

export interface Presence {
  isOnline(userId: string): boolean;
  /** A user's rooms as their sockets' isolates know them; a room may come twice. None while the user is offline. */
  rooms(userId: string): IteratorObject<string>;
}

export const NOBODY_ONLINE: Presence = { isOnline: () => false, rooms: () => Iterator.from([]) };

export interface Chat {
  readonly config: Config;
  readonly kv: Kv;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** This database's epoch (D4). */
  readonly epoch: string;
  /** The schema version that every process on the store knows. */
  readonly versions: Versions;
  /** Appends to rooms, in groups (D9). */
  readonly appender: AppendQueue;
  /** The blob stores: new files go to one of them, older files may be in another. */
  readonly blobs: BlobsOf;
  /** Profiles by id, cached. */
  readonly directory: Directory;
  /** The server's name, picture and rules, cached. */
  readonly server: ServerInfo;
  /** Pages of history that were read a while ago. */
  readonly pages: KeptPages;
  readonly rates: RateLimiter;
  /** The uploads that this isolate is receiving. */
  readonly uploads: InFlight;
  /** The downloads that this isolate is sending. */
  readonly downloads: Places;
  readonly recentSessions: RecentSessions;
  readonly readiness: Readiness;
  /** Read marks, written at most twice a second each. */
  readonly marks: ReadMarks;
  /** Keeps the search index in step with the rooms' logs; undefined where another isolate does. */
  readonly indexer: Indexer | undefined;
  readonly passwords: Hashing;
  /** Signs access tokens (HS256). */
  readonly jwtKey: Uint8Array<ArrayBuffer>;
  /** Who is online. The sockets' hub sets it; without one nobody is. */
  presence: Presence;
}
