/**
 * Gives the reactions in the store one form of each emoji. Versions before the schema 3 stored an emoji as it was sent,
 * with or without variation selectors, so that one emoji may stand in several forms on a message, and the same person in
 * several of them. Here they are moved to the normal form, in slices: each is one commit that leaves the people, their
 * own lists and the counts in agreement, so a pass that is cut off is simply run again.
 */
import { normalEmoji } from "../../protocol/text/emoji.ts";
import type { MessageItem, ReactionCount } from "../../protocol/model.ts";
import { change } from "../change.ts";
import { keys, lastPart, ranges } from "../keys.ts";
import { type Kv, put, slices } from "../kv.ts";

/** People of one commit: each is three keys of up to 250 bytes. */
const PEOPLE = 100;
/** Generous, since each send to the room may make a try lose its race. */
const TRIES = 1_000;

interface Form {
  roomId: string;
  seq: number;
  form: string;
}

/** Safe to repeat, and to run beside reactions and deletes. Returns the number of reactions that were moved. */
export async function foldReactions(kv: Kv): Promise<number> {
  let moved = 0;
  for await (const found of slices(kv, ranges.family("reaction"), kv.limits.entriesABatch)) {
    const forms = new Map<string, Form>();
    for (const { key: [, roomId, seq, form] } of found) {
      if (typeof roomId !== "string" || typeof seq !== "number" || typeof form !== "string") continue;
      if (normalEmoji(form) !== form) forms.set(`${roomId} ${seq} ${form}`, { roomId, seq, form });
    }
    for (const form of forms.values()) moved += await foldForm(kv, form);
  }
  return moved;
}

async function foldForm(kv: Kv, form: Form): Promise<number> {
  for (let moved = 0;;) {
    const people = await foldSome(kv, form);
    moved += people;
    if (people < PEOPLE) return moved;
  }
}

/**
 * Moves some people. The commit checks and rewrites the room's head, as every append does: a reaction at the same moment
 * makes one of the two read again, also where it remembers the head.
 */
async function foldSome(kv: Kv, { roomId, seq, form }: Form): Promise<number> {
  const emoji = normalEmoji(form);
  const { result } = await change(kv, [keys.head(roomId), keys.item(roomId, seq)], async (head, item) => {
    const room = (await kv.get(keys.room(roomId))).value;
    const isErased = room === null || room.deleted_at !== undefined || head.value === null || seq <= head.value.floor;
    // what is deleted is erased by its own job
    if (isErased || item.value?.kind !== "message" || item.value.deleted !== undefined) return { result: 0 };
    const found = await kv.list(ranges.reactors(roomId, seq, form), { limit: PEOPLE });
    if (found.length === 0) return { result: 0 };
    const ids = found.map(({ key }) => lastPart(key));
    const [normal, mine] = await Promise.all([
      kv.getMany(ids.map((id) => keys.reaction(roomId, seq, emoji, id))),
      kv.getMany(ids.map((id) => keys.reacted(roomId, id, seq))),
    ]);
    const added = found.filter((_, i) => (normal[i]?.value ?? null) === null);
    const reactions = moveCount(item.value.reactions ?? [], form, {
      gone: found.length < PEOPLE ? Infinity : found.length,
      added: added.length,
    });
    const folded: MessageItem = { ...item.value, reactions };
    const write = {
      set: [
        put(keys.head(roomId), head.value),
        put(keys.item(roomId, seq), folded),
        ...added.map(({ key, value }) => put(keys.reaction(roomId, seq, emoji, lastPart(key)), value)),
        ...ids.map((id, i) => put(keys.reacted(roomId, id, seq), moveMine(mine[i]?.value ?? [form], form))),
      ],
      delete: found.map(({ key }) => key),
    };
    return { result: found.length, write, proof: "repeatable" };
  }, { tries: TRIES });
  return result;
}

/** One person's emoji. Their further forms stay until these are moved: removing the emoji looks for each of them. */
function moveMine(mine: readonly string[], form: string): string[] {
  return [...new Set(mine.map((one) => one === form ? normalEmoji(form) : one))];
}

/** The normal form stands where the first of the forms stood, as views show it. */
function moveCount(
  reactions: readonly ReactionCount[],
  form: string,
  { gone, added }: { gone: number; added: number },
): ReactionCount[] {
  const emoji = normalEmoji(form);
  const isSame = (one: ReactionCount) => normalEmoji(one.emoji) === emoji;
  const same = reactions.filter(isSame);
  const before = same.find((one) => one.emoji === emoji)?.count ?? 0;
  const others = same.filter((one) => one.emoji !== emoji)
    .map((one) => one.emoji === form ? { ...one, count: one.count - gone } : one);
  const first = reactions.findIndex(isSame);
  const at = first === -1 ? reactions.length : first;
  return [
    ...reactions.slice(0, at),
    ...[{ emoji, count: before + added }, ...others].filter(({ count }) => count > 0),
    ...reactions.slice(at).filter((one) => !isSame(one)),
  ];
}
