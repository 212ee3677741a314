/** The inline half of the Markdown subset: one pass over the text, with at most four markers open at a time. */

export type Inline =
  | { type: "text"; text: string }
  | { type: "code"; text: string }
  | { type: "bold" | "italic"; children: Inline[] }
  /** `href` begins with http:, https: or mailto: and has no white space. */
  | { type: "link"; href: string; children: Inline[] }
  | { type: "break" };

type Marker = "**" | "*" | "__" | "_";

interface Frame {
  marker: Marker | "";
  children: Inline[];
}

const LINK_MAX = 1_000;
const ESCAPED = /[!-/:-@[-`{-~]/;
const WORD = /[\p{L}\p{N}]/u;
const BARE = /(?:https?:\/\/|mailto:)[^\s<>"`\p{Cc}\u202a-\u202e\u2066-\u2069]+/iuy;
const TARGET = /^(?:https?:\/\/|mailto:)[^\s<>"`\p{Cc}\u202a-\u202e\u2066-\u2069]+$/iu;
/** Runs of characters that can begin nothing. The letters are those that a bare URL begins with. */
const PLAIN = /[^\\`*_[\nhHmM]+/y;

export function parseInline(text: string, links = true): Inline[] {
  return new InlineParser(text, links).parse();
}

class InlineParser {
  readonly #text: string;
  readonly #links: boolean;
  #at = 0;
  readonly #stack: Frame[] = [{ marker: "", children: [] }];
  /** Lengths of runs of backticks that are known to have no end further on. */
  readonly #endless = new Set<number>();
  /** The next "](", and the last "[" before it. */
  #middle = -1;
  #innermost = -1;
  /** Before this, no "[" begins a link. */
  #noLinkBefore = 0;

  constructor(text: string, links: boolean) {
    this.#text = text;
    this.#links = links;
  }

  parse(): Inline[] {
    while (this.#at < this.#text.length) this.#step();
    while (this.#stack.length > 1) this.#giveUp();
    return this.#top.children;
  }

  get #top(): Frame {
    const frame = this.#stack.at(-1);
    if (frame === undefined) throw new Error("the stack has a root");
    return frame;
  }

  #step(): void {
    const text = this.#text;
    const char = text[this.#at] ?? "";
    const next = text[this.#at + 1] ?? "";
    if (char === "\n") {
      this.#add({ type: "break" });
      this.#at++;
    } else if (char === "\\" && ESCAPED.test(next)) {
      this.#write(next);
      this.#at += 2;
    } else if (char === "`") this.#code();
    else if (char === "*" || char === "_") this.#emphasis(char);
    else if (char === "[" && this.#links && this.#link()) return;
    else if (/[hm]/i.test(char) && this.#links && this.#bareLink()) return;
    else this.#plain();
  }

  #plain(): void {
    PLAIN.lastIndex = this.#at;
    const run = PLAIN.exec(this.#text)?.[0] ?? this.#text[this.#at] ?? "";
    this.#write(run);
    this.#at += run.length;
  }

  #code(): void {
    const text = this.#text;
    const ticks = this.#runOf("`");
    const start = this.#at + ticks;
    let end = this.#endless.has(ticks) ? -1 : text.indexOf("`".repeat(ticks), start);
    // an end has exactly as many backticks as the beginning
    while (end >= 0) {
      let after = end;
      while (text[after] === "`") after++;
      if (after - end === ticks) break;
      end = text.indexOf("`".repeat(ticks), after);
    }
    if (end < 0) {
      this.#endless.add(ticks);
      this.#write("`".repeat(ticks));
      this.#at = start;
      return;
    }
    const code = text.slice(start, end).replaceAll("\n", " ");
    const padded = /^ .*[^ ].* $|^ `.* $/.test(code) && code.length > 2;
    this.#add({ type: "code", text: padded ? code.slice(1, -1) : code });
    this.#at = end + ticks;
  }

  #emphasis(char: "*" | "_"): void {
    const length = this.#runOf(char);
    const before = this.#charBefore();
    const after = this.#text.slice(this.#at + length, this.#at + length + 2);
    this.#at += length;
    if (length > 3) return this.#write(char.repeat(length));
    const inWord = char === "_" && WORD.test(before) && WORD.test(after);
    const mayClose = before !== "" && !/\s$/.test(before) && !(char === "_" && WORD.test(after.slice(0, 1)));
    const mayOpen = after !== "" && !/^\s/.test(after) && !inWord && !(char === "_" && WORD.test(before));
    let left = length;
    while (left > 0) {
      const marker = mayClose ? this.#closable(char, left) : undefined;
      if (marker === undefined) break;
      this.#close(marker);
      left -= marker.length;
    }
    while (left > 0) {
      const marker: Marker = left < 2 ? char : char === "*" ? "**" : "__";
      if (mayOpen && !this.#isOpen(marker)) this.#stack.push({ marker, children: [] });
      else this.#write(marker);
      left -= marker.length;
    }
  }

  /** The open marker of this character that so many characters close: one of that length, or the innermost shorter. */
  #closable(char: "*" | "_", left: number): Marker | undefined {
    const fits = this.#stack.flatMap(({ marker }) => marker !== "" && marker[0] === char ? marker : []);
    return fits.find((marker) => marker.length === left) ?? fits.findLast((marker) => marker.length <= left);
  }

  #isOpen(marker: Marker): boolean {
    return this.#stack.some((frame) => frame.marker === marker);
  }

  #close(marker: Marker): void {
    while (this.#top.marker !== marker) this.#giveUp();
    const { children } = this.#top;
    this.#stack.pop();
    if (children.length === 0) return this.#write(marker + marker);
    this.#add({ type: marker.length === 2 ? "bold" : "italic", children });
  }

  /** The innermost open marker was none: it and what follows become part of what is around it. */
  #giveUp(): void {
    const { marker, children } = this.#top;
    this.#stack.pop();
    this.#write(marker);
    for (const child of children) {
      if (child.type === "text") this.#write(child.text);
      else this.#add(child);
    }
  }

  /** `[label](target)`; false where there is none. */
  #link(): boolean {
    const text = this.#text;
    if (this.#at < this.#noLinkBefore) return false;
    if (this.#middle < this.#at) {
      const found = text.indexOf("](", this.#at);
      this.#middle = found < 0 ? Infinity : found;
      this.#innermost = text.lastIndexOf("[", this.#middle);
    }
    const middle = this.#middle;
    // the innermost "[" takes it
    if (middle === Infinity || this.#innermost !== this.#at) return false;
    const end = this.#targetEnd(middle + 2);
    const target = text.slice(middle + 2, Math.max(end, 0));
    const label = text.slice(this.#at + 1, middle);
    if (end < 0 || label.trim() === "" || !TARGET.test(target)) {
      this.#noLinkBefore = middle;
      return false;
    }
    this.#add({ type: "link", href: target, children: parseInline(label, false) });
    this.#at = end + 1;
    return true;
  }

  /** The ")" that ends a target: the first one that closes none of its own brackets. */
  #targetEnd(start: number): number {
    let open = 0;
    for (let at = start; at < this.#text.length && at - start <= LINK_MAX; at++) {
      const char = this.#text[at] ?? "";
      if (char === "(") open++;
      else if (char === ")" && open-- === 0) return at;
      else if (/\s/.test(char)) return -1;
    }
    return -1;
  }

  #bareLink(): boolean {
    if (WORD.test(this.#charBefore())) return false;
    BARE.lastIndex = this.#at;
    const found = BARE.exec(this.#text)?.[0];
    if (found === undefined) return false;
    const href = withoutTail(found);
    // a scheme alone is text
    if (/[:/]$/.test(href)) return false;
    this.#add({ type: "link", href, children: [{ type: "text", text: href }] });
    this.#at += href.length;
    return true;
  }

  #charBefore(): string {
    const text = this.#text.slice(Math.max(0, this.#at - 2), this.#at);
    // the second half of a surrogate pair needs the first
    return /[\udc00-\udfff]$/.test(text) ? text : text.slice(-1);
  }

  #runOf(char: string): number {
    let end = this.#at;
    while (this.#text[end] === char) end++;
    return end - this.#at;
  }

  #write(text: string): void {
    const { children } = this.#top;
    const last = children.at(-1);
    if (last?.type === "text") last.text += text;
    else if (text !== "") children.push({ type: "text", text });
  }

  #add(node: Inline): void {
    this.#top.children.push(node);
  }
}

/** A bare URL without the punctuation of the sentence around it. */
function withoutTail(url: string): string {
  let end = url.length;
  let surplus = 0;
  for (const char of url) surplus += char === "(" ? -1 : char === ")" ? 1 : 0;
  for (; end > 0; end--) {
    const char = url[end - 1] ?? "";
    if (char === ")" && surplus > 0) surplus--;
    else if (!/[.,;:!?'*_~\]}]/.test(char)) break;
  }
  return url.slice(0, end);
}
