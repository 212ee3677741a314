/**
 * Processes of several versions on one store, as in a rolling restart. A process's lease says which schema it
 * knows. While the lease of an older process lives, nothing is written that it cannot read or would damage (`require`),
 * and the steps to the newer schema wait. An older process that was taken for gone may come back: the store's schema is
 * then lowered to the one that it knows, since its writes follow that one, and the steps run again after its end.
 */
import type { Clock } from "../../base/clock.ts";
import { ChatError } from "../../base/errors.ts";
import { Rerun } from "../../base/rerun.ts";
import { change } from "../change.ts";
import { keys } from "../keys.ts";
import { type Kv, put } from "../kv.ts";
import { migrate, SCHEMA_VERSION } from "./migrations.ts";

/** By then the last older process has mostly ended, or its lease is over. */
const RETRY_AFTER_S = 30;

export interface VersionsOptions {
  kv: Kv;
  clock: Clock;
  onWait(message: string): void;
  onError(error: unknown): void;
}

export class Versions {
  readonly #options: VersionsOptions;
  #lowest = SCHEMA_VERSION;
  /** For which lowest schema the store's own was settled last. */
  #settled: number | undefined;
  readonly #settling = new Rerun(() => this.#settle());
  #closed = false;

  constructor(options: VersionsOptions) {
    this.#options = options;
  }

  /** Throws `upgrading` while a process lives that knows no schema as new as this one. */
  require(schema: number): void {
    if (this.#lowest >= schema) return;
    const message = "The server is being upgraded: this will work once its older processes have ended. Try again soon.";
    throw new ChatError("upgrading", message, { retryAfter: RETRY_AFTER_S });
  }

  /** The lowest schema that a process knows whose lease lives, as it is read again and again. */
  seen(lowest: number): void {
    this.#lowest = lowest;
    if (this.#closed || lowest === this.#settled) return;
    this.#settling.ask().catch((error) => {
      // else it is tried again after the next reading
      if (!this.#closed) this.#options.onError(error);
    });
  }

  /** A step that is cut off is run again by whoever comes next. */
  close(): void {
    this.#closed = true;
  }

  async #settle(): Promise<void> {
    const { kv, clock, onWait } = this.#options;
    const lowest = this.#lowest;
    if (this.#closed || lowest === this.#settled) return;
    if (lowest < SCHEMA_VERSION) await this.#lower(lowest);
    // another process, or its lease, may have come since
    else if ((await migrate(kv, { clock, onWait })).schema_version < SCHEMA_VERSION) return;
    this.#settled = lowest;
  }

  async #lower(schema_version: number): Promise<void> {
    await change(this.#options.kv, [keys.meta()], ({ key, value: meta }) => {
      if (meta === null || meta.schema_version <= schema_version) return { result: undefined };
      return { result: undefined, write: { set: [put(key, { ...meta, schema_version })] }, proof: "repeatable" };
    });
  }
}
