/** The server's settings. The environment is read in main.ts and fresh.config.ts only, and decoded here. */

export interface Config {
  host: string;
  port: number;
  /** Where the KV file and the uploads are; used while `kvPath` is derived from it. */
  dataDir: string;
  /** A file's path, an http(s) URL (KV Connect), or `:memory:` (tests). */
  kvPath: string;
  /** Set by the operator; else a generated secret is kept in the store. At least 32 bytes. */
  jwtSecret: string | undefined;
  /** The address people type, without a path, such as https://chat.example.org; undefined: the one it listens on. */
  publicUrl: string | undefined;
  /** Further origins that may open sockets and send forms. */
  allowedOrigins: string[];
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  sockets: "auto" | "native" | "guarded";
  registration: "open" | "invite" | "closed";
  logLevel: "debug" | "info" | "warn" | "error";
  logFormat: "text" | "json";
  /** false lifts rate limits and socket caps, for load tests; in local mode only. */
  limits: boolean;
  rates: Rates;
  /** An HTTP request's JSON body, in bytes. */
  maxBodyBytes: number;
  /** An inbound socket message, in bytes. */
  maxFrameBytes: number;
  /** Bytes that may wait for one socket, and for all of them together. */
  maxQueuedBytes: number;
  maxQueuedBytesTotal: number;
  maxSocketsPerUser: number;
  maxSocketsPerAddress: number;
  heartbeatMs: number;
  /** How long a repeated client_id is recognised. */
  idempotencyMs: number;
  sessionMs: number;
  accessTokenMs: number;
  refreshTokenMs: number;
}

/** Token buckets: `burst` at once, refilled at `perMinute`. */
export interface Rate {
  burst: number;
  perMinute: number;
}

export interface Rates {
  /** Messages, edits, deletes and reactions of a user. */
  sends: Rate;
  /** Everything a user asks for, over REST and sockets. */
  commands: Rate;
  /** Sign-ins by address and by account. */
  signIns: Rate;
  /** Registrations by address. */
  registrations: Rate;
}

/** Local mode (ARCHITECTURE.md): only loopback is listened on and nothing says that anybody else can get here. */
export function isLocalMode(config: Config): boolean {
  return isLoopbackHost(config.host) &&
    (config.publicUrl === undefined || isLoopbackHost(new URL(config.publicUrl).hostname)) &&
    config.trustedProxies.length === 0;
}

export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || host === "::1" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
