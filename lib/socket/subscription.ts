/** One socket's view of one room: joined at a point of its sequence, brought up to date, then live (D4). */
import { checkCursor, readEvents, readPage } from "../chat/messages/feed.ts";
import type { Chat } from "../chat/chat.ts";
import { joinRoom } from "../chat/rooms/members.ts";
import { membership, requireMember, roomView } from "../chat/rooms/membership.ts";
import { KEYS_PER_TOKEN } from "../chat/rate_limiter.ts";
import { ChatError } from "../base/errors.ts";
import type { Room } from "../protocol/model.ts";
import { CLOSE } from "../protocol/close_codes.ts";
import type { Reset, Resumed, Snapshot, Unsubscribed } from "../protocol/frames.ts";
import { countWithin, framesOf } from "./outgoing.ts";
import type { HubSocket } from "./hub_context.ts";
import type { LocalRoom } from "./local.ts";

const SNAPSHOT_ITEMS = 50;
const REPLAY_EVENTS = 100;
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
  const { hub, actor } = connection;
  connection.unsubscribe(roomId, null);
  const member = await membership(chat, actor.user_id, roomId);
  // opening a direct conversation that somebody else began accepts it; a room has to be accepted by a command of its
  // own
  if (member === null || member.added?.direct === true) await joinRoom(chat, actor, roomId);
  const room = await hub.follower.open(roomId);
  const subscription = new Subscription(connection, room, room.lastSeq);
  const id = room.lastId;
  try {
    // read after the point was taken: a removal before it is seen here, one after it by the replay
    await requireMember(chat, actor, roomId);
    if (subscription.leaves === room.leaves) hub.members.found(connection.user, room);
    const cursor = await begin(subscription, id, since, chat);
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
  id: string,
  since: string | undefined,
  chat: Chat,
): Promise<string> {
  const { connection, room } = subscription;
  const { hub } = connection;
  if (since !== undefined) {
    const check = await checkCursor(chat, room.id, since);
    if (check.ok) {
      await hub.follower.catchUp(room, check.seq);
      subscription.cursor = check.seq;
      const frame: Resumed = { type: "resumed", room_id: room.id, ...await present(subscription, chat) };
      send(connection, frame);
      return since;
    }
    const reset: Reset = { type: "reset", room_id: room.id, reason: check.reason };
    const snapshot = await snapshotOf(subscription, id, chat);
    connection.send(JSON.stringify(reset));
    send(connection, snapshot);
    return snapshot.cursor;
  }
  const snapshot = await snapshotOf(subscription, id, chat);
  send(connection, snapshot);
  return snapshot.cursor;
}

function send(connection: HubSocket, frame: Snapshot | Resumed): void {
  if (!connection.hub.sessionEnds.isFresh()) throw unsure();
  connection.send(JSON.stringify(frame));
}

async function snapshotOf(subscription: Subscription, id: string, chat: Chat): Promise<Snapshot> {
  const { connection: { hub, actor }, room, cursor } = subscription;
  const page = await readPage(chat, room.id, cursor, SNAPSHOT_ITEMS, actor.user_id);
  return {
    type: "snapshot",
    room_id: room.id,
    cursor: `${hub.chat.epoch}:${id}`,
    ...page,
    ...await present(subscription, chat),
  };
}

async function present(
  subscription: Subscription,
  chat: Chat,
): Promise<{ room: Room } & Pick<Snapshot, "present" | "present_count">> {
  const { connection: { hub, actor }, room } = subscription;
  const view = await roomView(chat, actor.user_id, room.id);
  // the user may have been removed before the read above: then its result is not sent
  if (view === null || view.role === null) {
    await requireMember(chat, actor, room.id);
    throw unsure();
  }
  return { room: view, ...hub.ephemera.presentIn(room) };
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

  let events = room.tail.after(subscription.cursor, REPLAY_EVENTS);
  if (events === undefined) {
    const { rewrites } = room;
    events = await readEvents(hub.chat, room.id, subscription.cursor, room.lastSeq, REPLAY_EVENTS);
    hub.chat.rates.chargeReads(connection.actor.user_id, connection.address, events.length + KEYS_PER_TOKEN);
    // an edit or a removal meanwhile: what was read may not be sent any more
    if (subscription.ended || subscription.leaves !== room.leaves) return false;
    if (rewrites !== room.rewrites && ++subscription.rereads <= MAX_REREADS) return false;
    subscription.rereads = 0;
    if (!hub.sessionEnds.isFresh()) return false;
  }
  const count = countWithin(events, hub.sendBudget.maxQueued / 4);
  const last = events[count - 1];
  if (last === undefined) throw new Error(`room ${room.id}: no events after ${subscription.cursor}`);
  subscription.cursor = last.seq;
  if (connection.batched) { for (const frame of framesOf(events, 0, count)) connection.send(frame); }
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
