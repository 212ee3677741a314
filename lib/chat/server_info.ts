/** The server's own record (name, picture, who may come in): one cached value in each isolate. */
import type { Bus } from "../bus/bus.ts";
import { keys } from "../store/keys.ts";
import type { Kv } from "../store/kv.ts";
import type { ServerRecord } from "../protocol/model.ts";

/** No account has this id: a hint about it reaches every process, and processes of older versions ignore it. */
const SERVER_ID = "server";

export class ServerInfo {
  readonly #kv: Kv;
  readonly #bus: Bus;
  #known: Promise<ServerRecord> | undefined;
  #isSetUp = false;
  readonly #unsubscribe: () => void;

  constructor(kv: Kv, bus: Bus) {
    this.#kv = kv;
    this.#bus = bus;
    this.#unsubscribe = bus.subscribe((signal) => {
      const concerned = signal.type === "user" ? signal.user_id : signal.type === "lapse" ? signal.user_id : "";
      if (concerned === SERVER_ID || concerned === undefined) this.#known = undefined;
    });
  }

  /** A read that is under way when a hint comes is not remembered, since `#known` is then another one or none. */
  async read(): Promise<ServerRecord> {
    const known = this.#known ??= this.#kv.get(keys.server()).then(({ value }) => value ?? {});
    try {
      return await known;
    } catch (error) {
      if (this.#known === known) this.#known = undefined;
      throw error;
    }
  }

  /** Whether the first account exists. Once it does, nothing is read for this any more. */
  async isSetUp(): Promise<boolean> {
    return this.#isSetUp ||= (await this.#kv.get(keys.firstAdmin())).value !== null;
  }

  /** Every isolate and process reads the record anew. */
  announce(): void {
    this.#known = undefined;
    this.#bus.publish({ type: "user", user_id: SERVER_ID, line: "" });
  }

  close(): void {
    this.#unsubscribe();
  }
}

export const DEFAULT_NAME = "Parley";
