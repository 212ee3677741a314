/** The server's settings. The environment is read in main.ts and fresh.config.ts only, and decoded here. */
import { isLoopbackHost, type Rate } from "./kinds.ts";
import { SETTINGS, type Settings } from "./settings.ts";
import { hostedDatabase } from "./hosted_database.ts";
import { PLATFORM_STORE, storeName } from "./store_kind.ts";
import { isPostgresUrl, parsePostgresUrl } from "./postgres_url.ts";
import type { FileStore } from "../../protocol/model.ts";

export interface Config {
  /** On Deno Deploy: its own store, no workers, files to write or locks, native sockets. Known by DENO_DEPLOYMENT_ID. */
  hosted: boolean;
  /** Spans and metrics go to an OpenTelemetry collector; known by OTEL_DENO, which the platform reads itself. */
  telemetry: boolean;
  /**
   * The C library (glibc) keeps memory that was freed, since MALLOC_TRIM_THRESHOLD_ was not in the environment when the
   * process began: it may then hold hundreds of MiB more than it uses.
   */
  keepsMemory: boolean;
  /** Push services may be on this machine, by plain http: for tests, no variable sets it. */
  pushLoopback: boolean;
  host: string;
  port: number;
  /** Where the KV file and the uploads are; used while `kvPath` is derived from it. */
  dataDir: string;
  /** A file's path, a postgres URL, an http(s) URL (KV Connect), PLATFORM_STORE, or `:memory:` (tests): store_kind.ts. */
  kvPath: string;
  /** The PostgreSQL server itself, where a pooler stands between. */
  kvListenUrl: string | undefined;
  /** Isolates that serve sockets and pages; more than one: beside another that holds the store. */
  isolates: number;
  /** Set by the operator; else a generated secret is kept in the store. At least 32 bytes. */
  jwtSecret: string | undefined;
  /** The address people type, without a path, such as https://chat.example.org; undefined: the one it listens on. */
  publicUrl: string | undefined;
  /** Lets a collector read /metrics; administrators always may. */
  metricsToken: string | undefined;
  /** Further origins that may open sockets and send forms. */
  allowedOrigins: string[];
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  sockets: "auto" | "native" | "guarded";
  registration: "open" | "invite" | "closed";
  /** REGISTRATION is set, so that administrators cannot choose otherwise. */
  registrationIsSet: boolean;
  logLevel: "debug" | "info" | "warn" | "error";
  logFormat: "text" | "json";
  /** false lifts rate limits and socket caps, for load tests; in local mode only. */
  limits: boolean;
  rates: Rates;
  /** The most bytes of an HTTP request's JSON body. */
  maxBodyBytes: number;
  /** The most bytes of an inbound socket message. */
  maxFrameBytes: number;
  /** The most bytes of an uploaded file, and of all files of one user together. */
  maxFileBytes: number;
  userQuotaBytes: number;
  /** Where new files go. */
  files: FileStore;
  /** Set where all S3_… variables are: files in the bucket can then be read, wherever new files go. */
  s3: S3Config | undefined;
  /** Bytes that may wait for one socket, and for all of them together. */
  maxQueuedBytes: number;
  maxQueuedBytesTotal: number;
  maxSocketsPerUser: number;
  maxSocketsPerAddress: number;
  /** HTTP connections of one address beside its sockets; behind a trusted proxy its requests under way. */
  maxConnectionsPerAddress: number;
  /** Files that are being sent at once. */
  maxDownloadsPerUser: number;
  maxDownloadsPerAddress: number;
  heartbeatMs: number;
  /** How long a repeated client_id is recognised. */
  idempotencyMs: number;
  /** How long messages may be edited; 0: for ever. */
  editMs: number;
  /** How long messages are kept; 0: for ever. */
  retentionDays: number;
  sessionMs: number;
  accessTokenMs: number;
  refreshTokenMs: number;
}

export interface S3Config {
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface Rates {
  /** Messages, edits, deletes and reactions of a user. */
  sends: Rate;
  /** Everything a user asks for, over REST and sockets. */
  commands: Rate;
  searches: Rate;
  /** Sign-ins by address and by account. */
  signIns: Rate;
  /** Files of a user: sent here, and fetched. */
  uploads: Rate;
  downloads: Rate;
  /** Rooms that one user puts another into. */
  adds: Rate;
  /** Rooms and direct conversations that a user makes. */
  rooms: Rate;
  /** Registrations by address. */
  registrations: Rate;
}

/** Local mode (ARCHITECTURE.md): the server listens on loopback alone, and no setting says that others can reach it. */
export function isLocalMode(config: Config): boolean {
  return !config.hosted && isLoopbackHost(config.host) &&
    (config.publicUrl === undefined || isLoopbackHost(new URL(config.publicUrl).hostname)) &&
    config.trustedProxies.length === 0;
}

export { isLoopbackHost };

export interface ConfigProblem {
  name: string;
  /** As it was given; secrets masked. */
  value: string;
  /** Completes "… must be". */
  allowed: string;
}

/** An error that lists every wrong variable with its name, its value and what is allowed. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: ConfigProblem[];

  constructor(problems: ConfigProblem[]) {
    const lines = problems.map(({ name, value, allowed }) => `  ${name}=${value} must be ${allowed}`);
    super(`These settings are wrong; change them in the environment or in .env:\n${lines.join("\n")}`);
    this.problems = problems;
  }
}

/**
 * Decodes the environment (see readEnv). An empty variable counts as absent; a wrong one is never replaced by a default.
 * Throws a ConfigError that lists everything that is wrong.
 */
export function readConfig(env: Record<string, string>): Config {
  const problems: ConfigProblem[] = [];
  const read = readSettings(env, problems);
  if (read === undefined) throw new ConfigError(problems);
  const hosted = (env["DENO_DEPLOYMENT_ID"] ?? "") !== "";
  const config: Config = {
    telemetry: ["true", "1"].includes(env["OTEL_DENO"] ?? ""),
    host: read.HOST,
    port: read.PORT,
    dataDir: read.DATA_DIR,
    hosted,
    keepsMemory: Deno.build.os === "linux" && (env["MALLOC_TRIM_THRESHOLD_"] ?? "") === "",
    pushLoopback: false,
    kvPath: read.KV_URL ?? read.KV_PATH ??
      (hosted ? hostedDatabase(env) ?? PLATFORM_STORE : `${read.DATA_DIR.replace(/\/+$/, "")}/parley.db`),
    kvListenUrl: read.KV_LISTEN_URL,
    isolates: read.ISOLATES,
    jwtSecret: read.JWT_SECRET,
    publicUrl: read.PUBLIC_URL,
    metricsToken: read.METRICS_TOKEN,
    allowedOrigins: read.ALLOWED_ORIGINS,
    trustedProxies: read.TRUSTED_PROXIES,
    sockets: read.SOCKETS,
    registration: read.REGISTRATION,
    registrationIsSet: (env["REGISTRATION"] ?? "").trim() !== "",
    logLevel: read.LOG_LEVEL,
    logFormat: read.LOG_FORMAT,
    limits: read.LIMITS,
    rates: {
      sends: read.RATE_SENDS,
      commands: read.RATE_COMMANDS,
      searches: read.RATE_SEARCHES,
      signIns: read.RATE_SIGN_INS,
      uploads: read.RATE_UPLOADS,
      downloads: read.RATE_DOWNLOADS,
      adds: read.RATE_ADDS,
      rooms: read.RATE_ROOMS,
      registrations: read.RATE_REGISTRATIONS,
    },
    maxBodyBytes: read.MAX_BODY_BYTES,
    maxFrameBytes: read.MAX_FRAME_BYTES,
    maxFileBytes: read.MAX_FILE_BYTES,
    userQuotaBytes: read.USER_QUOTA_BYTES,
    files: read.FILES,
    s3: s3Of(read),
    maxQueuedBytes: read.MAX_QUEUED_BYTES,
    maxQueuedBytesTotal: read.MAX_QUEUED_BYTES_TOTAL,
    maxSocketsPerUser: read.MAX_SOCKETS_PER_USER,
    maxSocketsPerAddress: read.MAX_SOCKETS_PER_ADDRESS,
    maxConnectionsPerAddress: read.MAX_CONNECTIONS_PER_ADDRESS,
    maxDownloadsPerUser: read.MAX_DOWNLOADS_PER_USER,
    maxDownloadsPerAddress: read.MAX_DOWNLOADS_PER_ADDRESS,
    heartbeatMs: read.HEARTBEAT_SECONDS,
    idempotencyMs: read.IDEMPOTENCY_DAYS,
    editMs: read.EDIT_MINUTES,
    retentionDays: read.RETENTION_DAYS,
    sessionMs: read.SESSION_DAYS,
    accessTokenMs: read.ACCESS_TOKEN_MINUTES,
    refreshTokenMs: read.REFRESH_TOKEN_DAYS,
  };
  checkTogether(config, env, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function s3Of(read: Settings): S3Config | undefined {
  const {
    S3_ENDPOINT: endpoint,
    S3_BUCKET: bucket,
    S3_REGION: region,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
  } = read;
  if (endpoint === undefined || bucket === undefined) return undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { endpoint, bucket, region, accessKeyId, secretAccessKey };
}

/** Decodes every setting. Returns undefined where anything is wrong, and adds to `problems` what it is. */
function readSettings(env: Record<string, string>, problems: ConfigProblem[]): Settings | undefined {
  const values: Record<string, unknown> = {};
  for (const [name, { kind, default: fallback, secret }] of Object.entries(SETTINGS)) {
    const given = (env[name] ?? "").trim();
    const text = given === "" ? fallback : given;
    // "" is a list without members, and the absence of anything else
    values[name] = kind.parse(text);
    if (values[name] !== undefined || text === "") continue;
    problems.push({
      name,
      value: secret ? `(${given.length} characters, hidden)` : masked(given),
      allowed: kind.allowed,
    });
  }
  // each value came from its own setting's parser
  return problems.length === 0 ? values as Settings : undefined;
}

/** Masks the password of a URL. */
function masked(text: string): string {
  return text.replace(/\/\/[^/]*@/g, "//***@");
}

/** Checks rules that concern several variables together. */
function checkTogether(config: Config, env: Record<string, string>, problems: ConfigProblem[]): void {
  if (!config.limits && !isLocalMode(config)) {
    const allowed = "on, unless HOST and PUBLIC_URL are loopback addresses and TRUSTED_PROXIES is empty (local mode)";
    problems.push({ name: "LIMITS", value: "off", allowed });
  }
  if (env["KV_PATH"] && env["KV_URL"]) {
    problems.push({
      name: "KV_URL",
      value: storeName(env["KV_URL"]),
      allowed: "absent where KV_PATH is set: there is one store",
    });
  }
  if (config.hosted && config.isolates > 1) {
    problems.push({
      name: "ISOLATES",
      value: String(config.isolates),
      allowed: "1 on Deno Deploy, which has no workers",
    });
  }
  if (config.hosted && isPostgresUrl(config.kvPath) && typeof parsePostgresUrl(config.kvPath) === "string") {
    const allowed = `a PostgreSQL URL ${parsePostgresUrl(config.kvPath)}`;
    problems.push({ name: "DATABASE_URL", value: storeName(config.kvPath), allowed });
  }
  if (config.hosted && env["KV_PATH"]) {
    problems.push({
      name: "KV_PATH",
      value: env["KV_PATH"],
      allowed: "absent on Deno Deploy, which has a store of its own",
    });
  }
  if (env["KV_URL"] && config.isolates > 1) {
    const allowed = "1 where KV_URL is set: start several servers instead, each is on the same store";
    problems.push({ name: "ISOLATES", value: env["ISOLATES"] ?? "", allowed });
  }
  if (config.files === "s3" && config.s3 === undefined) {
    const allowed = "kv, unless S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are all set";
    problems.push({ name: "FILES", value: "s3", allowed });
  }
  if (config.maxQueuedBytesTotal < config.maxQueuedBytes) {
    const allowed = `at least MAX_QUEUED_BYTES (${config.maxQueuedBytes})`;
    problems.push({ name: "MAX_QUEUED_BYTES_TOTAL", value: String(config.maxQueuedBytesTotal), allowed });
  }
}
