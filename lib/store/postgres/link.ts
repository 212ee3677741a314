/** One connection to a server that accepts writes, and the settings that the connection began with. */
import { Socket } from "node:net";
import type { PeerCertificate } from "node:tls";
// @ts-types="@types/pg"
import type pg from "pg";
import type { Clock } from "../../base/clock.ts";
import { within } from "../../base/within.ts";
import type { PostgresUrl } from "../../base/config/postgres_url.ts";
import { messageOf } from "../../base/errors.ts";
import { LastingFailure } from "../store_error.ts";
import { lasting } from "./failures.ts";
import { HELLO, type Statement } from "./schema.ts";

const CONNECT_MS = 2_000;
const OLDEST = 130_000;

/**
 * Every plan is made once for a connection. A pooler takes no such options: behind one nothing is kept on a connection
 * from one statement to the next, neither these nor statements.
 */
const PLANS = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off " +
  "-c enable_hashjoin=off -c enable_mergejoin=off -c bytea_output=hex";

/** A transaction that waits for its client holds its locks meanwhile. None of ours does so; if one did, it would end. */
const NO_IDLE_TRANSACTIONS = "-c idle_in_transaction_session_timeout=2s";

export type Driver = typeof pg;

/** The driver is loaded only where the store is on PostgreSQL. */
export async function loadDriver(): Promise<Driver> {
  return (await import("pg")).default;
}

export interface LinkOptions {
  driver: Driver;
  url: PostgresUrl;
  password: string;
  /** The certificate authorities from sslrootcert, as PEM. */
  authorities: string | undefined;
  clock: Clock;
  /** Called with the server's time in ms, and how many ms ago it was asked for. */
  onTime: (storeTime: number, tripMs: number) => void;
}

/** State that the connections of one store share. */
export interface Shared {
  /** The host that last accepted writes: it is tried first. */
  host: number;
  /** A connection pooler is between us and the server. */
  pooled: boolean;
}

export class Link {
  readonly #client: pg.Client;
  readonly #socket: Socket;
  readonly #options: LinkOptions;
  readonly #shared: Shared;
  #broken: Error | undefined;
  #warning = "";
  /** The server's clock minus our monotonic clock, in ms. */
  #offsetMs = 0;
  onNotification: (payload: string) => void = () => {};
  onEnd: () => void = () => {};

  private constructor(client: pg.Client, socket: Socket, options: LinkOptions, shared: Shared) {
    this.#client = client;
    this.#socket = socket;
    this.#options = options;
    this.#shared = shared;
    client.on("error", (error) => this.#end(error));
    client.on("end", () => this.#end(new Error("the connection ended")));
    client.on("notice", (notice) => this.#noticed(notice));
    client.on("notification", ({ payload }) => this.onNotification(payload ?? ""));
  }

  /** Tries the hosts in turn. Rejects with the last one's failure, or with a LastingFailure. */
  static async open(options: LinkOptions, shared: Shared): Promise<Link> {
    const { hosts, user, database } = options.url;
    let failure: unknown = new Error("no host is known");
    for (let n = 0; n < hosts.length; n++) {
      const i = (shared.host + n) % hosts.length;
      try {
        const link = await Link.#openAt(i, options, shared);
        shared.host = i;
        return link;
      } catch (error) {
        failure = error;
      }
    }
    const why = failure instanceof LastingFailure ? failure.message : lasting(failure, user, database);
    throw why === undefined ? failure : new LastingFailure(why);
  }

  static async #openAt(i: number, options: LinkOptions, shared: Shared): Promise<Link> {
    if (shared.pooled) return await Link.#connect(i, options, shared);
    try {
      return await Link.#connect(i, options, shared);
    } catch (error) {
      if (!/startup parameter/.test(messageOf(error))) throw error;
      shared.pooled = true;
      return await Link.#connect(i, options, shared);
    }
  }

  static async #connect(i: number, options: LinkOptions, shared: Shared): Promise<Link> {
    const { driver, url, password } = options;
    const { host, port } = url.hosts[i] ?? { host: "", port: 0 };
    const socket = new Socket();
    const client = new driver.Client({
      host,
      port,
      user: url.user,
      password,
      database: url.database,
      ssl: tlsOf(options, host),
      stream: () => socket,
      enableChannelBinding: url.channelBinding && url.sslMode !== "disable",
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      application_name: "parley",
      // every value stays text, as the server sends it
      types: { getTypeParser: () => (text: string) => text },
      pipeline: true,
      ...(shared.pooled ? {} : { options: `${PLANS} ${NO_IDLE_TRANSACTIONS}` }),
    });
    const link = new Link(client, socket, options, shared);
    try {
      await link.#within(CONNECT_MS, "it did not answer", client.connect());
      await link.#greet(host);
      return link;
    } catch (error) {
      link.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#broken === undefined;
  }

  get isPooled(): boolean {
    return this.#shared.pooled;
  }

  /** The time that the server's clock will show `ms` from now, in ms. */
  serverTime(fromNowMs: number): number {
    return this.#options.clock.elapsed() + this.#offsetMs + fromNowMs;
  }

  /** Takes the server's time from an answer; `asked`: when the question was sent, by the monotonic clock. */
  heard(seconds: string, asked: number): void {
    const now = this.#options.clock.elapsed();
    const time = Number(seconds) * 1_000;
    this.#offsetMs = time - now;
    this.#options.onTime(time, now - asked);
  }

  /**
   * The rows, each as an array of texts. Rejects with the server's error, or after a time without any answer: the
   * connection is then closed. The statement is never cancelled: a cancelled wait for a standby would be answered as a success.
   */
  async run({ name, text }: Statement, values: unknown[], ms: number): Promise<string[][]> {
    if (this.#broken !== undefined) throw this.#broken;
    // The driver remembers a prepared statement by its name on this connection. Behind a pooler the name may be unknown to
    // the server, or of another client's statement.
    const named = name === "" || this.#shared.pooled ? { text } : { name, text };
    const query = this.#client.query<string[]>({ ...named, values, rowMode: "array" });
    const { rows } = await this.#within(ms, `it did not answer within ${ms / 1_000} s`, query);
    return rows;
  }

  /** The server's warnings since the last call. */
  takeWarning(): string {
    const warning = this.#warning;
    this.#warning = "";
    return warning;
  }

  /** Closes at once, without telling the server: it may still finish the statement that it is running. */
  close(): void {
    this.#end(new Error("the connection was closed"));
  }

  #end(error: Error): void {
    if (this.#broken !== undefined) return;
    this.#broken = error;
    this.#socket.destroy();
    this.onEnd();
  }

  async #greet(host: string): Promise<void> {
    const asked = this.#options.clock.elapsed();
    const [row = []] = await this.run(HELLO, [], CONNECT_MS);
    const [isReadOnly, version = "", byteaOutput, plans, seconds = "", name = ""] = row;
    if (/cockroach/i.test(name)) {
      throw new LastingFailure(
        `${host} is CockroachDB, whose advisory locks do nothing, so that two commits could both create a key: use PostgreSQL`,
      );
    }
    if (Number(version) < OLDEST) {
      const old = `${Math.floor(Number(version) / 10_000)}`;
      throw new LastingFailure(`${host} is PostgreSQL ${old}: version 13 or later is needed`);
    }
    if (isReadOnly !== "f") throw new Error(`${host} accepts no writes: it is a standby, or read-only`);
    // the option had no effect: a pooler that ignores options is in between
    if (plans !== "force_generic_plan") this.#shared.pooled = true;
    if (byteaOutput !== "hex") {
      const { user } = this.#options.url;
      throw new LastingFailure(
        `bytea_output of the user ${user} is not "hex": set it with ALTER ROLE ${user} SET bytea_output = hex`,
      );
    }
    this.heard(seconds, asked);
  }

  /** Keeps a warning about a cancelled wait for a standby. Its source file tells it, since the text may be translated. */
  #noticed(notice: { message?: string | undefined; routine?: string | undefined; file?: string | undefined }): void {
    if (notice.file === "syncrep.c" || /synchronous replication/.test(notice.message ?? "")) {
      this.#warning = notice.message ?? "the wait for the standby was cancelled";
    }
  }

  /** Ends the connection where it takes longer. */
  #within<T>(ms: number, late: string, work: Promise<T>): Promise<T> {
    return within(this.#options.clock, ms, work, () => {
      const error = new Error(late);
      this.#end(error);
      return error;
    });
  }
}

function tlsOf({ url, authorities }: LinkOptions, host: string) {
  if (url.sslMode === "disable") return false;
  return {
    ...(authorities === undefined ? {} : { ca: authorities }),
    // for an IP address the driver sets no name, and the certificate would be compared with "localhost"
    host,
    rejectUnauthorized: url.sslMode !== "require",
    ...(url.sslMode === "verify-full"
      ? {}
      : { checkServerIdentity: (_host: string, _certificate: PeerCertificate) => undefined }),
  };
}
