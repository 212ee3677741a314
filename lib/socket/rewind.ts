/**
 * A room whose log went back. After a failover to a standby that lagged, events that were delivered are not in the log,
 * and their seqs are given to others. Each event names the one before it, so that such a history is noticed before
 * anything of it is delivered; then the room is followed from its present head, and whoever has it open is reset (D4).
 */
import type { Chat } from "../chat/chat.ts";
import type { EncodedEvent } from "../bus/bus.ts";
import type { HeadRecord } from "../protocol/model.ts";
import { keys } from "../store/keys.ts";
import type { HubContext } from "./hub_context.ts";
import type { LocalRoom } from "./local.ts";

/** How far a room was delivered. Its id is "" where it is not known. */
export interface Point {
  seq: number;
  id: string;
}

export function pointOf({ lastSeq: seq, lastId: id }: LocalRoom): Point {
  return { seq, id };
}

/**
 * Whether the head is behind `point`. `point` must be taken before the head is read: then only a store that went back
 * shows this.
 */
export function isBehind(head: HeadRecord, { seq, id }: Point): boolean {
  return head.seq < seq || (head.seq === seq && id !== "" && head.id !== id);
}

/** Whether an event may be delivered after the one with this id. It may where either id is unknown. */
export function follows({ after }: EncodedEvent, id: string): boolean {
  return after === undefined || id === "" || after === id;
}

/** Whether the log has another event at this point, behind its head. */
export async function isReplaced(chat: Chat, roomId: string, head: HeadRecord, { seq, id }: Point): Promise<boolean> {
  if (isBehind(head, { seq, id })) return true;
  if (id === "" || seq <= head.floor) return false;
  const [item, change] = await Promise.all([
    chat.kv.get(keys.item(roomId, seq)),
    chat.kv.get(keys.change(roomId, seq)),
  ]);
  const there = item.value?.id ?? change.value?.id;
  return there !== undefined && there !== id;
}

/** Forgets what was delivered after `head`. */
export function rewind(hub: HubContext, room: LocalRoom, head: HeadRecord, from: Point): void {
  // another check of the head has rewound the room already
  if (room.lastSeq < from.seq || (room.lastSeq === from.seq && room.lastId !== from.id)) return;
  room.lastSeq = head.seq;
  room.lastId = head.id;
  room.messages = head.messages;
  room.wanted = head.seq;
  room.tail.clear();
  room.unshown = undefined;
  room.rewrites++;
  hub.chat.log.warn("the store lost the last events of a room: its clients load the room again", {
    room_id: room.id,
    delivered: from.seq,
    head: head.seq,
  });
  // what lists say (rooms, marks, profiles) may have gone back too; many rooms at once cost one refresh
  void hub.stream.refreshAll();
  const since = `${hub.chat.epoch}:${from.id === "" ? `${from.seq}-` : from.id}`;
  for (const socket of hub.connections) if (socket.isSubscribed(room.id)) socket.rejoin(room.id, since);
}
