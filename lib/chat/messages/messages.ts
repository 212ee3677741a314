/** What people do to messages; reading them is in history.ts. Authorisation is in the rules. */
import type { Outcome } from "../../log/command.ts";
import { seqOf } from "../../base/ids.ts";
import { keys, ranges } from "../../store/keys.ts";
import type { Actor, HeadRecord, ReactionCount, ReadRecord, RoomRecord } from "../../protocol/model.ts";
import type { UserChange } from "../../protocol/frames.ts";
import { normalEmoji } from "../../protocol/text/emoji.ts";
import { callsIn } from "../../protocol/text/mentions.ts";
import { isBlank } from "../../protocol/text/visible.ts";
import type { Chat } from "../chat.ts";
import { reasonOf } from "../people/fields.ts";
import { announceRoom, asAdmin, mentionsAfter, requireMember, unshownAfter } from "../rooms/membership.ts";
import { mergedReactions } from "../../log/reactions.ts";

export interface Sent {
  id: string;
  seq: number;
  timestamp: string;
  duplicate?: true;
}

/** Durable once it resolves (D1). The same `client_id` again returns the first message's id and seq (D3). */
export async function sendMessage(
  chat: Chat,
  actor: Actor,
  input: {
    room_id: string;
    content: string;
    client_id?: string | undefined;
    reply_to?: string | undefined;
    files?: string[] | undefined;
  },
): Promise<Sent> {
  const { room_id, client_id, reply_to, files = [] } = input;
  // beside files a text may be blank; a blank text is stored as an empty one
  const content = files.length > 0 && isBlank(input.content) ? "" : input.content;
  const calls = callsIn(content);
  const began = chat.clock.elapsed();
  const outcome = await chat.appender.append(room_id, {
    type: "message",
    user_id: actor.user_id,
    content,
    ...(client_id === undefined ? {} : { client_id }),
    ...(reply_to === undefined ? {} : { reply_to }),
    ...(files.length === 0 ? {} : { files }),
    ...(calls === undefined ? {} : { calls }),
  });
  if (outcome.changed) {
    chat.marks.sent(actor.user_id, room_id, { seq: outcome.seq, messages: outcome.messages }, began);
  }
  // the message is committed, so a failure here is ignored: pages see the change with their next list of rooms
  if (outcome.stayed === true) announceRoom(chat, actor, room_id).catch(() => {});
  return {
    id: outcome.id,
    seq: outcome.seq,
    timestamp: new Date(outcome.at).toISOString(),
    ...(outcome.changed ? {} : { duplicate: true }),
  };
}

export interface Changed {
  id: string;
  seq: number;
  /** false: it was already so, and nothing was appended. */
  changed: boolean;
}

export async function editMessage(
  chat: Chat,
  actor: Actor,
  input: { room_id: string; message_id: string; content: string },
): Promise<Changed> {
  const { room_id, message_id, content } = input;
  const calls = callsIn(content);
  return toChanged(
    await chat.appender.append(room_id, {
      type: "edit",
      user_id: actor.user_id,
      target: message_id,
      content,
      ...(calls === undefined ? {} : { calls }),
    }),
  );
}

export async function deleteMessage(
  chat: Chat,
  actor: Actor,
  input: { room_id: string; message_id: string; reason?: string | undefined },
): Promise<Changed> {
  const { room_id, message_id, reason } = input;
  return toChanged(
    await chat.appender.append(room_id, {
      type: "delete",
      user_id: actor.user_id,
      target: message_id,
      ...asAdmin(actor, reasonOf(reason)),
    }),
  );
}

export async function react(
  chat: Chat,
  actor: Actor,
  input: { room_id: string; message_id: string; emoji: string; op: "add" | "remove" },
): Promise<Changed & { reactions: ReactionCount[] }> {
  const { room_id, message_id, emoji, op } = input;
  const outcome = await chat.appender.append(room_id, {
    type: "react",
    user_id: actor.user_id,
    target: message_id,
    emoji: normalEmoji(emoji),
    op,
  });
  const reactions = await mergedReactions(chat.kv, room_id, seqOf(message_id), outcome.reactions ?? []);
  return { ...toChanged(outcome), reactions };
}

export function toChanged({ id, seq, changed }: Outcome): Changed {
  return { id, seq, changed };
}

/** Moves the reader's mark to `seq`; back only with `unread`. Tells the reader's other devices. */
export async function markRead(
  chat: Chat,
  actor: Actor,
  input: { room_id: string; seq: number; unread?: boolean | undefined },
): Promise<{ read_seq: number; read_messages: number; mentions?: number[]; unshown?: number[] }> {
  const { room_id, seq, unread } = input;
  const began = chat.clock.elapsed();
  const { room, head } = await requireMember(chat, actor, room_id);
  const present = await chat.marks.read(actor.user_id, room_id);
  // messages up to the floor are gone, so nobody has them unread
  const wanted = Math.max(head.floor, Math.min(seq, head.seq));
  if (unread !== true && wanted <= present.seq) return await markedAt(chat, { room, head, mark: present });
  const mark = { seq: wanted, messages: await messagesUpTo(chat, room_id, wanted, head) };
  const { unshown, before } = await unshownAfter(chat, { room, head, mark });
  const moved = {
    read_seq: mark.seq,
    read_messages: mark.messages + before,
    // where the mark moves forward, the devices work out which seqs are left
    ...(unread === true ? { mentions: await mentionedAfter(chat, actor, { room, head, mark }), unshown } : {}),
  };
  const change: UserChange = { type: "user", change: "read", room_id, ...moved };
  const line = JSON.stringify(change);
  if (unread === true) {
    chat.marks.set(actor.user_id, room_id, mark, line);
    return moved;
  }
  // another device's mark may have moved further since this one was read, so long ago that it is forgotten here
  if (!chat.marks.knowsSince(began)) {
    const stored = await chat.marks.read(actor.user_id, room_id);
    if (wanted <= stored.seq) return await markedAt(chat, { room, head, mark: stored });
  }
  const now = chat.marks.advance(actor.user_id, room_id, mark, line);
  return now.seq === mark.seq ? moved : await markedAt(chat, { room, head, mark: now });
}

/** The answer where the mark stands further than was asked for. */
async function markedAt(
  chat: Chat,
  seen: { room: RoomRecord; head: HeadRecord; mark: ReadRecord },
): Promise<{ read_seq: number; read_messages: number }> {
  const { before } = await unshownAfter(chat, seen);
  return { read_seq: seen.mark.seq, read_messages: seen.mark.messages + before };
}

async function mentionedAfter(
  chat: Chat,
  actor: Actor,
  seen: { room: RoomRecord; head: HeadRecord; mark: ReadRecord },
): Promise<number[]> {
  const pointer = await chat.kv.get(keys.mentioned(actor.user_id, seen.room.id));
  return await mentionsAfter(chat, actor.user_id, { ...seen, mentioned: pointer.value?.seq ?? 0 });
}

async function messagesUpTo(chat: Chat, roomId: string, seq: number, head: HeadRecord): Promise<number> {
  if (seq === head.seq) return head.messages;
  if (seq === head.floor) return head.floor_messages ?? 0;
  const [last] = await chat.kv.list(ranges.items(roomId, 0, seq + 1), { limit: 1, reverse: true });
  return last?.value.messages ?? head.floor_messages ?? 0;
}
