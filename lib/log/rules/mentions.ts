/**
 * A message's mentions. They are resolved in the append queue, so that only members are mentioned, and written in the
 * message's own atomic.
 */
import type { Known } from "../command.ts";
import type { Draft } from "../draft.ts";
import { type Key, keys, lastPart } from "../../store/keys.ts";
import type { MemberRecord, MessageItem } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { type Calls, resolveName, type RoomCall, spellingsOf } from "../../protocol/text/mentions.ts";
import { RANK } from "./support.ts";

export interface Called {
  mentions?: string[];
  mentions_room?: RoomCall;
}

/** The names' accounts; `membersOf` follows. */
export function namesOf(calls: Calls | undefined): Key<unknown>[] {
  return calls?.names.flatMap(spellingsOf).map((name) => keys.username(name)) ?? [];
}

export function membersOf(roomId: string, calls: Calls | undefined, known: Known): Key<unknown>[] {
  return idsOf(calls, known).map((id) => keys.member(roomId, id));
}

/**
 * The keys that say whether these members have blocked the author: a blocked author's message does not mention them.
 */
export function blocksOf(members: Key<unknown>[], authorId: string): Key<unknown>[] {
  return members.map((key) => keys.block(lastPart(key), authorId));
}

function idsOf(calls: Calls | undefined, known: Known): string[] {
  const ids = calls?.names.map((name) => resolveName(name, (spelling) => known(keys.username(spelling))));
  return [...new Set(ids?.filter((id) => id !== null))];
}

/** Whom a text of this author mentions. */
export function calledBy(draft: Draft, author: MemberRecord, calls: Calls | undefined): Called {
  if (calls === undefined) return {};
  const ids = idsOf(calls, (key) => draft.get(key));
  const mentions = ids.filter((id) => draft.get(keys.member(draft.roomId, id))?.state === "joined");
  const mayCall = draft.head.members <= LIMITS.room_call_members || RANK[author.role] >= RANK.moderator;
  return {
    ...(mentions.length === 0 ? {} : { mentions }),
    ...(calls.room === undefined || !mayCall ? {} : { mentions_room: calls.room }),
  };
}

/** Writes the mentions of `item`, and removes those that it had before and has no longer. Returns the removed ones. */
export function keepCalls(draft: Draft, item: MessageItem, before: Called) {
  const { roomId } = draft;
  const { seq, at, user_id } = item;
  const old = new Set(before.mentions);
  const now = new Set(item.mentions);
  for (const id of now) {
    if (old.has(id) || id === user_id || draft.get(keys.block(id, user_id)) !== null) continue;
    draft.set(keys.mention(id, roomId, seq), at);
    const isLast = seq === draft.head.seq + 1 || (draft.get(keys.mentioned(id, roomId))?.seq ?? 0) < seq;
    if (isLast) draft.set(keys.mentioned(id, roomId), { seq, at });
  }
  const unmentioned = [...old].filter((id) => !now.has(id));
  for (const id of unmentioned) draft.delete(keys.mention(id, roomId, seq));
  const uncalled = before.mentions_room !== undefined && item.mentions_room === undefined;
  if ((before.mentions_room === undefined) !== (item.mentions_room === undefined)) {
    const others = (draft.get(keys.called(roomId)) ?? []).filter((call) => call.seq !== seq);
    const calls = uncalled ? others : [...others, { seq, at, user_id }].sort((a, b) => a.seq - b.seq);
    draft.set(keys.called(roomId), calls.slice(-LIMITS.mentions_counted));
    if (!uncalled) draft.head.called = Math.max(draft.head.called ?? 0, seq);
  }
  return {
    ...(unmentioned.length === 0 ? {} : { unmentioned }),
    ...(uncalled ? { unmentioned_room: true as const } : {}),
  };
}

/** The message without its mentions. */
export function withoutCalls({ mentions: _, mentions_room: __, ...item }: MessageItem): MessageItem {
  return item;
}
