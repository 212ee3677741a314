/**
 * Tells the server whether the reader is looking at this page, so that it sends no push to their other devices
 * meanwhile.
 */
import type { Connection } from "./connection.ts";

const AGAIN_MS = 240_000;
/** After this long without input the reader counts as away. */
const IDLE_MS = 180_000;

export class Activity {
  readonly #connection: Connection;
  #active = false;
  #seenAt = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Whether the reader is looking at the page now. */
  get isActive(): boolean {
    return document.visibilityState === "visible" && document.hasFocus() && Date.now() - this.#seenAt < IDLE_MS;
  }

  /** Returns a function that stops it. */
  start(): () => void {
    this.#seenAt = Date.now();
    const seen = () => {
      this.#seenAt = Date.now();
      if (!this.#active) this.#check();
    };
    const check = () => this.#check();
    const signs = ["pointerdown", "pointermove", "keydown", "focus"] as const;
    for (const sign of signs) addEventListener(sign, seen, { passive: true, capture: true });
    addEventListener("blur", check);
    document.addEventListener("visibilitychange", check);
    const stopState = this.#connection.state.subscribe((state) => {
      if (state !== "open") return;
      this.#active = false; // a new connection has to be told
      this.#check();
    });
    const timer = setInterval(() => {
      if (this.isActive) this.#tell(true);
      else this.#check();
    }, AGAIN_MS);
    return () => {
      for (const sign of signs) removeEventListener(sign, seen, { capture: true });
      removeEventListener("blur", check);
      document.removeEventListener("visibilitychange", check);
      stopState();
      clearInterval(timer);
    };
  }

  #check(): void {
    const { isActive } = this;
    if (isActive !== this.#active) this.#tell(isActive);
  }

  #tell(active: boolean): void {
    this.#active = active;
    this.#connection.notify({ type: "active", active });
  }
}
