/**
 * A PostgreSQL URL as libpq reads it (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS),
 * as far as a store needs it: several hosts, TLS, no password in the URL where it comes from elsewhere.
 */
import { isLoopbackHost } from "./loopback.ts";

/**
 * `disable`: in the clear. `require`: encrypted, whoever answers. `verify-ca`: its certificate is signed by an authority
 * that is trusted. `verify-full`: and names the host.
 */
export type SslMode = "disable" | "require" | "verify-ca" | "verify-full";

export interface PostgresUrl {
  /** In the order in which they are tried. A host that begins with a slash is the folder of a Unix socket. */
  hosts: { host: string; port: number }[];
  user: string;
  /** undefined: it comes from PGPASSWORD or KV_PASSWORD_FILE. */
  password: string | undefined;
  database: string;
  sslMode: SslMode;
  /** A file of certificates (PEM); undefined: the authorities that Deno knows. */
  sslRootCert: string | undefined;
  /** As for libpq: bound to the TLS channel, where the server can. */
  channelBinding: boolean;
}

const SSL_MODES: readonly SslMode[] = ["disable", "require", "verify-ca", "verify-full"];
const WRITABLE = ["read-write", "primary"];
const PORT = 5_432;

export function isPostgresUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(text);
}

/** The URL without its password, for messages. */
export function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^:@/?]*):[^/?]*@/, "$1@").replace(/([?&]password=)[^&]*/g, "$1***");
}

/** A string: what is wrong, which completes "KV_URL must be a PostgreSQL URL …". */
export function parsePostgresUrl(text: string): PostgresUrl | string {
  // no parser of URLs takes several hosts
  const match = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(text);
  if (match === null) return "such as postgres://user@host1,host2/database";
  const [, login = "", authority = "", path = "", query = ""] = match;
  const parameters = new URLSearchParams(query);
  const [user, password] = splitOnce(login, ":").map(decoded);
  const database = decoded(path) ?? parameters.get("dbname") ?? undefined;
  const name = user ?? parameters.get("user") ?? undefined;
  if (name === undefined) return "with a user, such as postgres://user@host/database";
  const hosts = hostsOf(authority, parameters);
  if (typeof hosts === "string") return hosts;
  const wanted = parameters.get("target_session_attrs") ?? "read-write";
  if (!WRITABLE.includes(wanted)) return `whose target_session_attrs is ${WRITABLE.join(" or ")}: a store is written`;
  const given = parameters.get("sslmode") ?? (hosts.every(isOnThisMachine) ? "disable" : "verify-full");
  const sslMode = SSL_MODES.find((mode) => mode === given);
  if (sslMode === undefined) return `whose sslmode is one of ${SSL_MODES.join(", ")}`;
  const root = parameters.get("sslrootcert") ?? "system";
  return {
    hosts,
    user: name,
    password: password ?? parameters.get("password") ?? undefined,
    database: database ?? name,
    // a file of authorities is there to be used: libpq does the same
    sslMode: sslMode === "require" && root !== "system" ? "verify-ca" : sslMode,
    sslRootCert: root === "system" ? undefined : root,
    channelBinding: parameters.get("channel_binding") !== "disable",
  };
}

function hostsOf(authority: string, parameters: URLSearchParams): PostgresUrl["hosts"] | string {
  const names = (authority === "" ? parameters.get("host") ?? "localhost" : authority).split(",");
  const ports = (parameters.get("port") ?? "").split(",");
  const hosts = names.map((name, i) => {
    const [, bracketed, plain = "", own] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d{1,5}))?$/.exec(name) ?? [];
    const host = bracketed ?? decoded(plain) ?? "";
    return { host, port: Number(own ?? (ports[i] || (ports.length === 1 && ports[0]) || PORT)) };
  });
  const isWrong = hosts.some(({ host, port }) => host === "" || !(port >= 1 && port <= 65_535));
  return isWrong ? "whose hosts are names or addresses, each with a port or without: host1:5432,host2:5432" : hosts;
}

function isOnThisMachine({ host }: { host: string }): boolean {
  return host.startsWith("/") || isLoopbackHost(host);
}

function splitOnce(text: string, separator: string): (string | undefined)[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** undefined: it is not there. What is no percent-encoding stands as it is. */
function decoded(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
