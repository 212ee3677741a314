/** The bus of a server that runs in one isolate: listeners are called synchronously. */
import type { Bus, Signal } from "./bus.ts";
import { Listeners } from "./listeners.ts";

export class MemoryBus implements Bus {
  readonly #listeners: Listeners;

  /** `onError` is called with what a listener throws. */
  constructor({ onError = () => {} }: { onError?: (error: unknown) => void } = {}) {
    this.#listeners = new Listeners(onError);
  }

  publish(signal: Signal): void {
    this.#listeners.tell(signal);
  }

  subscribe(listener: (signal: Signal) => void): () => void {
    return this.#listeners.add(listener);
  }

  close(): void {
    this.#listeners.clear();
  }
}
