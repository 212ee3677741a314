/** Time, injected so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds of a monotonic clock: they only grow, even where the machine's time is set back. */
  elapsed(): number;
  /** Returns the function that cancels it. The timer does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
  every(ms: number, run: () => void): () => void;
}

let waiting = 0;

/** Timers of this isolate's system clock that have neither run nor been cancelled. */
export function waitingTimers(): number {
  return waiting;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, run) {
    const ended = begun();
    const timer = setTimeout(() => {
      ended();
      run();
    }, ms);
    Deno.unrefTimer(timer);
    return () => {
      clearTimeout(timer);
      ended();
    };
  },
  every(ms, run) {
    const ended = begun();
    const timer = setInterval(run, ms);
    Deno.unrefTimer(timer);
    return () => {
      clearInterval(timer);
      ended();
    };
  },
};

/** Counts a timer. Returns a function that counts its end, once however often it is called. */
function begun(): () => void {
  let is = true;
  waiting++;
  return () => {
    if (is) waiting--;
    is = false;
  };
}

/** A clock that moves only when told to. */
export class FakeClock implements Clock {
  #now: number;
  #ahead = 0;
  #timers: { at: number; every: number; run: () => void }[] = [];

  constructor(now = Date.parse("2026-01-02T03:04:05Z")) {
    this.#now = now;
  }

  now(): number {
    return this.#now + this.#ahead;
  }

  elapsed(): number {
    return this.#now;
  }

  /** Sets the machine's time. `elapsed()` and the timers are not affected. */
  set(now: number): void {
    this.#ahead = now - this.#now;
  }

  after(ms: number, run: () => void): () => void {
    return this.#add(ms, 0, run);
  }

  every(ms: number, run: () => void): () => void {
    return this.#add(ms, ms, run);
  }

  /** Moves the time on, and runs the timers that fall due, in their order. */
  tick(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#now = due.at;
      if (due.every > 0) due.at += due.every;
      else this.#timers.splice(this.#timers.indexOf(due), 1);
      due.run();
    }
    this.#now = end;
  }

  #add(ms: number, every: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, every, run };
    this.#timers.push(timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }
}
