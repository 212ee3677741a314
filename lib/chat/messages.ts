/** What people do with messages. Authorisation is in the rules (writes) and in `requireMember` (reads). */
import { ChatError } from "../errors.ts";
import { seqOf } from "../ids.ts";
import type { Outcome } from "../kv/append.ts";
import { keys, lastPart, ranges } from "../kv/keys.ts";
import type { Actor, ChatMessage, HeadRecord, MessageItem, ReactionCount } from "../model.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { Chat } from "./chat.ts";
import { type Page, readItems, withAuthors } from "./feed.ts";
import { asAdmin, directRoomOf, requireMember } from "./membership.ts";

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
  input: { room_id: string; content: string; client_id?: string | undefined; reply_to?: string | undefined },
): Promise<Sent> {
  const { room_id, content, client_id, reply_to } = input;
  const outcome = await chat.appender.append(room_id, {
    type: "message",
    user_id: actor.user_id,
    content,
    ...(client_id === undefined ? {} : { client_id }),
    ...(reply_to === undefined ? {} : { reply_to }),
  });
  if (outcome.changed) chat.marks.set(actor.user_id, room_id, { seq: outcome.seq, messages: outcome.messages });
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
  /** false: it already stood so, and nothing was appended. */
  changed: boolean;
}

export async function editMessage(
  chat: Chat,
  actor: Actor,
  input: { room_id: string; message_id: string; content: string },
): Promise<Changed> {
  const { room_id, message_id, content } = input;
  return changed(
    await chat.appender.append(room_id, { type: "edit", user_id: actor.user_id, target: message_id, content }),
  );
}

export async function deleteMessage(
  chat: Chat,
  actor: Actor,
  input: { room_id: string; message_id: string },
): Promise<Changed> {
  const { room_id, message_id } = input;
  return changed(
    await chat.appender.append(room_id, {
      type: "delete",
      user_id: actor.user_id,
      target: message_id,
      ...asAdmin(actor),
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
    emoji,
    op,
  });
  return { ...changed(outcome), reactions: outcome.reactions ?? [] };
}

function changed({ id, seq, changed }: Outcome): Changed {
  return { id, seq, changed };
}

/** Moves the reader's mark to `seq`; back only with `unread`. The reader's other devices hear of it. */
export async function markRead(
  chat: Chat,
  actor: Actor,
  input: { room_id: string; seq: number; unread?: boolean | undefined },
): Promise<{ read_seq: number; read_messages: number }> {
  const { room_id, seq, unread } = input;
  const { head } = await requireMember(chat, actor, room_id);
  const present = await chat.marks.read(actor.user_id, room_id);
  const wanted = Math.min(seq, head.seq);
  if (unread === true || wanted > present.seq) {
    const mark = { seq: wanted, messages: await messagesUpTo(chat, room_id, wanted, head) };
    chat.marks.set(actor.user_id, room_id, mark);
    const frame = { type: "user", change: "read", room_id, read_seq: mark.seq, read_messages: mark.messages };
    chat.bus.publish({ type: "user", user_id: actor.user_id, line: JSON.stringify(frame) });
    return { read_seq: mark.seq, read_messages: mark.messages };
  }
  return { read_seq: present.seq, read_messages: present.messages };
}

async function messagesUpTo(chat: Chat, roomId: string, seq: number, head: HeadRecord): Promise<number> {
  if (seq === head.seq) return head.messages;
  const [last] = await chat.kv.list(ranges.items(roomId, 0, seq + 1), { limit: 1, reverse: true });
  return last?.value.messages ?? 0;
}

/** A page of history; `before` and `after` are seqs, limits are clamped. */
export async function readHistory(
  chat: Chat,
  actor: Actor,
  roomId: string,
  query: {
    before?: number | undefined;
    after?: number | undefined;
    limit?: number | undefined;
    messages_only?: boolean | undefined;
  } = {},
): Promise<Page> {
  if (query.before !== undefined && query.after !== undefined) {
    throw new ChatError("invalid", '"before" and "after" exclude each other: give one of them.', { field: "after" });
  }
  await requireMember(chat, actor, roomId);
  return await readItems(chat, roomId, actor.user_id, {
    limit: clampLimit(query.limit),
    messagesOnly: query.messages_only ?? false,
    ...(query.before === undefined ? {} : { before: query.before }),
    ...(query.after === undefined ? {} : { after: query.after }),
  });
}

export async function readMessage(chat: Chat, actor: Actor, roomId: string, messageId: string): Promise<ChatMessage> {
  await requireMember(chat, actor, roomId);
  const item = await messageItem(chat, roomId, messageId);
  return onlyMessages(await withAuthors(chat, roomId, [item]))[0] ?? missing(messageId);
}

/** An edited message's earlier texts, oldest first, at most 50; none of a deleted one. */
export async function readRevisions(
  chat: Chat,
  actor: Actor,
  roomId: string,
  messageId: string,
): Promise<{ content: string; at: string }[]> {
  await requireMember(chat, actor, roomId);
  const item = await messageItem(chat, roomId, messageId);
  if (item.deleted !== undefined) return [];
  const found = await chat.kv.list(ranges.revisions(roomId, item.seq), { limit: LIMITS.revisions });
  return found.map(({ value }) => ({ content: value.content, at: new Date(value.at).toISOString() }));
}

/** The newest messages over all my rooms, newest first. */
export async function latestMessages(
  chat: Chat,
  actor: Actor,
  query: { limit?: number | undefined } = {},
): Promise<ChatMessage[]> {
  const limit = clampLimit(query.limit);
  const joined = await chat.kv.list(ranges.joined(actor.user_id), { limit: LIMITS.rooms_per_user });
  const ids = joined.map(({ key }) => lastPart(key));
  const heads = await chat.kv.getMany(ids.map((id) => keys.head(id)));
  const rooms = ids
    .map((id, i) => ({ id, at: heads[i]?.value?.at ?? 0 }))
    .sort((a, b) => b.at - a.at);

  let newest: ChatMessage[] = [];
  for (const { id, at } of rooms) {
    // a room's head is at least as new as its messages, so the rest cannot add anything
    const oldest = newest[limit - 1];
    if (oldest !== undefined && Date.parse(oldest.timestamp) > at) break;
    const room = (await chat.kv.get(keys.room(id))).value;
    if (room === null || room.deleted_at !== undefined) continue;
    const page = await readItems(chat, id, actor.user_id, { limit, messagesOnly: true });
    newest = [...newest, ...onlyMessages(page.events)]
      .sort((a, b) => b.timestamp.localeCompare(a.timestamp) || b.seq - a.seq)
      .slice(0, limit);
  }
  return newest;
}

/** My direct conversation with somebody, oldest first; empty where there is none yet. */
export async function directHistory(
  chat: Chat,
  actor: Actor,
  userId: string,
  query: { before?: number | undefined; limit?: number | undefined } = {},
): Promise<Page> {
  const roomId = await directRoomOf(chat, actor, userId);
  if (roomId === null) return { events: [], has_more: false, mine: {} };
  return await readHistory(chat, actor, roomId, { ...query, messages_only: true });
}

async function messageItem(chat: Chat, roomId: string, messageId: string): Promise<MessageItem> {
  const item = (await chat.kv.get(keys.item(roomId, seqOf(messageId)))).value;
  return item?.kind === "message" && item.id === messageId ? item : missing(messageId);
}

function missing(messageId: string): never {
  throw new ChatError("no_such_message", `There is no message ${messageId} in this room.`);
}

function onlyMessages(events: Page["events"]): ChatMessage[] {
  return events.filter((event) => event.type === "chat_message");
}

function clampLimit(limit = 50): number {
  return Math.max(1, Math.min(limit, LIMITS.page));
}
