/**
 * The bus between the isolates of one process: reliable and in order from each of them. The name of the channel is the
 * server's own, so that two servers in one process do not mix.
 */
import type { Bus, Signal } from "./bus.ts";
import { Listeners } from "./listeners.ts";

export class BroadcastChannelBus implements Bus {
  readonly isolate: string;
  readonly #channel: BroadcastChannel;
  readonly #listeners: Listeners;
  #closed = false;

  /** `onError` is called with what a listener throws: an uncaught error would end the isolate. */
  constructor(options: { name: string; isolate: string; onError: (error: unknown) => void }) {
    this.isolate = options.isolate;
    this.#channel = new BroadcastChannel(options.name);
    this.#listeners = new Listeners(options.onError);
    // only isolates of this server post to this channel
    this.#channel.onmessage = ({ data }: MessageEvent<Signal>) => this.#listeners.tell(data);
  }

  publish(signal: Signal): void {
    if (this.#closed) return;
    this.#channel.postMessage(signal);
    this.#listeners.tell(signal);
  }

  subscribe(listener: (signal: Signal) => void): () => void {
    return this.#listeners.add(listener);
  }

  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    this.#channel.close();
  }
}
