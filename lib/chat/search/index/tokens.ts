/** The tokens under which the index has a message. */
import type { MessageItem } from "../../../protocol/model.ts";
import { type Unit, unitsOf } from "./units.ts";

export const HAS = ["link", "file", "image", "code"] as const;
export type Has = typeof HAS[number];

/** Longer words are cut, and characters with more marks, for keys are short: what is found is compared with the text. */
const TOKEN_LENGTH = 40;

/** Tokens of filters. No word has a colon or an at sign, so these cannot be words. */
export const hasToken = (what: Has) => `:${what}`;
export const fromToken = (userId: string) => `@${userId}`;

export function cut(word: string): string {
  if (word.length <= TOKEN_LENGTH) return word;
  const end = word.slice(0, TOKEN_LENGTH);
  return end.isWellFormed() ? end : end.slice(0, -1);
}

/** Words as they are; dense characters with the next of their run, the last of a run alone. */
export function textTokens(units: readonly Unit[], into: Set<string>): void {
  for (let i = 0; i < units.length; i++) {
    const unit = units[i];
    if (unit === undefined) continue;
    const next = units[i + 1];
    into.add(unit.dense && next?.joined === true ? cut(unit.text) + cut(next.text) : cut(unit.text));
  }
}

/** Everything that a message is found by; nothing for a deleted one. */
export function tokensOf(item: MessageItem): Set<string> {
  const tokens = new Set<string>();
  if (item.deleted !== undefined) return tokens;
  textTokens(unitsOf(searchText(item)), tokens);
  tokens.add(fromToken(item.user_id));
  for (const what of HAS) if (has(item, what)) tokens.add(hasToken(what));
  return tokens;
}

/** What was said, and below it the names of the files that came with it. */
export function searchText({ content, files = [] }: MessageItem): string {
  return files.length === 0 ? content : [content, ...files.map(({ name }) => name)].join("\n");
}

export function has(item: MessageItem, what: Has): boolean {
  switch (what) {
    case "link":
      return /\bhttps?:\/\/[^\s/]/i.test(item.content);
    case "code":
      return /`[^`\s][^`]*`|```/.test(item.content);
    case "file":
      return item.files !== undefined && item.files.length > 0;
    case "image":
      return item.files?.some(({ type }) => type.startsWith("image/")) ?? false;
  }
}

/** The order of the store's keys: by code points, where JavaScript's own is by UTF-16 code units. */
export function compareTokens(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x === y) continue;
    // surrogates stand for what lies above U+FFFF
    if (x >= 0xd800 && y >= 0xd800) {
      x += x >= 0xe000 ? -0x800 : 0x2000;
      y += y >= 0xe000 ? -0x800 : 0x2000;
    }
    return x - y;
  }
  return a.length - b.length;
}
