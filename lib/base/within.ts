/** One way to wait no longer than a time. */
import type { Clock } from "./clock.ts";

type Timer = Pick<Clock, "after">;

/** In real time whatever the injected clock says, and keeps the process alive: for what a process does at its end. */
export const realTimer: Timer = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Waits for `work`, and rejects with what `late` returns when it takes longer than `ms`. The work itself goes on. */
export function within<T>(timer: Timer, ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timer.after(ms, () => reject(late()));
    work.then(resolve, reject).finally(cancel);
  });
}

export function storeIsAway(): Error {
  return new Error("the store is away");
}
