/**
 * All requests of the page go through here: each has a time limit and can be given up. Without that, a connection that
 * died without a FIN neither answers nor fails, and the browser goes on giving it requests.
 */
import { ChatError } from "../../base/errors.ts";
import { NoAnswer } from "./failure.ts";

/** Limit from the request to the end of its answer. */
const ANSWER_MS = 15_000;
/** An upload without progress for this long has stalled. */
export const STALL_MS = 30_000;
/** Limit for a chunk of the page's script; long enough for the slowest network. */
const CHUNK_MS = 30_000;
/** A request without progress for this long counts as hanging: `onHung` is told, and a retry does not wait for it. */
const HUNG_MS = 3_000;

export interface Answer {
  status: number;
  ok: boolean;
  /** The decoded JSON; undefined if it is not JSON. */
  body: unknown;
}

export interface Attempt {
  signal: AbortSignal;
  /** There was progress: the time limit starts again from here. */
  alive(): void;
}

interface Limits {
  ms: number;
  /** Ends it early. */
  signal?: AbortSignal | undefined;
  /** False: giving it up gains nothing, since a repeat would wait for the same thing. */
  canRepeat?: boolean;
}

export interface RequestsOptions {
  fetch?: typeof fetch;
  now?(): number;
  after?(ms: number, run: () => void): () => void;
  /** A request hangs, without progress since then: perhaps the connection is dead. */
  onHung?(since: number): void;
}

function afterMs(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

export class Requests {
  readonly #fetch: typeof fetch;
  readonly #now: () => number;
  readonly #after: (ms: number, run: () => void) => () => void;
  readonly #onHung: (since: number) => void;
  readonly #running = new Set<{ heardAt: number; abort: AbortController }>();

  constructor(options: RequestsOptions = {}) {
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.#now = options.now ?? Date.now;
    this.#after = options.after ?? afterMs;
    this.#onHung = options.onHung ?? (() => {});
  }

  /** Rejects with NoAnswer if no answer came in time. */
  ask(url: string, init: RequestInit = {}, limits: Partial<Limits> = {}): Promise<Answer> {
    const fetcher = this.#fetch;
    return this.bounded(async ({ signal }) => {
      const response = await fetcher(url, { credentials: "same-origin", ...init, signal });
      const { status, ok } = response;
      return { status, ok, body: await response.json().catch(() => undefined) };
    }, { ms: ANSWER_MS, ...limits });
  }

  /** Loads a chunk of the page's script. */
  chunk<Part>(load: () => Promise<Part>): Promise<Part> {
    return this.bounded(load, { ms: CHUNK_MS, canRepeat: false });
  }

  /** Runs an attempt within its time limit. Rejects with the server's ChatError or with NoAnswer. */
  bounded<T>(run: (attempt: Attempt) => Promise<T>, { ms, signal, canRepeat = true }: Limits): Promise<T> {
    return new Promise((resolve, reject) => {
      const abort = new AbortController();
      const attempt = { heardAt: this.#now(), abort };
      let cancel = () => {};
      let cancelHung = () => {};
      const giveUp = () => abort.abort();
      const end = () => {
        cancel();
        cancelHung();
        signal?.removeEventListener("abort", giveUp);
        this.#running.delete(attempt);
      };
      const alive = () => {
        const now = attempt.heardAt = this.#now();
        cancel();
        cancelHung();
        cancel = this.#after(ms, giveUp);
        cancelHung = this.#after(HUNG_MS, () => this.#onHung(now));
      };
      const failed = (error: unknown) => {
        end();
        reject(error instanceof ChatError ? error : new NoAnswer());
      };
      abort.signal.addEventListener("abort", () => failed(new NoAnswer()), { once: true });
      if (signal?.aborted) return giveUp();
      signal?.addEventListener("abort", giveUp, { once: true });
      if (canRepeat) this.#running.add(attempt);
      alive();
      run({ signal: abort.signal, alive }).then((value) => {
        end();
        resolve(value);
      }, failed);
    });
  }

  /** Gives up requests that hang, because the network changed or the reader tries again. */
  giveUpHung(): void {
    for (const { heardAt, abort } of [...this.#running]) if (this.#now() - heardAt >= HUNG_MS) abort.abort();
  }
}
