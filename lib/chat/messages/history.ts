/** Reading a room's history as a member: pages, single messages, the whole sequence. */
import { ChatError } from "../../base/errors.ts";
import { seqOf } from "../../base/ids.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import type { Actor, ChatMessage, MessageItem, RoomEvent, User } from "../../protocol/model.ts";
import { normalEmoji } from "../../protocol/text/emoji.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Chat } from "../chat.ts";
import { roomsOf } from "../rooms/room_slots.ts";
import { findItems, type Page, pageOf, readEvents, readItems, withAuthors } from "./feed.ts";
import { pageKey } from "./kept_pages.ts";
import { directRoomOf, type Membership, readAsMember, readRoom, requireMember } from "../rooms/membership.ts";
import { formsOf } from "../../log/reactions.ts";

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
  const { head } = await requireMember(chat, actor, roomId);
  const asked = {
    floor: head.floor,
    limit: clampLimit(query.limit),
    messagesOnly: query.messages_only ?? false,
    ...(query.before === undefined ? {} : { before: query.before }),
    ...(query.after === undefined ? {} : { after: query.after }),
  };
  const key = pageKey(roomId, head, asked);
  const kept = chat.pages.find(key);
  const items = kept ?? await findItems(chat, roomId, asked);
  const page = await pageOf(chat, roomId, actor.user_id, items, asked.messagesOnly);
  // the page may be newer than a removal (D6)
  const now = await requireMember(chat, actor, roomId);
  if (kept === undefined && now.head.id === head.id) chat.pages.keep(key, items);
  return page;
}

export async function readMessage(chat: Chat, actor: Actor, roomId: string, messageId: string): Promise<ChatMessage> {
  const item = await readAsMember(chat, actor, roomId, (at) => messageItem(chat, at, messageId));
  return onlyMessages(await withAuthors(chat, roomId, [item]))[0] ?? missing(messageId);
}

/** An edited message's earlier texts, oldest first, at most 50; none of a deleted one. */
export async function readRevisions(
  chat: Chat,
  actor: Actor,
  roomId: string,
  messageId: string,
): Promise<{ content: string; at: string }[]> {
  const found = await readAsMember(chat, actor, roomId, async (at) => {
    const item = await messageItem(chat, at, messageId);
    if (item.deleted !== undefined) return [];
    return await chat.kv.list(ranges.revisions(roomId, item.seq), { limit: LIMITS.revisions });
  });
  return found.map(({ value }) => ({ content: value.content, at: new Date(value.at).toISOString() }));
}

/** Who reacted with that emoji, in the order of their ids; nobody to a deleted message. */
export async function readReactors(
  chat: Chat,
  actor: Actor,
  target: { room_id: string; message_id: string; emoji: string },
  { after = "", limit }: { after?: string | undefined; limit: number },
): Promise<{ users: User[]; has_more: boolean }> {
  const { room_id, message_id } = target;
  const emoji = normalEmoji(target.emoji);
  const found = await readAsMember(chat, actor, room_id, async (at) => {
    const item = await messageItem(chat, at, message_id);
    if (item.deleted !== undefined) return [];
    const forms = new Set([emoji, ...formsOf(item.reactions, emoji)]);
    const lists = await Promise.all(
      [...forms].map((form) => chat.kv.list(ranges.reactors(room_id, item.seq, form, after), { limit: limit + 1 })),
    );
    return [...new Set(lists.flat().map(({ key }) => lastPart(key)))].sort();
  });
  const ids = found.slice(0, limit);
  const known = await chat.directory.many(ids);
  return { users: ids.flatMap((id) => known.get(id) ?? []), has_more: found.length > limit };
}

/** The newest messages over all my rooms, newest first. */
export async function latestMessages(
  chat: Chat,
  actor: Actor,
  query: { limit?: number | undefined } = {},
): Promise<ChatMessage[]> {
  const limit = clampLimit(query.limit);
  const ids = await roomsOf(chat, actor.user_id);
  const heads = await chat.kv.getMany(ids.map((id) => keys.head(id)));
  const rooms = ids
    .map((id, i) => ({ id, at: heads[i]?.value?.at ?? 0, floor: heads[i]?.value?.floor ?? 0 }))
    .sort((a, b) => b.at - a.at);

  let newest: ChatMessage[] = [];
  for (const { id, at, floor } of rooms) {
    // a room's head is at least as new as its messages, so the rest cannot add anything
    const oldest = newest[limit - 1];
    if (oldest !== undefined && Date.parse(oldest.timestamp) > at) break;
    const page = await readItems(chat, id, actor.user_id, { floor, limit, messagesOnly: true });
    // membership is read last, so that a removal meanwhile counts (D6)
    const { room, member } = await readRoom(chat, actor.user_id, id);
    if (room === null || room.deleted_at !== undefined || member?.state !== "joined") continue;
    newest = [...newest, ...onlyMessages(page.events)]
      .sort((a, b) => b.timestamp.localeCompare(a.timestamp) || b.seq - a.seq)
      .slice(0, limit);
  }
  return newest;
}

/**
 * A room's events after `after` (by default from the log's beginning), at most `limit`, without a gap. Throws `conflict`
 * where these events are erased, or the cursor is of another database.
 */
export async function readReplay(
  chat: Chat,
  actor: Actor,
  roomId: string,
  { after: given, limit }: { after?: number | undefined; limit: number },
): Promise<{ epoch: string; seq: number; events: RoomEvent[]; has_more: boolean }> {
  return await readAsMember(chat, actor, roomId, async ({ head }) => {
    const after = given ?? head.floor;
    if (after < head.floor) {
      const message =
        `Events up to ${head.floor} are gone: read a page of messages, then go on from after=${head.floor}.`;
      throw new ChatError("conflict", message, { field: "after" });
    }
    if (after > head.seq) {
      const message =
        `The room's last event is ${head.seq}: this cursor is of another database. Start over without it.`;
      throw new ChatError("conflict", message, { field: "after" });
    }
    const encoded = await readEvents(chat, roomId, after, head.seq, limit);
    // the log's own encoding of the event: what a socket would get
    const events = encoded.map((event): RoomEvent => JSON.parse(event.line));
    return { epoch: chat.epoch, seq: head.seq, events, has_more: after + events.length < head.seq };
  });
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

async function messageItem(chat: Chat, { room, head }: Membership, messageId: string): Promise<MessageItem> {
  const seq = seqOf(messageId);
  const item = seq <= head.floor ? null : (await chat.kv.get(keys.item(room.id, seq))).value;
  return item?.kind === "message" && item.id === messageId ? item : missing(messageId);
}

function missing(messageId: string): never {
  throw new ChatError("no_such_message", `There is no message ${messageId} in this room.`);
}

export function onlyMessages(events: Page["events"]): ChatMessage[] {
  return events.filter((event) => event.type === "chat_message");
}

function clampLimit(limit = 50): number {
  return Math.max(1, Math.min(limit, LIMITS.page));
}
