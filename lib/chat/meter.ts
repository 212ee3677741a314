/** Counts the keys that one request reads. A token covers KEYS_PER_TOKEN of them, the rest is charged afterwards. */
import type { Kv } from "../store/kv.ts";
import type { Chat } from "./chat.ts";

export class Meter {
  /** The chat to give to the request's verbs: it counts what they read. */
  readonly chat: Chat;
  readonly #rates: Chat["rates"];
  #keys = 0;

  constructor(chat: Chat) {
    this.#rates = chat.rates;
    this.chat = { ...chat, kv: this.#counted(chat.kv) };
  }

  get keys(): number {
    return this.#keys;
  }

  /** Charges the user, or the address, for the keys that were read so far and that no token covers. */
  charge(userId: string | null, address: string): void {
    this.#rates.chargeReads(userId, address, this.#keys);
    this.#keys = 0;
  }

  /** Runs `work` for a request whose token was taken (a user's requests in turn), and charges what it read. */
  static async run<T>(
    chat: Chat,
    who: { userId: string | null; address: string; inTurn: boolean },
    work: (chat: Chat) => Promise<T>,
  ): Promise<T> {
    const { userId, address, inTurn } = who;
    const meter = new Meter(chat);
    const run = () => work(meter.chat).finally(() => meter.charge(userId, address));
    return await (userId === null || !inTurn ? run() : chat.rates.inTurn(userId, run));
  }

  #counted(kv: Kv): Kv {
    return {
      limits: kv.limits,
      get: (key) => {
        this.#keys++;
        return kv.get(key);
      },
      getMany: (keys) => {
        this.#keys += keys.length;
        return kv.getMany(keys);
      },
      list: async (range, options) => {
        const found = await kv.list(range, options);
        this.#keys += 1 + found.length;
        return found;
      },
      commit: (write) => kv.commit(write),
      close: () => kv.close(),
    };
  }
}
