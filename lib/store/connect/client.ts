/**
 * Talks to a KV Connect server (https://github.com/denoland/denokv/blob/main/proto/kv-connect.md). We have our own
 * client because the platform's waits 44 ms for the server's delayed ACK with every request over about 1 KiB, and
 * repeats a failing request for ever.
 */
import * as v from "valibot";
import type { Clock } from "../../base/clock.ts";
import { ChatError, messageOf } from "../../base/errors.ts";
import { Silence } from "./silence.ts";
import { Window } from "./window.ts";

/** The token is renewed this long before it ends. */
const RENEW_BEFORE_MS = 60_000;
/** A read that has waited for this long may be on a dead connection (silence.ts). */
const SILENT_MS = 2_500;
/** How long asking for the endpoint and its token may take. */
const ROUTE_MS = 2_500;
/** Requests under way at once. More would queue in the store itself, where they cannot be cancelled. */
const IN_FLIGHT = 64;
const FIRST_PAUSE_MS = 10;
const MAX_PAUSE_MS = 500;

const metadata = v.object({
  version: v.picklist([1, 2, 3]),
  databaseId: v.string(),
  endpoints: v.array(v.object({ url: v.string(), consistency: v.string() })),
  token: v.string(),
  expiresAt: v.string(),
});

interface Route {
  /** Ends without a slash. */
  endpoint: string;
  headers: Record<string, string>;
  /** When to ask for another. */
  until: number;
}

export interface ConnectOptions {
  url: string;
  token: string;
  clock: Clock;
  /** How long a call may take, with every time that it is repeated. */
  callMs: number;
  /** Told the time that an answer of the store says, and how long ago it was asked for. */
  onTime?: ((storeTime: number, tripMs: number) => void) | undefined;
}

/** A request that the server refuses permanently. */
class Refused extends TypeError {}

export class ConnectClient {
  readonly #options: ConnectOptions;
  readonly #running = new Set<AbortController>();
  readonly #window = new Window(IN_FLIGHT);
  readonly #silence: Silence;
  #route: Route | undefined;
  #asking: Promise<Route> | undefined;
  #closed = false;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#silence = new Silence(options.clock, SILENT_MS);
  }

  /** Rejects where the server is not there, or refuses the token. */
  async open(): Promise<void> {
    try {
      await this.#timed(ROUTE_MS, (signal) => this.#routeNow(signal));
    } catch (error) {
      throw error instanceof DOMException ? new Error(`it took longer than ${ROUTE_MS / 1_000} s`) : error;
    }
  }

  /**
   * Repeats a call whose transport failed (a broken connection, a 5xx answer) until it is answered or its time is over;
   * a slow answer is waited for. Each may be done more than once: one that writes has to be checked, or to set the same
   * again. Throws `storage_unavailable`, or a TypeError for what is refused for good.
   */
  async call(path: "snapshot_read" | "atomic_write", body: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    let last: unknown = "no answer";
    try {
      return await this.#timed(this.#options.callMs, async (signal) => {
        for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
          try {
            return await this.#window.run(
              signal,
              () =>
                path === "atomic_write"
                  ? this.#ask(path, body, signal)
                  : this.#silence.read(signal, (one) => this.#ask(path, body, one)),
            );
          } catch (error) {
            if (error instanceof Refused) throw error;
            signal.throwIfAborted();
            last = error;
          }
          await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
          signal.throwIfAborted();
        }
      });
    } catch (error) {
      if (error instanceof Refused) throw error;
      const message = `The store does not answer (${messageOf(last)}). Nothing was lost; try again soon.`;
      throw new ChatError("storage_unavailable", message, { retryAfter: 2 });
    }
  }

  close(): void {
    this.#closed = true;
    for (const controller of this.#running) controller.abort();
  }

  async #ask(path: string, body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Uint8Array> {
    const { endpoint, headers } = await this.#routeNow(signal);
    const response = await this.#fetch(`${endpoint}/${path}`, { method: "POST", headers, body, signal });
    if (response.status === 200) return await response.bytes();
    const why = `it responded with status ${response.status}: ${(await response.text()).slice(0, 200)}`;
    // a token that ended, or an endpoint that moved
    if (response.status < 500 && response.status !== 429) this.#route = undefined;
    if (response.status === 400 || response.status === 413) throw new Refused(why);
    throw new Error(why);
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const { clock, onTime } = this.#options;
    const asked = clock.elapsed();
    const response = await fetch(url, init);
    const said = response.headers.get("date");
    if (said !== null) onTime?.(Date.parse(said), clock.elapsed() - asked);
    return response;
  }

  async #routeNow(signal: AbortSignal): Promise<Route> {
    const route = this.#route;
    if (route !== undefined && route.until > this.#options.clock.elapsed()) return route;
    // one request serves all callers that wait for it, so the signal of one of them must not abort it
    this.#asking ??= this.#askRoute();
    this.#route = await this.#asking;
    signal.throwIfAborted();
    return this.#route;
  }

  async #askRoute(): Promise<Route> {
    try {
      return await this.#timed(ROUTE_MS, (signal) => this.#fetchRoute(signal));
    } finally {
      // in the same turn as the answer, so that no caller joins a request that is over
      this.#asking = undefined;
    }
  }

  async #fetchRoute(signal: AbortSignal): Promise<Route> {
    const { url, token, clock } = this.#options;
    const response = await this.#fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ supportedVersions: [1, 2, 3] }),
      signal,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`it responded with status ${response.status}`);
    }
    const found = v.parse(metadata, await response.json());
    const strong = found.endpoints.find(({ consistency }) => consistency === "strong");
    if (strong === undefined) throw new Error("it has no endpoint with strong consistency");
    const database: Record<string, string> = found.version === 1
      ? { "x-transaction-domain-id": found.databaseId }
      : { "x-denokv-version": String(found.version), "x-denokv-database-id": found.databaseId };
    return {
      endpoint: new URL(strong.url, response.url).href.replace(/\/$/, ""),
      headers: { authorization: `Bearer ${found.token}`, "content-type": "application/x-protobuf", ...database },
      // how long it is good for, from here on by the monotonic clock
      until: clock.elapsed() + Math.max(Date.parse(found.expiresAt) - clock.now() - RENEW_BEFORE_MS, FIRST_PAUSE_MS),
    };
  }

  async #timed<T>(ms: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    if (this.#closed) controller.abort();
    this.#running.add(controller);
    const cancel = this.#options.clock.after(ms, () => controller.abort());
    try {
      return await run(controller.signal);
    } finally {
      cancel();
      this.#running.delete(controller);
    }
  }
}
