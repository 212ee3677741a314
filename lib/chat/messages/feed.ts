/** Reading a room's log: pages, replays, cursors. Callers have checked that the user may read the room. */
import type { EncodedEvent } from "../../bus/bus.ts";
import { seqOf } from "../../base/ids.ts";
import type { Appended } from "../../log/draft.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import type {
  ChangeRecord,
  ChatMessage,
  HeadRecord,
  ItemRecord,
  MessageItem,
  RoomEvent,
} from "../../protocol/model.ts";
import type { Mine, ResetReason } from "../../protocol/frames.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Chat } from "../chat.ts";
import type { ItemsPage } from "./kept_pages.ts";
import { encode, peopleOf, toEvent } from "../../log/events.ts";
import { mergedEvents, mergedItems, normalMine, tellsSplit } from "../../log/reactions.ts";

export async function readHead(chat: Chat, roomId: string): Promise<HeadRecord | null> {
  return (await chat.kv.get(keys.head(roomId))).value;
}

/** The rooms' heads; null for a room without one. */
export async function readHeads(chat: Chat, roomIds: string[]): Promise<(HeadRecord | null)[]> {
  return (await chat.kv.getMany(roomIds.map((id) => keys.head(id)))).map(({ value }) => value);
}

/**
 * The events after+1 … up to `upTo` (which must be committed), at most `limit`, without a gap. Changes carry what their
 * message holds now, so nothing deleted or rewritten is ever sent again.
 *
 * `withBefore`: for a store that may have gone back to an older state (a standby that lagged). The first event also names
 * the event that is at `after` now, so that a reader notices where it is another one.
 */
export async function readEvents(
  chat: Chat,
  roomId: string,
  after: number,
  upTo: number,
  limit: number,
  { withBefore = false } = {},
): Promise<EncodedEvent[]> {
  const found = await readAppended(chat, roomId, after, Math.min(upTo, after + limit), withBefore);
  const appended = found.some(tellsSplit) ? await mergedEvents(chat.kv, roomId, found) : found;
  const people = await chat.directory.many(appended.flatMap(peopleOf));
  return appended.map((one) => encode(roomId, one, people));
}

async function readAppended(
  chat: Chat,
  roomId: string,
  after: number,
  last: number,
  withBefore: boolean,
): Promise<Appended[]> {
  if (last <= after) return [];
  const from = withBefore ? after : after + 1;
  const limit = last + 1 - from;
  const [items, changes] = await Promise.all([
    chat.kv.list(ranges.items(roomId, from, last + 1), { limit }),
    chat.kv.list(ranges.changes(roomId, from, last + 1), { limit }),
  ]);
  const bySeq = new Map<number, ItemRecord | ChangeRecord>();
  for (const { value } of items) bySeq.set(value.seq, value);
  for (const { value } of changes) bySeq.set(value.seq, value);
  const targets = await readTargets(chat, roomId, changes.map(({ value }) => value.target));

  const appended: Appended[] = [];
  let messages = 0;
  for (let seq = after + 1; seq <= last; seq++) {
    const record = bySeq.get(seq);
    if (record === undefined) throw new Error(`room ${roomId} has a hole in its log at ${seq}`);
    if ("messages" in record) messages = record.messages;
    const target = "target" in record ? targets.get(record.target) : undefined;
    const before = bySeq.get(seq - 1)?.id;
    appended.push({
      record,
      messages,
      ...(target === undefined ? {} : { target }),
      ...(before === undefined ? {} : { after: before }),
    });
  }
  return appended;
}

async function readTargets(chat: Chat, roomId: string, ids: string[]): Promise<Map<string, MessageItem>> {
  const seqs = [...new Set(ids.map(seqOf))];
  const entries = await chat.kv.getMany(seqs.map((seq) => keys.item(roomId, seq)));
  const targets = new Map<string, MessageItem>();
  for (const { value } of entries) if (value?.kind === "message") targets.set(value.id, value);
  return targets;
}

export interface Page {
  /** Messages, joins, leaves and room changes as they now stand, oldest first. */
  events: RoomEvent[];
  has_more: boolean;
  /** For pages of messages alone: the next `before` or `after`. Many joins in between make a page short, or empty. */
  next?: number;
  mine: Mine;
}

/** What a page is to everybody who may read the room; `mine` is read by its `reacted`. */
export type SharedPage = Omit<Page, "mine"> & {
  /** The items with reactions. */
  reacted: Reacted[];
};

type Reacted = Pick<ItemRecord, "seq" | "id">;

/** The newest items up to `upTo`. */
export async function readPage(
  chat: Chat,
  roomId: string,
  { upTo, floor, limit }: { upTo: number; floor: number; limit: number },
): Promise<SharedPage> {
  const found = await findItems(chat, roomId, { before: upTo + 1, floor, limit, messagesOnly: false });
  return await sharedOf(chat, roomId, found, false);
}

export interface PageQuery {
  /** Items with a smaller seq, of which the newest are chosen; the default. */
  before?: number;
  /** Items with a greater seq, of which the oldest are chosen. */
  after?: number;
  /** Items up to this seq are gone, though they may not be erased yet. */
  floor: number;
  limit: number;
  messagesOnly: boolean;
}

/** The most items that one page of messages looks at, and how many it reads in one step. */
const MAX_LOOKED = 2_000;
const LOOK_STEP = 100;

export async function readItems(chat: Chat, roomId: string, userId: string, query: PageQuery): Promise<Page> {
  return await pageOf(chat, roomId, userId, await findItems(chat, roomId, query), query.messagesOnly);
}

/** The items of a page, the same for everybody who asks for it. */
export async function findItems(chat: Chat, roomId: string, query: PageQuery): Promise<ItemsPage> {
  const forward = query.after !== undefined;
  const range = forward
    ? ranges.items(roomId, Math.max(query.after ?? 0, query.floor) + 1, Number.MAX_SAFE_INTEGER)
    : ranges.items(roomId, query.floor + 1, Math.max(query.before ?? Number.MAX_SAFE_INTEGER, query.floor + 1));
  const items: ItemRecord[] = [];
  let next: number | undefined;
  let start = range;
  // a page of messages may have to skip many joins: it reads in steps, up to MAX_LOOKED items
  for (let looked = 0; looked < MAX_LOOKED;) {
    const wanted = Math.max(query.limit + 1 - items.length, query.messagesOnly ? LOOK_STEP : 0);
    const found = await chat.kv.list(start, { limit: wanted, reverse: !forward });
    looked += found.length;
    for (const { value } of found) if (!query.messagesOnly || value.kind === "message") items.push(value);
    next = found.length < wanted ? undefined : found.at(-1)?.value.seq;
    if (items.length > query.limit || next === undefined) break;
    start = forward
      ? ranges.items(roomId, next + 1, Number.MAX_SAFE_INTEGER)
      : ranges.items(roomId, query.floor + 1, next);
  }
  const page = items.slice(0, query.limit);
  if (items.length > query.limit) next = page.at(-1)?.seq;
  if (!forward) page.reverse();
  return { items: page, next };
}

/** A page of items as this user sees it. */
export async function pageOf(
  chat: Chat,
  roomId: string,
  userId: string,
  page: ItemsPage,
  messagesOnly: boolean,
): Promise<Page> {
  const { reacted, ...shared } = await sharedOf(chat, roomId, page, messagesOnly);
  return { ...shared, mine: await readMine(chat, roomId, userId, reacted) };
}

async function sharedOf(
  chat: Chat,
  roomId: string,
  { items, next }: ItemsPage,
  messagesOnly: boolean,
): Promise<SharedPage> {
  return {
    events: await withAuthors(chat, roomId, items),
    has_more: next !== undefined,
    ...(next === undefined || !messagesOnly ? {} : { next }),
    reacted: items.filter((item) => item.kind === "message" && item.reactions !== undefined),
  };
}

export async function withAuthors(chat: Chat, roomId: string, items: ItemRecord[]): Promise<RoomEvent[]> {
  const ids = items.flatMap((record) => peopleOf({ record }));
  const people = await chat.directory.many(ids);
  const merged = await mergedItems(chat.kv, roomId, items);
  const make = () => merged.map((item) => toEvent(roomId, item, people));
  // what was merged may count otherwise the next time
  return merged === items ? chat.pages.eventsOf(items, ids.map((id) => people.get(id)), make) : make();
}

/**
 * Messages of several rooms for one user. null in place of each message that was deleted, is past its room's retention,
 * or is in a room that the user is not in.
 */
export async function readMessages(
  chat: Chat,
  userId: string,
  places: { room_id: string; seq: number }[],
): Promise<(ChatMessage | null)[]> {
  const items = await chat.kv.getMany(places.map(({ room_id, seq }) => keys.item(room_id, seq)));
  const people = await chat.directory.many(
    items.flatMap(({ value }) => value === null ? [] : peopleOf({ record: value })),
  );
  // membership is read last, so that a removal meanwhile counts (D6)
  const ids = [...new Set(places.map(({ room_id }) => room_id))];
  const [rooms, heads, members] = await Promise.all([
    chat.kv.getMany(ids.map((id) => keys.room(id))),
    chat.kv.getMany(ids.map((id) => keys.head(id))),
    chat.kv.getMany(ids.map((id) => keys.member(id, userId))),
  ]);
  const floors = new Map(ids.flatMap((id, i): [string, number][] => {
    const room = rooms[i]?.value ?? null;
    const isReadable = room !== null && room.deleted_at === undefined && members[i]?.value?.state === "joined";
    return isReadable ? [[id, heads[i]?.value?.floor ?? 0]] : [];
  }));
  return await Promise.all(places.map(async ({ room_id }, i) => {
    const item = items[i]?.value ?? null;
    const floor = floors.get(room_id) ?? Infinity;
    if (item === null || item.kind !== "message" || item.deleted !== undefined || item.seq <= floor) return null;
    const [merged = item] = await mergedItems(chat.kv, room_id, [item]);
    const event = toEvent(room_id, merged, people);
    return event.type === "chat_message" ? event : null;
  }));
}

export async function readMine(chat: Chat, roomId: string, userId: string, reacted: Reacted[]): Promise<Mine> {
  const first = reacted[0];
  const last = reacted.at(-1);
  if (first === undefined || last === undefined) return {};
  const ids = new Map(reacted.map((item) => [item.seq, item.id]));
  const found = await chat.kv.list(ranges.reacted(roomId, userId, first.seq, last.seq + 1), {
    limit: LIMITS.page + 1,
  });
  const mine: Mine = {};
  for (const { key, value } of found) {
    const id = ids.get(Number(lastPart(key)));
    if (id !== undefined) mine[id] = normalMine(value);
  }
  return mine;
}

export type CursorCheck = { ok: true; seq: number } | { ok: false; reason: ResetReason };

/** Whether a resume from `since` (`<epoch>:<event id>`) can be served (D4). */
export async function checkCursor(chat: Chat, roomId: string, since: string): Promise<CursorCheck> {
  const at = since.lastIndexOf(":");
  if (since.slice(0, Math.max(at, 0)) !== chat.epoch) return { ok: false, reason: "epoch_changed" };
  const id = since.slice(at + 1);
  const seq = seqOf(id);
  if (seq < 1) return { ok: false, reason: "cursor_unknown" };
  const [head, item, change] = await Promise.all([
    readHead(chat, roomId),
    chat.kv.get(keys.item(roomId, seq)),
    chat.kv.get(keys.change(roomId, seq)),
  ]);
  if (head === null || seq > head.seq) return { ok: false, reason: "cursor_ahead" };
  if (seq < head.floor) return { ok: false, reason: "below_floor" };
  if (head.seq - seq > LIMITS.resume_max) return { ok: false, reason: "too_far_behind" };
  if (seq === head.floor) return { ok: true, seq };
  if (item.value?.id !== id && change.value?.id !== id) return { ok: false, reason: "cursor_unknown" };
  return { ok: true, seq };
}
