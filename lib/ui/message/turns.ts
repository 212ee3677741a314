/**
 * Rendering a text costs what is marked up in it, and a page of hostile texts held its browser for seconds: what costs
 * much is shared out among tasks, between which the page answers its reader.
 */

/** So much markup is rendered in one task: some 20 ms of work. */
export const TURN_MARKS = 2_000;

export interface Turns {
  /** Whether this may be done in the present task; what costs more than a task may has one to itself. */
  take(cost: number): boolean;
  /** Runs it in a later task; what came last goes first, for the end of a room is what is looked at. Returns the undo. */
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

/** What a text costs at most: its characters that may mark something up. */
export function marksIn(text: string): number {
  return text.match(/[*_`~#<>@:[\]()\n-]/g)?.length ?? 0;
}
