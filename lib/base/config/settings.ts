/** Every environment variable, in one table: it drives the parsing, the table of docs/settings.md and `.env.example`. */
import {
  bucket,
  host,
  integer,
  isolates,
  type Kind,
  kvUrl,
  listOf,
  network,
  oneOf,
  onOff,
  origin,
  path,
  postgresUrl,
  rate,
  s3Endpoint,
  secret,
  word,
} from "./kinds.ts";

export interface Setting<T> {
  kind: Kind<T>;
  /** As it would be typed; "" where there is none. */
  default: string;
  /** "" where it has none. */
  unit: string;
  about: string;
  /** Its value is never shown. */
  secret: boolean;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

export const SETTINGS = {
  HOST: setting(host, "127.0.0.1", "", "The address to listen on. 0.0.0.0 or :: listens on all of them."),
  PORT: setting(integer(0, 65_535), "8000", "", "The port to listen on; 0 takes a free one."),
  PUBLIC_URL: optional(
    origin,
    "The address that people type, such as https://chat.example.org. Set it wherever anybody but this machine gets here.",
  ),
  ALLOWED_ORIGINS: setting(listOf(origin), "", "", "Further origins whose pages may use this server."),
  TRUSTED_PROXIES: setting(
    listOf(network),
    "",
    "",
    "Addresses or networks of reverse proxies whose X-Forwarded-For is believed.",
  ),
  DATA_DIR: setting(path, "./data", "", "Where everything is kept."),
  KV_PATH: optional(path, "The store's file, instead of parley.db in DATA_DIR."),
  KV_URL: optional(
    kvUrl,
    "A PostgreSQL database or a KV Connect server instead of a file, for several processes. PostgreSQL's password may be " +
      "in PGPASSWORD or KV_PASSWORD_FILE instead; KV Connect's token is in DENO_KV_ACCESS_TOKEN. Never together with KV_PATH.",
  ),
  KV_LISTEN_URL: optional(
    postgresUrl,
    "The PostgreSQL server itself, where KV_URL is a pooler such as PgBouncer: it hears what other processes write. " +
      "Without it they are asked every 2 s.",
  ),
  KV_PASSWORD_FILE: optional(
    path,
    "A file with the PostgreSQL password alone. The server and its tasks may read it inside ./data; elsewhere allow it with --allow-read.",
  ),
  ISOLATES: setting(
    isolates,
    "1",
    "",
    "How many isolates serve sockets and pages beside the one that then holds the store; 1: one does it all.",
  ),
  JWT_SECRET: optional(secret, "Signs the tokens of API clients. Made and kept in the store when absent.", true),
  METRICS_TOKEN: optional(
    secret,
    "Lets a collector read /metrics with Authorization: Bearer; administrators may without it.",
    true,
  ),
  REGISTRATION: setting(
    oneOf("open", "invite", "closed"),
    "open",
    "",
    "Who may make an account: anybody, who has an invitation code, nobody. The first account is always possible. Where it is set, administrators cannot choose otherwise.",
  ),
  SOCKETS: setting(
    oneOf("auto", "native", "guarded"),
    "auto",
    "",
    "How WebSockets are served: guarded bounds what a hostile peer can send; auto is native in local mode and on Deno Deploy, else guarded.",
  ),
  SESSION_DAYS: setting(integer(1, 400, DAY), "30", "days", "A browser stays signed in this long after its last use."),
  ACCESS_TOKEN_MINUTES: setting(integer(1, 1_440, MINUTE), "15", "minutes", "How long an API client's token lasts."),
  REFRESH_TOKEN_DAYS: setting(
    integer(1, 400, DAY),
    "30",
    "days",
    "An API client may refresh this long after the last.",
  ),
  IDEMPOTENCY_DAYS: setting(
    integer(7, 365, DAY),
    "7",
    "days",
    "How long a message's repeated client_id is recognised.",
  ),
  EDIT_MINUTES: setting(
    integer(0, 5_256_000, MINUTE),
    "0",
    "minutes",
    "How long a message may be edited, where its room does not say it; 0: for ever.",
  ),
  RETENTION_DAYS: setting(
    integer(0, 36_500),
    "0",
    "days",
    "Older messages are erased, with all that belongs to them; a room may keep them shorter. 0: they are kept.",
  ),
  LOG_LEVEL: setting(oneOf("debug", "info", "warn", "error"), "info", "", "The least severe lines that are written."),
  LOG_FORMAT: setting(oneOf("text", "json"), "text", "", "One line a record, as text or as JSON."),
  LIMITS: setting(onOff, "on", "", "off lifts rate limits and socket caps for load tests; in local mode only."),
  RATE_SENDS: setting(rate, "30/300", "at once/a minute", "Messages, edits, deletes and reactions of one user."),
  RATE_COMMANDS: setting(rate, "120/1200", "at once/a minute", "Everything that one user asks for."),
  RATE_SEARCHES: setting(rate, "20/120", "at once/a minute", "Searches of one user."),
  RATE_SIGN_INS: setting(
    rate,
    "10/10",
    "at once/a minute",
    "Sign-ins to one account from one address; five times as many from one address in all.",
  ),
  RATE_UPLOADS: setting(rate, "30/60", "at once/a minute", "Files that one user uploads."),
  RATE_DOWNLOADS: setting(rate, "600/3000", "at once/a minute", "Files and pictures that one user fetches."),
  RATE_ADDS: setting(rate, "10/1", "at once/a minute", "Rooms that one user puts another one into."),
  RATE_ROOMS: setting(rate, "30/10", "at once/a minute", "Rooms and direct conversations that one user makes."),
  RATE_REGISTRATIONS: setting(rate, "10/5", "at once/a minute", "New accounts from one address."),
  MAX_BODY_BYTES: setting(integer(32_768, 1_048_576), "65536", "bytes", "An HTTP request's JSON body."),
  MAX_FILE_BYTES: setting(integer(65_536, 1_073_741_824), "10485760", "bytes", "An uploaded file."),
  USER_QUOTA_BYTES: setting(
    integer(1_048_576, 1_099_511_627_776),
    "1073741824",
    "bytes",
    "What all files of one user may take up together.",
  ),
  FILES: setting(oneOf("kv", "s3"), "kv", "", "Where new files are kept: in the store, or in a bucket (S3_…)."),
  S3_ENDPOINT: optional(
    s3Endpoint,
    "The S3-compatible server, such as https://s3.eu-central-1.amazonaws.com; the bucket goes into the path.",
  ),
  S3_BUCKET: optional(bucket, "The bucket for files. It is to be private: people fetch through this server."),
  S3_REGION: setting(word, "us-east-1", "", "The region that requests are signed for."),
  S3_ACCESS_KEY_ID: optional(word, "Who this server is to the bucket."),
  S3_SECRET_ACCESS_KEY: optional(word, "The key's secret.", true),
  MAX_FRAME_BYTES: setting(integer(32_768, 1_048_576), "65536", "bytes", "A WebSocket message from a client."),
  MAX_QUEUED_BYTES: setting(
    integer(131_072, 268_435_456),
    "1048576",
    "bytes",
    "What may wait for one slow socket before it is closed; it resumes later.",
  ),
  MAX_QUEUED_BYTES_TOTAL: setting(
    integer(1_048_576, 17_179_869_184),
    "268435456",
    "bytes",
    "What may wait for all sockets together.",
  ),
  MAX_SOCKETS_PER_USER: setting(integer(1, 1_000), "20", "", "Sockets one user may have open."),
  MAX_SOCKETS_PER_ADDRESS: setting(integer(1, 100_000), "200", "", "Sockets one address may have open."),
  MAX_CONNECTIONS_PER_ADDRESS: setting(
    integer(10, 100_000),
    "300",
    "",
    "HTTP connections one address may have open beside its sockets; behind a trusted proxy its requests under way.",
  ),
  MAX_DOWNLOADS_PER_USER: setting(integer(1, 1_000), "64", "", "Files that are sent to one user at once."),
  MAX_DOWNLOADS_PER_ADDRESS: setting(integer(1, 10_000), "256", "", "Files that are sent to one address at once."),
  HEARTBEAT_SECONDS: setting(integer(5, 300, 1_000), "25", "seconds", "A silent socket is asked for a sign of life."),
};

export type SettingName = keyof typeof SETTINGS;
export type Settings = { [N in SettingName]: typeof SETTINGS[N] extends Setting<infer T> ? T : never };

function setting<T>(kind: Kind<T>, value: string, unit: string, about: string): Setting<T> {
  return { kind, default: value, unit, about, secret: false };
}

/** A setting that may be absent. */
function optional<T>(kind: Kind<T>, about: string, secret = false): Setting<T | undefined> {
  return { kind, default: "", unit: "", about, secret };
}

/** The table of docs/settings.md, in Markdown. */
export function settingsTable(): string {
  const rows = Object.entries(SETTINGS).map(([name, one]) => {
    const value = one.default === "" ? "" : `\`${one.default}\``;
    const unit = one.unit === "" ? "" : ` ${one.unit}`;
    return `| \`${name}\` | ${value}${unit} | ${one.about} Allowed: ${one.kind.allowed}. |`;
  });
  return ["| Variable | Default | Meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

/** The text of `.env.example`: every variable, commented out, with its default. */
export function envExample(): string {
  const blocks = Object.entries(SETTINGS).map(([name, one]) =>
    `# ${one.about}${
      one.unit === "" ? "" : ` (${one.unit})`
    }\n# Allowed: ${one.kind.allowed}.\n# ${name}=${one.default}\n`
  );
  return [
    "# Copy this file to .env and take the # from the lines to change. The real environment wins over this file.\n",
    ...blocks,
  ].join("\n");
}
