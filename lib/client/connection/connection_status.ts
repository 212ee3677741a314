/** What the page says about the connection. A short drop is not mentioned. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Connection } from "./connection.ts";
import type { Environment } from "./environment.ts";

/** "" while connected, and for the first 5 s of a drop that the browser does not report. */
export type Banner = "" | "ended" | "reconnecting" | "offline" | "signed_out" | "stopped" | "history_reloaded";

const BANNER_AFTER_MS = 5_000;
const RELOADED_MS = 6_000;

export class ConnectionStatus {
  readonly #connection: Connection;
  readonly #env: Environment;
  readonly #slow = signal(false);
  readonly #reloaded = signal(false);
  /** Whether the first try to connect is over, well or not. */
  readonly #tried = signal(false);
  #cancelReloaded = () => {};

  constructor(connection: Connection, environment: Environment) {
    this.#connection = connection;
    this.#env = environment;
  }

  /** Whether the server can be heard. True until the first try to connect is over. */
  readonly online: ReadonlySignal<boolean> = computed(() => {
    const state = this.#connection.state.value;
    return state === "open" || (state === "connecting" && !this.#tried.value);
  });

  readonly banner: ReadonlySignal<Banner> = computed(() => {
    const state = this.#connection.state.value;
    if (state === "signed_out" && this.#connection.endedOnPurpose) return "ended";
    if (state === "signed_out" || state === "stopped") return state;
    if (this.#slow.value) return state === "offline" ? "offline" : "reconnecting";
    return this.#reloaded.value ? "history_reloaded" : "";
  });

  /** Returns a function that stops it. */
  start(): () => void {
    let cancelSlow = () => {};
    const stopSlow = this.#connection.downSince.subscribe((since) => {
      cancelSlow();
      this.#slow.value = false;
      if (since !== null) cancelSlow = this.#env.after(BANNER_AFTER_MS, () => this.#slow.value = true);
    });
    const stopTried = this.#connection.state.subscribe((state) => {
      if (state !== "connecting") this.#tried.value = true;
      if (state === "offline") this.#slow.value = true;
    });
    return () => {
      stopSlow();
      stopTried();
      cancelSlow();
      this.#cancelReloaded();
    };
  }

  /** Shows a text for a while. */
  historyReloaded(): void {
    this.#reloaded.value = true;
    this.#cancelReloaded();
    this.#cancelReloaded = this.#env.after(RELOADED_MS, () => this.#reloaded.value = false);
  }
}
