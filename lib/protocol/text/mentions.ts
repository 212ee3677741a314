/** Whom a text mentions: `@name`, `@here`, `@room`. Code, links and quotes mention nobody. Browser-safe. */
import { LIMITS } from "../limits.ts";
import { type Block, type Inline, parseMarkdown } from "./markdown.ts";
import { type RoomCall, roomCallOf } from "./mention_names.ts";
export { resolveName, type RoomCall, spellingsOf } from "./mention_names.ts";

export interface Calls {
  /** In lower case, at most LIMITS.mentions of them, each the longest that may be meant: see resolveName(). */
  names: string[];
  room?: RoomCall;
}

/** undefined where the text mentions nobody. */
export function callsIn(content: string): Calls | undefined {
  if (!content.includes("@")) return undefined;
  const names = new Set<string>();
  let room: RoomCall | undefined;
  for (const name of namesIn(parseMarkdown(content, () => true))) {
    const call = roomCallOf(name);
    if (call !== undefined) room = room === "room" ? room : call;
    else if (names.size < LIMITS.mentions) names.add(name);
  }
  if (names.size === 0 && room === undefined) return undefined;
  return { names: [...names], ...(room === undefined ? {} : { room }) };
}

function* namesIn(nodes: readonly (Block | Inline)[]): Generator<string> {
  for (const node of nodes) {
    if (node.type === "mention") { if (node.name !== undefined) yield node.name; }
    else if (node.type === "list") { for (const item of node.items) yield* namesIn(item.children); }
    else if ("children" in node) yield* namesIn(node.children);
  }
}
