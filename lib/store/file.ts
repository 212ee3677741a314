/**
 * A KV file that this process alone has open. SQLite takes one transaction at a time, so the commits of rooms that wait
 * for it share the next transaction: many rooms cost one write to disk.
 */
import { DirectKv, type Write } from "./kv.ts";
import { estimatedMutations } from "./limits.ts";

interface Waiting {
  write: Write;
  resolve(versionstamp: string | null): void;
  reject(error: unknown): void;
}

export class FileKv extends DirectKv {
  readonly #lock: Disposable | undefined;
  readonly #waiting: Waiting[] = [];
  #running = false;

  constructor(kv: Deno.Kv, lock: Disposable | undefined) {
    super(kv);
    this.#lock = lock;
  }

  override commit(write: Write): Promise<string | null> {
    if (write.room === undefined) return super.commit(write);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  override close(): void {
    super.close();
    this.#lock?.[Symbol.dispose]();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) await this.#commitTogether(this.#waiting.splice(0, this.#shareable()));
    this.#running = false;
  }

  /** How many of those in front fit into one atomic. A room has one commit at a time, so their keys are disjoint. */
  #shareable(): number {
    const most = { checks: this.limits.checks, mutations: estimatedMutations(this.limits) };
    let checks = 0;
    let mutations = 0;
    let count = 0;
    for (const { write } of this.#waiting) {
      checks += write.checks?.length ?? 0;
      mutations += (write.set?.length ?? 0) + (write.delete?.length ?? 0);
      if (count > 0 && (checks > most.checks || mutations > most.mutations)) break;
      count++;
    }
    return count;
  }

  async #commitTogether(waiting: Waiting[]): Promise<void> {
    const [first, ...others] = waiting;
    if (first === undefined) return;
    if (others.length === 0) return await super.commit(first.write).then(first.resolve, first.reject);
    if (await this.#merged(waiting)) return;
    // one of them is at fault (poison command): it is found by halving, so that the others lose little time
    const half = waiting.length >> 1;
    await this.#commitTogether(waiting.slice(0, half));
    await this.#commitTogether(waiting.slice(half));
  }

  /** False: nothing was written. */
  async #merged(waiting: Waiting[]): Promise<boolean> {
    try {
      const versionstamp = await super.commit({
        checks: waiting.flatMap(({ write }) => write.checks ?? []),
        set: waiting.flatMap(({ write }) => write.set ?? []),
        delete: waiting.flatMap(({ write }) => write.delete ?? []),
      });
      if (versionstamp === null) return false;
      for (const { resolve } of waiting) resolve(versionstamp);
    } catch (error) {
      // over a limit of the store: one of them is to blame, or all together
      if (error instanceof TypeError) return false;
      for (const { reject } of waiting) reject(error);
    }
    return true;
  }
}
