/**
 * A message's reactions as they are shown: each person counts once for each emoji, however it was encoded. Older
 * servers stored an emoji in the form in which it came. In their records one emoji may have several counts, one for
 * each form, and the same person may be in several of them. The step to schema 5 folds them for good
 * (store/reaction_forms.ts): what is merged here is only what an older process writes while it lives.
 */
import * as v from "valibot";
import type { Appended } from "./draft.ts";
import { keys, lastPart, ranges } from "../store/keys.ts";
import type { Kv } from "../store/kv.ts";
import type { ItemRecord, MessageItem, ReactionCount } from "../protocol/model.ts";
import { normalEmoji } from "../protocol/text/emoji.ts";

type Reader = Pick<Kv, "list" | "getMany">;

/** For one message, this many people of further forms are looked up, so that nobody of them is counted twice. */
const LOOKED_UP = 500;

/** The stored forms of an emoji on a message. */
export function formsOf(reactions: readonly ReactionCount[] | undefined, emoji: string): string[] {
  return (reactions ?? []).map((one) => one.emoji).filter((form) => normalEmoji(form) === emoji);
}

/** One person's emoji on a message, each once. */
export function normalMine(stored: readonly string[]): string[] {
  return [...new Set(stored.map(normalEmoji))];
}

/** The counts as they are shown. Returns the same array where every emoji is stored in its normal form. */
export async function mergedReactions(
  kv: Reader,
  roomId: string,
  seq: number,
  stored: ReactionCount[],
): Promise<ReactionCount[]> {
  if (stored.every(({ emoji }) => normalEmoji(emoji) === emoji)) return stored;
  const merged: ReactionCount[] = [];
  const budget = { left: LOOKED_UP };
  for (const emoji of new Set(stored.map((one) => normalEmoji(one.emoji)))) {
    const forms = stored.filter((one) => normalEmoji(one.emoji) === emoji).sort((a, b) => b.count - a.count);
    merged.push({ emoji, count: await peopleOf(kv, roomId, seq, forms, budget) });
  }
  return merged;
}

/** How many people gave an emoji in any of its forms, the commonest form first. */
async function peopleOf(
  kv: Reader,
  roomId: string,
  seq: number,
  forms: readonly ReactionCount[],
  budget: { left: number },
): Promise<number> {
  let count = 0;
  for (const [i, form] of forms.entries()) {
    count += form.count;
    if (i === 0 || budget.left === 0) continue;
    const found = await kv.list(ranges.reactors(roomId, seq, form.emoji), { limit: budget.left });
    budget.left -= found.length;
    const ids = found.map(({ key }) => lastPart(key));
    const before = await Promise.all(
      forms.slice(0, i).map(({ emoji }) => kv.getMany(ids.map((id) => keys.reaction(roomId, seq, emoji, id)))),
    );
    count -= ids.filter((_, at) => before.some((entries) => (entries[at]?.value ?? null) !== null)).length;
  }
  return count;
}

/**
 * Whether an emoji on the message is stored in another form than the normal one. That is rare, and merging costs reads.
 */
function isSplit({ reactions = [] }: MessageItem): boolean {
  return reactions.some(({ emoji }) => normalEmoji(emoji) !== emoji);
}

async function mergedItem(kv: Reader, roomId: string, item: MessageItem): Promise<MessageItem> {
  if (!isSplit(item)) return item;
  return { ...item, reactions: await mergedReactions(kv, roomId, item.seq, item.reactions ?? []) };
}

/** Items as they are shown. Returns the same array where there is nothing to merge. */
export async function mergedItems<T extends ItemRecord>(kv: Reader, roomId: string, items: T[]): Promise<T[]> {
  if (!items.some((item) => item.kind === "message" && isSplit(item))) return items;
  return await Promise.all(items.map(async (item) => {
    return item.kind === "message" ? { ...item, ...await mergedItem(kv, roomId, item) } : item;
  }));
}

/** Whether an event holds reactions that have to be merged. */
export function tellsSplit({ record, target }: Appended): boolean {
  if (record.kind === "message") return isSplit(record);
  return record.kind === "reaction" && target !== undefined && isSplit(target);
}

/** The events, with their reactions merged. */
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
