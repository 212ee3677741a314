/** From tokens to a tree: which marks of emphasis belong together is CommonMark's rule, in time linear in the tokens. */
import type { Inline } from "./inline.ts";

export interface Delimiter {
  type: "delimiter";
  char: "*" | "_";
  at: number;
  length: number;
  opens: boolean;
  closes: boolean;
}

export type Token = Delimiter | (Inline & { at?: number });

type Kind = "bold" | "italic";

/** How a run of marks is read, in this order: it closes these, some marks are text, it opens these (outermost last). */
interface Run {
  token: Delimiter;
  left: number;
  ended: Kind[];
  begun: Kind[];
}

/** Emphasis nests so deep; what is deeper is text. */
const DEPTH = 8;

/** Makes the tree. `found` collects the places of the marks that turned out to be emphasis. */
export function nest(tokens: readonly Token[], parse: { steps: number }, found?: Set<number>): Inline[] {
  const runs = pair(tokens, parse);
  const root: Inline[] = [];
  const stack: { kind: Kind; shown: boolean; children: Inline[] }[] = [];
  let open = root;
  const write = (text: string) => {
    const last = open.at(-1);
    if (last?.type === "text") last.text += text;
    else if (text !== "") open.push({ type: "text", text });
  };
  tokens.forEach((token, index) => {
    parse.steps++;
    if (token.type === "text" || (token.type === "mention" && token.name === undefined)) return write(token.text);
    if (token.type !== "delimiter") return open.push(token);
    const { left, ended, begun } = runs.get(index) ?? { left: token.length, ended: [], begun: [] };
    if (found !== undefined) {
      const from = token.at + sizeOf(ended);
      for (let at = token.at; at < token.at + token.length; at++) if (at < from || at >= from + left) found.add(at);
    }
    for (const kind of ended) {
      const frame = stack.pop();
      if (frame?.shown !== true) write(marksOf(token.char, kind));
      else {
        open = stack.findLast(({ shown }) => shown)?.children ?? root;
        open.push({ type: kind, children: frame.children });
      }
    }
    write(token.char.repeat(left));
    for (const kind of begun.toReversed()) {
      const shown = stack.length < DEPTH;
      if (!shown) write(marksOf(token.char, kind));
      stack.push({ kind, shown, children: shown ? [] : open });
      open = stack.at(-1)?.children ?? root;
    }
  });
  return root;
}

function pair(tokens: readonly Token[], parse: { steps: number }): Map<number, Run> {
  const runs = new Map<number, Run>();
  const openers: Run[] = [];
  /** For each kind of closer, the height of `openers` below which none fits: no search is repeated (linear time). */
  const searched = new Map<string, number>();
  tokens.forEach((token, index) => {
    if (token.type !== "delimiter") return;
    const run: Run = { token, left: token.length, ended: [], begun: [] };
    runs.set(index, run);
    while (token.closes && run.left > 0) {
      const key = `${token.char}${run.left % 3}${token.opens}`;
      const floor = searched.get(key) ?? 0;
      let at = openers.length - 1;
      while (at >= floor && !fits(openers[at], run)) at--;
      parse.steps += openers.length - at;
      const opener = openers[at];
      if (at < floor || opener === undefined) {
        searched.set(key, openers.length);
        break;
      }
      const size = Math.min(2, run.left, opener.left);
      const kind = size === 2 ? "bold" : "italic";
      opener.begun.push(kind);
      opener.left -= size;
      run.ended.push(kind);
      run.left -= size;
      openers.length = opener.left > 0 ? at + 1 : at;
      // what is left of the opener may fit another
      for (const [other, height] of searched) if (height > at) searched.set(other, at);
    }
    if (token.opens && run.left > 0) openers.push(run);
  });
  return runs;
}

/** CommonMark's rule of three: runs that both open and close fit each other only where their lengths leave no doubt. */
function fits(opener: Run | undefined, closer: Run): boolean {
  if (opener?.token.char !== closer.token.char) return false;
  if (!opener.token.closes && !closer.token.opens) return true;
  return (opener.left + closer.left) % 3 !== 0 || closer.left % 3 === 0;
}

function sizeOf(kinds: readonly Kind[]): number {
  return kinds.reduce((sum, kind) => sum + marksOf("*", kind).length, 0);
}

function marksOf(char: string, kind: Kind): string {
  return kind === "bold" ? char + char : char;
}
