/**
 * A message's reactions as they are shown: one count a person for each emoji, in whichever forms it is stored. Servers
 * before this one stored what came; in such a record the counts of an emoji's forms stand beside each other, and the
 * same person may be in several.
 */
import * as v from "valibot";
import type { Appended } from "./draft.ts";
import { keys, lastPart, ranges } from "../store/keys.ts";
import { type Kv, slices } from "../store/kv.ts";
import type { ItemRecord, MessageItem, ReactionCount } from "../protocol/model.ts";
import { normalEmoji } from "../protocol/text/emoji.ts";

type Reader = Pick<Kv, "list" | "getMany">;

/** So many people of one further form are looked up at a time, to count nobody twice. */
const LOOKED_UP = 500;

/** Which of a message's stored emoji are this one. */
export function formsOf(reactions: readonly ReactionCount[] | undefined, emoji: string): string[] {
  return (reactions ?? []).map((one) => one.emoji).filter((form) => normalEmoji(form) === emoji);
}

/** My emoji on a message, each once. */
export function normalMine(stored: readonly string[]): string[] {
  return [...new Set(stored.map(normalEmoji))];
}

/** The counts as they are shown; the same array where every emoji is in its one form. */
export async function mergedReactions(
  kv: Reader,
  roomId: string,
  seq: number,
  stored: ReactionCount[],
): Promise<ReactionCount[]> {
  if (stored.every(({ emoji }) => normalEmoji(emoji) === emoji)) return stored;
  const merged: ReactionCount[] = [];
  for (const emoji of new Set(stored.map((one) => normalEmoji(one.emoji)))) {
    const forms = stored.filter((one) => normalEmoji(one.emoji) === emoji).sort((a, b) => b.count - a.count);
    merged.push({ emoji, count: await peopleOf(kv, roomId, seq, forms) });
  }
  return merged;
}

/** How many people gave an emoji in any of its forms, the commonest form first. */
async function peopleOf(
  kv: Reader,
  roomId: string,
  seq: number,
  forms: readonly ReactionCount[],
): Promise<number> {
  let count = 0;
  for (const [i, form] of forms.entries()) {
    count += form.count;
    if (i === 0) continue;
    for await (const found of slices(kv, ranges.reactors(roomId, seq, form.emoji), LOOKED_UP)) {
      const ids = found.map(({ key }) => lastPart(key));
      const before = await Promise.all(
        forms.slice(0, i).map(({ emoji }) => kv.getMany(ids.map((id) => keys.reaction(roomId, seq, emoji, id)))),
      );
      count -= ids.filter((_, at) => before.some((entries) => (entries[at]?.value ?? null) !== null)).length;
    }
  }
  return count;
}

/** Whether any of its emoji is in another form than its one: that is rare, and merging costs reading. */
function isSplit({ reactions = [] }: MessageItem): boolean {
  return reactions.some(({ emoji }) => normalEmoji(emoji) !== emoji);
}

async function mergedItem(kv: Reader, roomId: string, item: MessageItem): Promise<MessageItem> {
  if (!isSplit(item)) return item;
  return { ...item, reactions: await mergedReactions(kv, roomId, item.seq, item.reactions ?? []) };
}

/** Items as they are shown; the same array where nothing is to be merged. */
export async function mergedItems<T extends ItemRecord>(kv: Reader, roomId: string, items: T[]): Promise<T[]> {
  if (!items.some((item) => item.kind === "message" && isSplit(item))) return items;
  return await Promise.all(items.map(async (item) => {
    return item.kind === "message" ? { ...item, ...await mergedItem(kv, roomId, item) } : item;
  }));
}

/** Whether an event tells of reactions that are to be merged. */
export function tellsSplit({ record, target }: Appended): boolean {
  if (record.kind === "message") return isSplit(record);
  return record.kind === "reaction" && target !== undefined && isSplit(target);
}

/** Events with what they tell of reactions merged. */
export async function mergedEvents(kv: Reader, roomId: string, appended: Appended[]): Promise<Appended[]> {
  return await Promise.all(appended.map(async (one) => {
    const { record, target } = one;
    return {
      ...one,
      record: record.kind === "message" ? await mergedItem(kv, roomId, record) : record,
      ...(target === undefined ? {} : { target: await mergedItem(kv, roomId, target) }),
    };
  }));
}

/** An entry as it is exported, each emoji in its one form; undefined: another entry says the same. */
export async function exportedForm(
  kv: Reader & Pick<Kv, "get">,
  key: Deno.KvKey,
  value: unknown,
): Promise<{ key: Deno.KvKey; value: unknown } | undefined> {
  const [family, roomId, seq, form, userId] = key;
  if (family === "reaction" && typeof form === "string" && normalEmoji(form) !== form) {
    const normal = keys.reaction(String(roomId), Number(seq), normalEmoji(form), String(userId));
    return (await kv.get(normal)).value === null ? { key: normal, value } : undefined;
  }
  if (family === "reacted" && v.is(emojiList, value)) return { key, value: normalMine(value) };
  if (family === "item" && v.is(withReactions, value)) {
    const reactions = await mergedReactions(kv, String(roomId), Number(seq), value.reactions);
    return { key, value: reactions === value.reactions ? value : { ...value, reactions } };
  }
  return { key, value };
}

const emojiList = v.array(v.string());
const withReactions = v.looseObject({
  kind: v.literal("message"),
  reactions: v.array(v.object({ emoji: v.string(), count: v.number() })),
});
