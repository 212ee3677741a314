/** Hands a room's events to its subscribers: encoded once, one tight loop. */
import type { EncodedEvent, MentionChange } from "../bus/bus.ts";
import { seqOf } from "../base/ids.ts";
import type { Unsubscribed, UserChange } from "../protocol/frames.ts";
import { framesOf } from "./outgoing.ts";
import type { HubContext } from "./hub_context.ts";
import type { LocalRoom, LocalUser } from "./local.ts";

/** Events that change how the room looks in somebody's list of rooms. */
const MEMBERSHIP: ReadonlySet<string> = new Set(["leave", "join", "role_changed", "member_muted", "room_updated"]);

/** `events` follow `room.lastSeq` without a gap. A batch is split after an event that ends subscriptions (D6a). */
export function deliver(hub: HubContext, room: LocalRoom, events: EncodedEvent[]): void {
  room.advance(events);
  let start = 0;
  for (let i = 0; i < events.length; i++) {
    const event = events[i];
    if (event === undefined || event.type === "chat_message") {
      if (event === undefined) continue;
      if (room.typing !== undefined) hub.ephemera.typed(room, event.user_id);
      hub.ephemera.sent(room, event);
      continue;
    }
    if (event.type === "message_deleted" && event.target !== undefined) {
      hub.ephemera.unshown(room, event.target);
      hub.recounts.changed(room, seqOf(event.target));
    }
    if (!MEMBERSHIP.has(event.type)) continue;
    const ends = endOf(event);
    if (ends !== undefined) {
      flush(hub, room, events, start, i + 1);
      start = i + 1;
      if (ends === "room_deleted") endAll(hub, room);
      else endSubscriptions(room, event.user_id, ends);
    }
    hub.members.apply(room, event, ends === "room_deleted");
  }
  flush(hub, room, events, start, events.length);
  for (const { mention } of events) if (mention !== undefined) tellMention(hub, room, mention);
  hub.ephemera.active(room);
}

/** Tells local members that a message mentions them, on those of their sockets that do not have the room open. */
function tellMention(hub: HubContext, room: LocalRoom, { id, seq, user_id, on, off }: MentionChange): void {
  const line = (mentioned: boolean) => {
    const change: UserChange = {
      type: "user",
      change: "mention",
      room_id: room.id,
      message_id: id,
      seq,
      user_id,
      mentioned,
    };
    return JSON.stringify(change);
  };
  const called = new Set(on === "room" ? [] : on);
  for (const [people, text] of [[off, line(false)], [on, line(true)]] as const) {
    for (const user of people === "room" ? room.members : usersOf(hub, room, people)) {
      // a message never mentions its own author
      if (user.id === user_id || (people === off && called.has(user.id))) continue;
      hub.stream.tellElsewhere(user, room.id, text);
    }
  }
}

function usersOf(hub: HubContext, room: LocalRoom, ids: readonly string[]): LocalUser[] {
  return ids.flatMap((id) => {
    const user = hub.users.get(id);
    return user !== undefined && room.members.has(user) ? [user] : [];
  });
}

/** The reason for which an event ends subscriptions; undefined where it ends none. */
function endOf(event: EncodedEvent): Unsubscribed["reason"] | undefined {
  if (event.type !== "leave" && event.type !== "room_updated") return undefined;
  const { by, deleted }: { by?: unknown; deleted?: unknown } = JSON.parse(event.line);
  if (event.type === "leave") return by === undefined ? "left" : "removed";
  return deleted === true ? "room_deleted" : undefined;
}

function flush(hub: HubContext, room: LocalRoom, events: EncodedEvent[], start: number, end: number): void {
  if (start >= end || room.subscribers.size === 0) return;
  hub.delivered.add((end - start) * room.subscribers.size);
  const frames = framesOf(events, start, end);
  for (const connection of room.subscribers) {
    if (connection.batched) {
      for (let i = 0; i < frames.length; i++) connection.send(frames[i] ?? "");
    } else {
      for (let i = start; i < end; i++) connection.send(events[i]?.line ?? "");
    }
  }
  hub.sendBudget.check(hub.connections);
}

/** Ends live subscriptions. One that is still replaying checks the membership itself: see subscription.ts. */
function endSubscriptions(room: LocalRoom, userId: string, reason: Unsubscribed["reason"]): void {
  for (const connection of room.subscribers) {
    if (connection.actor.user_id === userId) connection.unsubscribe(room.id, reason);
  }
}

function endAll(hub: HubContext, room: LocalRoom): void {
  for (const connection of hub.connections) connection.unsubscribe(room.id, "room_deleted");
}
