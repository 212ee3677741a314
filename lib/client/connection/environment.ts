/**
 * What the client needs of the browser, injected so that tests need no browser and no waiting. Has the shape of a
 * `Clock`.
 */
export interface Environment {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Returns the function that cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Runs the task before the next paint; in a background tab, which does not paint, within 250 ms. */
  frame(run: () => void): () => void;
  /** A random number in [0, 1). */
  random(): number;
  online(): boolean;
  visible(): boolean;
  /**
   * Calls `changed` when the network comes or goes and when the tab is shown or hidden. Returns a function that stops
   * it.
   */
  listen(changed: () => void): () => void;
}

export const browserEnvironment: Environment = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  frame(run) {
    let done = false;
    const once = () => {
      if (done) return;
      done = true;
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      run();
    };
    const frame = requestAnimationFrame(once);
    const timer = setTimeout(once, 250);
    return () => {
      done = true;
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  },
  random: () => Math.random(),
  // Some browsers say `false` although the machine's own loopback is reachable. So this is only a label, never a reason
  // not to try.
  online: () => navigator.onLine !== false,
  visible: () => document.visibilityState !== "hidden",
  listen(changed) {
    addEventListener("online", changed);
    addEventListener("offline", changed);
    document.addEventListener("visibilitychange", changed);
    return () => {
      removeEventListener("online", changed);
      removeEventListener("offline", changed);
      document.removeEventListener("visibilitychange", changed);
    };
  },
};

/** The tab's sessionStorage, or null on the server and where the browser forbids it. */
export function tabStorage(): Storage | null {
  try {
    return typeof document === "undefined" ? null : sessionStorage;
  } catch {
    return null;
  }
}

/** The page's localStorage, or null on the server and where the browser forbids it. */
export function browserStorage(): Storage | null {
  try {
    return typeof document === "undefined" ? null : localStorage;
  } catch {
    return null;
  }
}
