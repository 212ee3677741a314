/** The work that a server does by itself: upkeep, the search index, web push. */
import { initAccounts } from "./people/accounts.ts";
import type { Indexer } from "./search/index/indexer.ts";
import { ensureGeneral } from "./rooms/general.ts";
import { Pusher } from "./notify/push.ts";
import type { Failed } from "./open_base.ts";
import type { Chat } from "./chat.ts";

const UPKEEP_EVERY_MS = 60_000;

/** Parts that hear of each commit. They run where the store is: in one isolate of each process. */
export interface LogReaders {
  pusher?: Pusher | undefined;
  indexer?: Indexer | undefined;
}

/** The passes of a server. An interface, because lib/upkeep is above this folder and may not be imported here. */
interface Passes {
  run(): Promise<unknown>;
  close(): Promise<void>;
}

/** What a server does by itself, and a single command or a further isolate does not. */
export class Serving {
  readonly #chat: Chat;
  readonly #readers: LogReaders;
  readonly #failed: Failed;
  readonly #openUpkeep: () => Passes;
  #upkeep: Passes | undefined;
  #cancel: () => void = () => {};

  constructor(chat: Chat, readers: LogReaders, failed: Failed, openUpkeep: () => Passes) {
    this.#chat = chat;
    this.#readers = readers;
    this.#failed = failed;
    this.#openUpkeep = openUpkeep;
  }

  async start(): Promise<void> {
    const upkeep = this.#upkeep = this.#openUpkeep();
    const failed = this.#failed("upkeep failed; it is tried again");
    this.#cancel = this.#chat.clock.every(UPKEEP_EVERY_MS, () => void upkeep.run().catch(failed));
    await ensureGeneral(this.#chat);
    await initAccounts(this.#chat);
    await this.#readers.pusher?.start();
    this.#readers.indexer?.start();
  }

  async runDue(): Promise<void> {
    await this.#upkeep?.run();
  }

  /** Begins no further pass. */
  stop(): void {
    this.#cancel();
  }

  async close(): Promise<void> {
    const { indexer, pusher } = this.#readers;
    await Promise.all([this.#upkeep?.close(), indexer?.close(), pusher?.close()]);
  }
}
