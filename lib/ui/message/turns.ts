/**
 * Rendering a text costs what is marked up in it, and a page of hostile texts held its browser for seconds: what costs
 * much is shared out among tasks, between which the page answers its reader.
 */

/** So much markup is rendered in one task: some 20 ms of work. */
export const TURN_MARKS = 2_000;

interface Waiting {
  cost: number;
  run: () => void;
}

export class Turns {
  #left = TURN_MARKS;
  #waiting: Waiting[] = [];
  #planned = false;
  readonly #later: (run: () => void) => void;

  constructor(later: (run: () => void) => void = (run) => void setTimeout(run, 0)) {
    this.#later = later;
  }

  /** Whether this may be done in the present task; what costs more than a task may has one to itself. */
  take(cost: number): boolean {
    if (cost > this.#left && this.#left < TURN_MARKS) return false;
    this.#left -= cost;
    if (cost > 0) this.#plan();
    return true;
  }

  /** Runs it in a later task; what came last goes first, for the end of a room is what is looked at. Returns the undo. */
  wait(cost: number, run: () => void): () => void {
    const one = { cost, run };
    this.#waiting.push(one);
    this.#plan();
    return () => this.#waiting = this.#waiting.filter((other) => other !== one);
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    this.#later(() => this.#next());
  }

  #next(): void {
    this.#planned = false;
    this.#left = TURN_MARKS;
    for (let one = this.#waiting.at(-1); one !== undefined && this.take(one.cost); one = this.#waiting.at(-1)) {
      this.#waiting.pop();
      one.run();
    }
    if (this.#waiting.length > 0) this.#plan();
  }
}

/** What a text costs at most: its characters that may mark something up. */
export function marksIn(text: string): number {
  return text.match(/[*_`~#<>@:[\]()\n-]/g)?.length ?? 0;
}
