/**
 * The inline half of the Markdown subset: one walk over the text makes tokens, in which code, links and mentions are
 * recognised; emphasis is paired afterwards.
 */
import { bareUrlAt, isTarget } from "./bare_url.ts";
import { charAt, charBefore, isPunctuation, isSpaceless } from "./characters.ts";
import type { Inline } from "./inline.ts";
import { type Delimiter, nest, type Token } from "./markdown_emphasis.ts";
import { nameAt, resolveName, spellingsOf } from "./mention_names.ts";

/** The state of parsing one message; all parts of its text share it. */
export interface Parse {
  /** Who reads what the text calls: whether this spelling is somebody's. Undefined: nobody is asked. */
  isCalled?: ((spelling: string) => boolean) | undefined;
  /** Steps so far: characters, tokens and delimiters visited. */
  steps: number;
  /** How many elements may still be made; after them the message is plain text. */
  left: number;
}

const TARGET_MAX = 1_000;
const NESTED_MAX = 32;
const ESCAPED = /[!-/:-@[-`{-~]/;
/** A run of characters that cannot begin any markup. The letters are those that a bare URL begins with. */
const PLAIN = /[^\\`*_[\]@hHmM]+/y;
/** The beginning of a line that would start a block, up to the mark that a backslash would escape. */
const LINE_MARK = /^ {0,3}(?:(?=>|[-*+][ \t]+\S|```|~~~)|(\d{1,9})(?=[.)][ \t]+\S))/;

export function parseInline(text: string, parse: Parse): Inline[] {
  const tokens = new Tokens(text, parse, text.includes("\\") ? meantIn(text, parse) : null);
  return nest(tokens.all(), parse);
}

/**
 * Where the marks behind backslashes would mean something in their line if the backslashes were not there, and where
 * those do that have none: a backslash escapes only those, so that paths and faces are shown as they were typed.
 */
function meantIn(text: string, parse: Parse): Set<number> {
  const meant = new Set<number>();
  let start = 0;
  for (const line of text.split("\n")) {
    parse.steps += 1 + line.length;
    if (line.includes("\\")) {
      for (const at of meantInLine(line, start === 0, parse)) meant.add(start + at);
    }
    start += line.length + 1;
  }
  return meant;
}

function meantInLine(line: string, isFirst: boolean, parse: Parse): number[] {
  const origins: number[] = [];
  let bare = "";
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "\\" && ESCAPED.test(line[at + 1] ?? "")) at++;
    origins.push(at);
    bare += line[at] ?? "";
  }
  const found = new Set<number>();
  const shadow: Parse = { steps: 0, left: parse.left };
  nest(new Tokens(bare, shadow, null, found).all(), shadow, found);
  parse.steps += line.length + shadow.steps;
  const mark = LINE_MARK.exec(bare);
  // inside a paragraph only a list's first number begins one
  if (mark !== null && (isFirst || Number(mark[1] ?? 1) === 1)) found.add(mark[0].length);
  return Array.from(found, (at) => origins[at] ?? -1);
}

class Tokens {
  readonly #text: string;
  readonly #parse: Parse;
  /** Places of the marks that a backslash escapes; null where the text has no backslash. */
  readonly #meant: ReadonlySet<number> | null;
  /** Collects places of marks that are markup, in the pass that finds #meant: there a backslash is a plain character. */
  readonly #found: Set<number> | undefined;
  #at = 0;
  #tokens: Token[] = [];
  /** Places in #tokens of each "[" that may still begin a link. */
  #brackets: number[] = [];
  /** Where runs of backticks begin, by their length. */
  #ticks: Map<number, number[]> | null = null;

  constructor(text: string, parse: Parse, meant: ReadonlySet<number> | null, found?: Set<number>) {
    this.#text = text;
    this.#parse = parse;
    this.#meant = meant;
    this.#found = found;
  }

  get steps(): number {
    return this.#parse.steps;
  }

  all(): Token[] {
    while (this.#at < this.#text.length) {
      if (this.#parse.left <= 0) {
        this.#take(this.#text.length - this.#at);
        break;
      }
      const from = this.#at;
      this.#step();
      this.#parse.steps += 1 + this.#at - from;
    }
    return this.#tokens;
  }

  #step(): void {
    const char = this.#text[this.#at] ?? "";
    if (char === "\\") this.#backslashes();
    else if (char === "`") this.#code();
    else if (char === "*" || char === "_") this.#delimiter(char);
    else if (char === "[") {
      this.#brackets.push(this.#tokens.length);
      this.#push({ type: "text", text: "[", at: this.#at++ });
    } else if (char === "]") {
      if (!this.#link()) this.#take(1);
    } else if (char === "@") {
      if (!this.#mention()) this.#take(1);
    } else if (!/[hm]/i.test(char) || !this.#bareUrl()) this.#plain();
  }

  #plain(): void {
    PLAIN.lastIndex = this.#at;
    this.#take(PLAIN.exec(this.#text)?.[0].length ?? 1);
  }

  /** A run of backslashes. Where it escapes a mark, half of it and the mark are shown; else all of it, as typed. */
  #backslashes(): void {
    const run = this.#runOf("\\");
    if (this.#found !== undefined) return this.#take(run);
    const mark = this.#at + run;
    const escapes = run % 2 === 1 && ESCAPED.test(this.#text[mark] ?? "");
    const meant = this.#meant?.has(mark) === true;
    this.#write("\\".repeat(meant ? run >> 1 : run));
    this.#at = mark;
    if (escapes) this.#take(1);
  }

  #code(): void {
    const text = this.#text;
    const run = this.#runOf("`");
    const start = this.#at + run;
    const end = this.#endOfCode(run, start);
    if (end < 0) return this.#take(run);
    this.#note(this.#at, run);
    this.#note(end, run);
    const code = text.slice(start, end).replaceAll("\n", " ");
    const padded = code.startsWith(" ") && code.endsWith(" ") && code.trim() !== "";
    this.#push({ type: "code", text: padded ? code.slice(1, -1) : code });
    this.#at = end + run;
  }

  /** The end has exactly as many backticks as the beginning. */
  #endOfCode(run: number, start: number): number {
    if (this.#ticks === null) {
      this.#ticks = new Map();
      for (const { index, 0: { length } } of this.#text.matchAll(/`+/g)) {
        const places = this.#ticks.get(length);
        if (places === undefined) this.#ticks.set(length, [index]);
        else places.push(index);
      }
      this.#parse.steps += this.#text.length;
      for (const places of this.#ticks.values()) places.reverse();
    }
    const places = this.#ticks.get(run) ?? [];
    // what is before here is never asked for again
    while ((places.at(-1) ?? Infinity) < start) {
      places.pop();
      this.#parse.steps++;
    }
    return places.at(-1) ?? -1;
  }

  /** Whether it may open and close is CommonMark's rule, and between letters of scripts without spaces it may. */
  #delimiter(char: "*" | "_"): void {
    const text = this.#text;
    const length = this.#runOf(char);
    const before = charBefore(text, this.#at);
    const after = charAt(text, this.#at + length);
    const spaced = (one: string) => one === "" || /\s/.test(one);
    const marks = (one: string) => isPunctuation(one) && !isSpaceless(one);
    const edge = (one: string) => spaced(one) || isPunctuation(one) || isSpaceless(one);
    const left = !spaced(after) && (!marks(after) || edge(before));
    const right = !spaced(before) && (!marks(before) || edge(after));
    const word = char === "_";
    const token: Delimiter = {
      type: "delimiter",
      char,
      at: this.#at,
      length,
      opens: left && (!word || !right || isPunctuation(before)),
      closes: right && (!word || !left || isPunctuation(after)),
    };
    this.#push(token);
    this.#at += length;
  }

  /** `[label](target)`, seen from its "]". */
  #link(): boolean {
    const opener = this.#brackets.pop();
    if (opener === undefined || this.#text[this.#at + 1] !== "(") return false;
    const start = this.#at + 2;
    const end = this.#targetEnd(start);
    if (end < 0) return false;
    const href = this.#text.slice(start, end).replace(/\\([!-/:-@[-`{-~])/g, "$1");
    if (!isTarget(href)) return false;
    const inner = this.#tokens.slice(opener + 1);
    if (!inner.some((token) => token.type !== "text" || token.text.trim() !== "")) return false;
    const bracket = this.#tokens[opener];
    if (bracket?.type === "text") this.#note(bracket.at ?? -1, 1);
    this.#note(this.#at, 2);
    this.#note(end, 1);
    this.#parse.steps += inner.length;
    this.#tokens.length = opener;
    this.#push({ type: "link", href, children: nest(inner.map(withoutLinks), this.#parse, this.#found) });
    // a link has no other inside
    this.#brackets = [];
    this.#at = end + 1;
    return true;
  }

  /** The ")" that ends a target: the first one that closes none of its own brackets. */
  #targetEnd(start: number): number {
    const text = this.#text;
    let open = 0;
    for (let at = start; at < text.length && at - start <= TARGET_MAX && open <= NESTED_MAX; at++) {
      this.#parse.steps++;
      const char = text[at] ?? "";
      if (char === "\\" && this.#found === undefined && ESCAPED.test(text[at + 1] ?? "")) at++;
      else if (char === "(") open++;
      else if (char === ")" && open-- === 0) return at;
      else if (/\s/.test(char)) return -1;
    }
    return -1;
  }

  #bareUrl(): boolean {
    const url = bareUrlAt(this.#text, this.#at, this.#parse);
    if (url === "") return false;
    this.#note(this.#at + url.indexOf(":"), 1);
    this.#push({ type: "link", href: url, children: [{ type: "text", text: url }] });
    this.#at += url.length;
    return true;
  }

  #mention(): boolean {
    const name = nameAt(this.#text, this.#at);
    if (name === "") return false;
    if (/^\s?$/.test(charBefore(this.#text, this.#at))) this.#note(this.#at, 1);
    const { isCalled } = this.#parse;
    const called = isCalled === undefined ? null : resolveName(name, (one) => isCalled(one) ? one : null);
    // of a name that is nobody's, a mark at the end may belong to the emphasis around
    const shown = called ?? (name.startsWith("_") ? name : spellingsOf(name).at(-1) ?? name);
    const text = this.#text.slice(this.#at, this.#at + 1 + shown.length);
    this.#push({ type: "mention", text, ...(called === null ? {} : { name: called }) });
    this.#at += text.length;
    return true;
  }

  #runOf(char: string): number {
    let end = this.#at;
    while (this.#text[end] === char) end++;
    return end - this.#at;
  }

  #note(at: number, length: number): void {
    for (let i = 0; i < length; i++) this.#found?.add(at + i);
  }

  #take(length: number): void {
    this.#write(this.#text.slice(this.#at, this.#at + length));
    this.#at += length;
  }

  #write(text: string): void {
    const last = this.#tokens.at(-1);
    // the text of a bracket stays by itself: what follows it may become a label
    if (last?.type === "text" && last.at === undefined) last.text += text;
    else if (text !== "") this.#push({ type: "text", text });
  }

  #push(token: Token): void {
    this.#tokens.push(token);
    if (token.type !== "text") this.#parse.left--;
  }
}

function withoutLinks(token: Token): Token {
  if (token.type === "link") return { type: "text", text: token.href };
  return token.type === "mention" ? { type: "text", text: token.text } : token;
}
