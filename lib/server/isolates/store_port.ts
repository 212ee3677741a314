/**
 * The store over a MessagePort: only one isolate opens the file; the others read and append through it. Values cross by
 * structured clone, which is what the store itself keeps; errors cross as ChatErrors.
 */
import { ChatError, received, sendable, type SentError } from "../../base/errors.ts";
import type { AppendQueue } from "../../log/append.ts";
import type { AppendCommand, Outcome } from "../../log/command.ts";
import type { Key, Range } from "../../store/keys.ts";
import type { Entry, Found, Kv, Write } from "../../store/kv.ts";
import type { StoreLimits } from "../../store/limits.ts";

type Call =
  | { op: "get"; key: Deno.KvKey }
  | { op: "getMany"; keys: Deno.KvKey[] }
  | { op: "list"; range: Range<unknown>; options: { limit: number; reverse?: boolean } }
  | { op: "commit"; write: Write }
  | { op: "append"; roomId: string; command: AppendCommand };

interface Request {
  id: number;
  call: Call;
}

/** "closed": no answer will come any more. */
type Answer = { id: number; value: unknown } | { id: number; error: SentError } | "closed";

// ---- in the isolate that holds the store

/** Answers the calls of another isolate until the returned function is called; it does not close the store. */
export function serveKv(port: MessagePort, kv: Kv, appender: AppendQueue): () => void {
  let closed = false;
  const answer = (message: Answer) => {
    if (!closed) port.postMessage(message);
  };
  port.onmessage = ({ data }: MessageEvent<Request>) => {
    const { id, call } = data;
    run(kv, appender, call).then(
      (value) => answer({ id, value }),
      (error) => answer({ id, error: sendable(error) }),
    );
  };
  return () => {
    answer("closed");
    closed = true;
    port.close();
  };
}

async function run(kv: Kv, appender: AppendQueue, call: Call): Promise<unknown> {
  switch (call.op) {
    case "get":
      return await kv.get(call.key);
    case "getMany":
      return await kv.getMany(call.keys);
    case "list":
      return await kv.list(call.range, call.options);
    case "commit":
      return await kv.commit(call.write);
    case "append":
      return await appender.append(call.roomId, call.command);
  }
}

// ---- in the others

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

class PortClient {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #closed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (data === "closed") this.close();
      else this.#take(data);
    };
    port.addEventListener("close", () => this.close());
  }

  call(call: Call): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(gone());
      const id = ++this.#last;
      this.#port.postMessage({ id, call } satisfies Request);
      this.#waiting.set(id, { resolve, reject });
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) reject(gone());
    this.#waiting.clear();
    this.#port.close();
  }

  #take(answer: Exclude<Answer, "closed">): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    if (!("error" in answer)) return waiting.resolve(answer.value);
    waiting.reject(received(answer.error));
  }
}

function gone(): ChatError {
  return new ChatError(
    "storage_unavailable",
    "The part of the server that reads and writes the store has ended. Try again soon.",
    {
      retryAfter: 1,
    },
  );
}

/** The store and its append queue in a socket isolate. `close` ends only this side. */
export class PortKv implements Kv {
  readonly #client: PortClient;
  readonly appender: AppendQueue;
  readonly limits: StoreLimits;

  constructor(port: MessagePort, limits: StoreLimits) {
    this.limits = limits;
    this.#client = new PortClient(port);
    this.appender = new PortAppender(this.#client);
  }

  // the casts are safe: a Kv of the same program answers, with the types that the keys promise

  async get<T>(key: Key<T>): Promise<Entry<T>> {
    return await this.#client.call({ op: "get", key }) as Entry<T>;
  }

  async getMany<T>(keys: Key<T>[]): Promise<Entry<T>[]> {
    if (keys.length === 0) return [];
    return await this.#client.call({ op: "getMany", keys }) as Entry<T>[];
  }

  async list<T>(range: Range<T>, options: { limit: number; reverse?: boolean }): Promise<Found<T>[]> {
    return await this.#client.call({ op: "list", range, options }) as Found<T>[];
  }

  async commit(write: Write): Promise<string | null> {
    return await this.#client.call({ op: "commit", write }) as string | null;
  }

  close(): void {
    this.#client.close();
  }
}

class PortAppender implements AppendQueue {
  readonly #client: PortClient;
  readonly #running = new Set<Promise<unknown>>();

  constructor(client: PortClient) {
    this.#client = client;
  }

  async append(roomId: string, command: AppendCommand): Promise<Outcome> {
    const call = this.#client.call({ op: "append", roomId, command });
    this.#running.add(call);
    try {
      return await call as Outcome;
    } finally {
      this.#running.delete(call);
    }
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
