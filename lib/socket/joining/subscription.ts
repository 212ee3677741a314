/** One socket's view of one room: joined at a point of its sequence, brought up to date, then live (D4). */
import { checkCursor, readMine } from "../../chat/messages/feed.ts";
import type { Chat } from "../../chat/chat.ts";
import { joinRoom } from "../../chat/rooms/members.ts";
import { membership, readSeen, requireMember, viewOf } from "../../chat/rooms/membership.ts";
import { KEYS_PER_TOKEN } from "../../chat/rate_limiter.ts";
import { ChatError } from "../../base/errors.ts";
import type { MemberRecord } from "../../protocol/model.ts";
import { CLOSE } from "../../protocol/close_codes.ts";
import type { Reset, Unsubscribed } from "../../protocol/frames.ts";
import { countWithin } from "../outgoing.ts";
import type { HubSocket } from "../hub_context.ts";
import type { LocalRoom } from "../local.ts";

/** How often a join begins anew, because the control log was stale once it had read everything. */
const MAX_STALE = 3;
/** How long a replay waits for a client that reads nothing. */
const MAX_STALLED_MS = 30_000;
const STALL_POLL_MS = 20;
/**
 * After this many rereads in a row a replay sends what it has read, although a message was edited meanwhile: the edit's
 * own event follows. Otherwise constant edits would stop the replay for ever.
 */
const MAX_REREADS = 5;

export class Subscription {
  readonly connection: HubSocket;
  readonly room: LocalRoom;
  /** The last event that was sent, while it replays. */
  cursor: number;
  ended = false;
  /** room.leaves when the membership was last read. */
  leaves: number;
  /** How often what was read had to be thrown away in a row, because messages were rewritten meanwhile. */
  rereads = 0;

  constructor(connection: HubSocket, room: LocalRoom, cursor: number) {
    this.connection = connection;
    this.room = room;
    this.cursor = cursor;
    this.leaves = room.leaves;
    room.pins++;
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.room.subscribers.delete(this.connection);
    this.room.pins--;
    this.room.usedAt = this.connection.hub.chat.clock.elapsed();
  }
}

/** Subscribes a socket, anew if it was subscribed. Returns the cursor it starts at. */
export async function join(
  connection: HubSocket,
  roomId: string,
  since: string | undefined,
  chat: Chat,
): Promise<string> {
  const { hub, actor, user } = connection;
  // it closed while it waited for its turn: nobody gets this
  if (!connection.isOpen) throw unsure();
  connection.unsubscribe(roomId, null);
  if (hub.rooms.get(roomId)?.members.has(user) === true) {
    const cursor = await enter(connection, roomId, since, chat);
    if (cursor !== undefined) return cursor;
  }
  const member = await membership(chat, actor.user_id, roomId);
  // opening a direct conversation that somebody else began accepts it; a room has to be accepted by a command of its
  // own
  if (isToJoin(member)) await joinRoom(chat, actor, roomId);
  const cursor = await enter(connection, roomId, since, chat);
  if (cursor !== undefined) return cursor;
  // removed meanwhile, most likely
  await requireMember(chat, actor, roomId);
  throw unsure();
}

function isToJoin(member: MemberRecord | null): boolean {
  return member === null || member.added?.direct === true;
}

/**
 * Subscribes a member; undefined where the user is none, or has to accept the conversation first. While the control log
 * is stale nothing is sent (D6b), so this waits: clients that were refused would come again, and cost the same again.
 */
async function enter(
  connection: HubSocket,
  roomId: string,
  since: string | undefined,
  chat: Chat,
): Promise<string | undefined> {
  for (let tries = 0; tries < MAX_STALE; tries++) {
    if (!await connection.hub.sessionEnds.freshened() || !connection.isOpen) break;
    const cursor = await enterNow(connection, roomId, since, chat);
    if (cursor !== null) return cursor;
  }
  throw unsure();
}

/** null: the control log became stale meanwhile. */
async function enterNow(
  connection: HubSocket,
  roomId: string,
  since: string | undefined,
  chat: Chat,
): Promise<string | undefined | null> {
  const room = await connection.hub.follower.open(roomId);
  const subscription = new Subscription(connection, room, room.lastSeq);
  try {
    const cursor = await begin(subscription, since, chat);
    if (cursor === undefined || cursor === null) {
      subscription.end();
      return cursor;
    }
    connection.subscribe(subscription);
    void replay(subscription);
    return cursor;
  } catch (error) {
    subscription.end();
    throw error;
  }
}

async function begin(
  subscription: Subscription,
  since: string | undefined,
  chat: Chat,
): Promise<string | undefined | null> {
  const { connection, room } = subscription;
  const { hub } = connection;
  if (since === undefined) return await sendSnapshot(subscription, chat);
  const check = await checkCursor(chat, room.id, since);
  if (!check.ok) {
    const reset: Reset = { type: "reset", room_id: room.id, reason: check.reason };
    return await sendSnapshot(subscription, chat, JSON.stringify(reset));
  }
  await hub.follower.catchUp(room, check.seq);
  subscription.cursor = check.seq;
  const view = await present(subscription, chat);
  if (view === undefined) return undefined;
  const frame = `{"type":"resumed","room_id":${JSON.stringify(room.id)},${view}}`;
  return send(connection, frame) ? since : null;
}

function send(connection: HubSocket, ...frames: string[]): boolean {
  const { hub } = connection;
  if (!hub.sessionEnds.isFresh()) return false;
  for (const frame of frames) connection.send(frame);
  hub.sendBudget.check(hub.connections);
  return true;
}

async function sendSnapshot(
  subscription: Subscription,
  chat: Chat,
  ...before: string[]
): Promise<string | undefined | null> {
  const { connection, room } = subscription;
  const { hub, actor } = connection;
  const id = room.lastId;
  // events may have come since the point was taken, while a cursor was checked: the snapshot has them
  subscription.cursor = room.lastSeq;
  const { fields, reacted } = await hub.reads.page(room, chat);
  // membership is read after the messages, which may be newer than a removal (D6)
  const [view, mine] = await Promise.all([
    present(subscription, chat),
    readMine(chat, room.id, actor.user_id, reacted),
  ]);
  if (view === undefined) return undefined;
  const snapshot = `{${fields},"mine":${JSON.stringify(mine)},${view}}`;
  return send(connection, ...before, snapshot) ? `${chat.epoch}:${id}` : null;
}

/**
 * The fields of a frame that show the room and its people. They are read after the subscription's point was taken: a
 * removal before it is seen here, one after it by the replay. undefined where the user is no member.
 */
async function present(subscription: Subscription, chat: Chat): Promise<string | undefined> {
  const { connection, room } = subscription;
  const { hub, user } = connection;
  const seen = await readSeen(chat, user.id, room.id);
  if (seen === null || isToJoin(seen.member)) return undefined;
  // a user whose last socket is gone would be present for ever
  if (connection.isOpen && subscription.leaves === room.leaves) hub.members.found(user, room);
  const view = await viewOf(chat, user.id, seen);
  const { present, present_count } = hub.ephemera.presentIn(room);
  return `"room":${JSON.stringify(view)},"present":${present},"present_count":${present_count}`;
}

function unsure(): ChatError {
  return new ChatError("storage_unavailable", "The store does not answer at the moment. Join again soon.", {
    retryAfter: 1,
  });
}

/**
 * Sends the events between the cursor and the present. There is no gap between the last replayed event and the first
 * live one.
 */
async function replay(subscription: Subscription): Promise<void> {
  const { connection } = subscription;
  try {
    while (!subscription.ended) {
      if (await step(subscription)) return;
    }
  } catch (error) {
    connection.hub.report("the events for a resume could not be read", error);
    connection.close(CLOSE.internal, "resume");
  }
}

/** True once it is live or over. */
async function step(subscription: Subscription): Promise<boolean> {
  const { connection, room } = subscription;
  const { hub } = connection;
  if (!hub.sessionEnds.isFresh()) return await hub.delay(100);
  if (subscription.leaves !== room.leaves) return await recheck(subscription);
  if (subscription.cursor >= room.lastSeq) {
    room.subscribers.add(connection);
    return true;
  }
  if (connection.sample() > hub.sendBudget.maxQueued / 4) return await waitForReader(subscription);

  const { rewrites } = room;
  const found = await hub.reads.replay(room, subscription.cursor);
  const { events, isRead } = found;
  if (isRead) {
    hub.chat.rates.chargeReads(connection.actor.user_id, connection.address, events.length + KEYS_PER_TOKEN);
  }
  // an edit or a removal meanwhile: what was read may not be sent any more
  if (subscription.ended || subscription.leaves !== room.leaves) return false;
  if (rewrites !== room.rewrites && ++subscription.rereads <= MAX_REREADS) return false;
  subscription.rereads = 0;
  if (!hub.sessionEnds.isFresh()) return false;
  const count = countWithin(events, hub.sendBudget.maxQueued / 4);
  const last = events[count - 1];
  if (last === undefined) throw new Error(`room ${room.id}: no events after ${subscription.cursor}`);
  subscription.cursor = last.seq;
  if (connection.batched) { for (const frame of found.frames(count)) connection.send(frame); }
  else for (let i = 0; i < count; i++) connection.send(events[i]?.line ?? "");
  hub.sendBudget.check(hub.connections);
  return false;
}

/** Somebody left during the replay: checks whether it was this user. */
async function recheck(subscription: Subscription): Promise<boolean> {
  const { connection, room } = subscription;
  const { leaves } = room;
  const member = await membership(connection.hub.chat, connection.actor.user_id, room.id);
  if (subscription.ended) return true;
  subscription.leaves = leaves;
  if (member !== null) return false;
  connection.unsubscribe(room.id, "removed" satisfies Unsubscribed["reason"]);
  return true;
}

async function waitForReader({ connection }: Subscription): Promise<boolean> {
  const { hub } = connection;
  const until = hub.chat.clock.elapsed() + MAX_STALLED_MS;
  while (connection.isOpen && connection.sample() > hub.sendBudget.maxQueued / 4) {
    if (hub.chat.clock.elapsed() > until) connection.close(CLOSE.too_slow, "resume");
    else await hub.delay(STALL_POLL_MS);
  }
  return !connection.isOpen;
}
