/** Whom a text calls: `@name`, `@here`, `@room`. What is code or a link for the reader calls nobody. Browser-safe. */
import { LIMITS } from "./limits.ts";
import { type Block, type Inline, parseMarkdown } from "./markdown.ts";

export type RoomCall = "here" | "room";

export interface Calls {
  /** As written but in lower case, at most LIMITS.mentions of them; they may end with what ends a sentence. */
  names: string[];
  room?: RoomCall;
}

/** The longest first: in "ask @ada." the point belongs to the sentence, unless somebody's name ends with one. */
export function spellingsOf(name: string): string[] {
  const trimmed = name.replace(/[._-]+$/, "");
  return trimmed === name || trimmed === "" ? [name] : [name, trimmed];
}

const TOKEN = /(?<![\p{L}\p{N}_@/.-])@([a-z0-9_.-]{1,32})(?![\p{L}\p{N}_-])/giu;

/** undefined where it calls nobody. */
export function callsIn(content: string): Calls | undefined {
  if (!content.includes("@")) return undefined;
  const names = new Set<string>();
  let room: RoomCall | undefined;
  for (const text of textsOf(parseMarkdown(content))) {
    for (const [, token = ""] of text.matchAll(TOKEN)) {
      const name = token.toLowerCase();
      const call = roomCallOf(name);
      if (call !== undefined) room = room === "room" ? room : call;
      else if (names.size < LIMITS.mentions) names.add(name);
    }
  }
  if (names.size === 0 && room === undefined) return undefined;
  return { names: [...names], ...(room === undefined ? {} : { room }) };
}

export function roomCallOf(name: string): RoomCall | undefined {
  const word = name.replace(/[._-]+$/, "");
  return word === "here" || word === "room" ? word : undefined;
}

/** A text cut at what may be a mention; `name` is set on those. */
export function cutAtMentions(text: string): { text: string; name?: string }[] {
  const parts: { text: string; name?: string }[] = [];
  let end = 0;
  for (const { index, 0: whole, 1: token = "" } of text.matchAll(TOKEN)) {
    if (index > end) parts.push({ text: text.slice(end, index) });
    parts.push({ text: whole, name: token.toLowerCase() });
    end = index + whole.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

function* textsOf(blocks: readonly Block[]): Generator<string> {
  for (const block of blocks) {
    if (block.type === "paragraph") yield* inlineTexts(block.children);
    else if (block.type === "quote") continue; // what somebody else said does not call again
    else if (block.type === "list") { for (const item of block.items) yield* textsOf(item); }
  }
}

function* inlineTexts(children: readonly Inline[]): Generator<string> {
  for (const child of children) {
    if (child.type === "text") yield child.text;
    else if (child.type === "bold" || child.type === "italic") yield* inlineTexts(child.children);
  }
}
