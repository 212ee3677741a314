/** The bus of a server that runs in one isolate: a synchronous call. */
import type { Bus, Signal } from "./bus.ts";

export class MemoryBus implements Bus {
  readonly lossy = false;
  readonly #listeners = new Set<(signal: Signal) => void>();

  publish(signal: Signal): void {
    for (const listener of this.#listeners) listener(signal);
  }

  subscribe(listener: (signal: Signal) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
  }
}
