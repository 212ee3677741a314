/** A KV file that this process alone has open. SQLite takes one transaction at a time. */
import { DirectKv, type Write } from "./kv.ts";
import { SharedCommits } from "./shared_commits.ts";

/** Calls that get keys: more of them would stand in front of a commit. */
const GETS = 4;

export class FileKv extends DirectKv {
  readonly #lock: Disposable | undefined;
  readonly #shared = new SharedCommits({
    limits: this.limits,
    lanes: 1,
    commit: (write) => super.commit(write),
  });

  constructor(kv: Deno.Kv, lock: Disposable | undefined) {
    super(kv, GETS);
    this.#lock = lock;
  }

  override commit(write: Write): Promise<string | null> {
    return write.room === undefined ? super.commit(write) : this.#shared.commit(write);
  }

  override close(): void {
    super.close();
    this.#lock?.[Symbol.dispose]();
  }
}
