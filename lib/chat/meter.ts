/** Counts the keys that one request reads: a token is worth so many, and the rest is paid for afterwards. */
import type { Kv } from "../store/kv.ts";
import type { Chat } from "./chat.ts";

export class Meter {
  /** For the request's verbs: what they read is counted. */
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

  /** A request whose token was taken: does `work`, a user's in its turn, and charges what it reads. */
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
