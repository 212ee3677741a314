/**
 * Shares the rendering of expensive texts out among several tasks, so that the page stays responsive. The cost of a
 * text grows with its markup: a page of hostile texts would block its browser for seconds.
 */

/** The most markup that one task renders: some 20 ms of work. */
export const TURN_MARKS = 2_000;

export interface Turns {
  /**
   * Whether work of this cost fits into the present task. Work that costs more than a whole task gets a task of its
   * own.
   */
  take(cost: number): boolean;
  /**
   * Runs the work in a later task. The last one added runs first, because readers look at the end of a room. Returns a
   * function that cancels it.
   */
  wait(cost: number, run: () => void): () => void;
}

export function openTurns(later: (run: () => void) => void = (run) => void setTimeout(run, 0)): Turns {
  let left = TURN_MARKS;
  let planned = false;
  const waiting: [cost: number, run: () => void][] = [];
  const plan = () => {
    if (planned) return;
    planned = true;
    later(next);
  };
  const take = (cost: number) => {
    if (cost > left && left < TURN_MARKS) return false;
    left -= cost;
    if (cost > 0) plan();
    return true;
  };
  const next = () => {
    planned = false;
    left = TURN_MARKS;
    for (let one = waiting.at(-1); one !== undefined && take(one[0]); one = waiting.at(-1)) {
      waiting.pop();
      one[1]();
    }
    if (waiting.length > 0) plan();
  };
  const wait = (cost: number, run: () => void) => {
    const one: [number, () => void] = [cost, run];
    waiting.push(one);
    plan();
    return () => {
      const at = waiting.indexOf(one);
      if (at >= 0) waiting.splice(at, 1);
    };
  };
  return { take, wait };
}

/** An upper bound for the cost of a text: the number of its characters that may be markup. */
export function marksIn(text: string): number {
  return text.match(/[*_`~#<>@:[\]()\n-]/g)?.length ?? 0;
}
