/**
 * What is shown beside the messages: who is online, who is typing, and that other rooms have news. Changes are
 * coalesced into at most one frame a second for each room, so that the cost grows with the changes and not with the
 * number of people.
 */
import type { EncodedEvent } from "../bus/bus.ts";
import { seqOf } from "../base/ids.ts";
import type { Room, User } from "../protocol/model.ts";
import type { Presence, RoomActivity, Typing, UserChange } from "../protocol/frames.ts";
import type { HubContext } from "./hub_context.ts";
import type { LocalRoom } from "./local.ts";

const TICK_MS = 250;
const EVERY_MS = 1_000;
const TYPING_MS = 5_000;
/** A repeated "typing" within this time is not sent on. */
const TYPING_FRESH_MS = 2_000;
/** In rooms with more people present than this, typing is not shown. */
const TYPING_MAX_PRESENT = 100;
const TYPING_SHOWN = 5;
const PRESENT_SHOWN = 200;
/**
 * For how long a deletion is sent again: a client may have received a list of rooms after the deletion that was read
 * before it.
 */
const UNSHOWN_MS = 30_000;
/** The deletions remembered for one room. Where there are more, each member's view of the room is read instead. */
const UNSHOWN_MAX = 2_000;
/** People in one presence difference; the rest follow a second later. */
const DIFFERENCE_MAX = 50;

export class Ephemera {
  readonly #hub: HubContext;
  readonly #presence = new Set<LocalRoom>();
  readonly #typing = new Set<LocalRoom>();
  readonly #activity = new Set<LocalRoom>();
  readonly #cancel: () => void;

  constructor(hub: HubContext) {
    this.#hub = hub;
    this.#cancel = hub.chat.clock.every(TICK_MS, () => this.#tick());
  }

  close(): void {
    this.#cancel();
  }

  // ---- presence

  /** Call before a user enters or leaves `room.members`, or the remote people of that room. */
  presenceChanges(room: LocalRoom, userId: string): void {
    const isPresent = this.#isPresent(room, userId);
    // who comes when as many as are shown are there already is not shown
    if (isPresent || (room.shown?.count ?? 0) < PRESENT_SHOWN) room.shown = undefined;
    room.presence ??= new Map();
    if (!room.presence.has(userId)) room.presence.set(userId, isPresent);
    this.#presence.add(room);
  }

  #isPresent(room: LocalRoom, userId: string): boolean {
    const user = this.#hub.users.get(userId);
    return user !== undefined && room.members.has(user) || this.#hub.remotePresence.has(room.id, userId);
  }

  presentIn(room: LocalRoom): { present: string; present_count: number } {
    if (room.presence !== undefined) room.presenceShown = true;
    room.shown ??= this.#show(room);
    return { present: room.shown.json, present_count: this.#countPresent(room) };
  }

  #show(room: LocalRoom): { json: string; count: number } {
    const present: User[] = [];
    for (const { profile } of room.members) {
      if (present.length >= PRESENT_SHOWN) break;
      if (profile !== undefined) present.push(profile);
    }
    for (const user of this.#onlyElsewhere(room)) {
      if (present.length >= PRESENT_SHOWN) break;
      present.push(user);
    }
    return { json: JSON.stringify(present), count: present.length };
  }

  *#onlyElsewhere(room: LocalRoom): Generator<User> {
    for (const user of this.#hub.remotePresence.of(room.id)) {
      const here = this.#hub.users.get(user.id);
      if (here === undefined || !room.members.has(here)) yield user;
    }
  }

  #countPresent(room: LocalRoom): number {
    let count = room.members.size;
    for (const _ of this.#onlyElsewhere(room)) count++;
    return count;
  }

  #tellPresence(room: LocalRoom): boolean {
    const online: User[] = [];
    const offline: string[] = [];
    for (const [userId, was] of room.presence ?? []) {
      if (online.length + offline.length >= DIFFERENCE_MAX) break;
      room.presence?.delete(userId);
      const is = this.#isPresent(room, userId);
      // unchanged since the last difference; but the reader of a snapshot in between may have seen another state
      if (is === was && !room.presenceShown) continue;
      const profile = this.#hub.users.get(userId)?.profile ?? this.#hub.remotePresence.user(room.id, userId);
      if (!is) offline.push(userId);
      else if (profile !== undefined) online.push(profile);
    }
    if (online.length + offline.length > 0) {
      const frame: Presence = {
        type: "presence",
        room_id: room.id,
        online,
        offline,
        present_count: this.#countPresent(room),
      };
      this.#tell(room, JSON.stringify(frame));
    }
    if (room.presence?.size !== 0) return false;
    room.presence = undefined;
    room.presenceShown = false;
    return true;
  }

  // ---- typing

  /** A user, in this isolate or another, is typing or has stopped. */
  typing(room: LocalRoom, user: User, typing: boolean): void {
    if (!typing) return this.typed(room, user.id);
    if (room.members.size > TYPING_MAX_PRESENT || this.#countPresent(room) > TYPING_MAX_PRESENT) return;
    const isNew = room.typing?.has(user.id) !== true;
    room.typing ??= new Map();
    room.typing.set(user.id, { user, until: this.#hub.chat.clock.elapsed() + TYPING_MS });
    if (isNew) this.#typing.add(room);
  }

  isFreshlyTyping(room: LocalRoom, userId: string): boolean {
    const until = room.typing?.get(userId)?.until;
    return until !== undefined && until - this.#hub.chat.clock.elapsed() > TYPING_MS - TYPING_FRESH_MS;
  }

  /** Forgets that a user was typing: they stopped, or sent the message, and the message itself ends the display. */
  typed(room: LocalRoom, userId: string): void {
    if (room.typing?.delete(userId) === true) this.#typing.add(room);
  }

  #tellTyping(room: LocalRoom): boolean {
    const users = [...room.typing?.values() ?? []].slice(0, TYPING_SHOWN).map(({ user }) => user);
    if (room.typing?.size === 0) room.typing = undefined;
    const frame: Typing = { type: "typing", room_id: room.id, users };
    this.#tell(room, JSON.stringify(frame));
    return true;
  }

  #expireTyping(now: number): void {
    for (const room of this.#hub.rooms.values()) {
      for (const [userId, { until }] of room.typing ?? []) if (until <= now) this.typed(room, userId);
    }
  }

  // ---- other rooms

  /** Events of a room were delivered. */
  active(room: LocalRoom): void {
    if (room.members.size > 0) this.#activity.add(room);
  }

  /** A message was deleted: it is not unread any more. */
  unshown(room: LocalRoom, messageId: string): void {
    if (room.members.size === 0) return;
    room.unshown ??= new Map();
    room.unshown.set(seqOf(messageId), this.#hub.chat.clock.now());
  }

  /**
   * Call after views of rooms were read and sent. Activity during the read was sent before the (older) views, so it is
   * sent again.
   */
  listed(rooms: Room[]): void {
    for (const { id, seq } of rooms) {
      const room = this.#hub.rooms.get(id);
      if (room !== undefined && room.lastSeq > seq) this.active(room);
    }
  }

  #lately(room: LocalRoom): Pick<RoomActivity, "unshown"> {
    const since = this.#hub.chat.clock.now() - UNSHOWN_MS;
    for (const [seq, at] of room.unshown ?? []) if (at < since) room.unshown?.delete(seq);
    const seqs = [...room.unshown?.keys() ?? []];
    if (seqs.length > 0 && seqs.length <= UNSHOWN_MAX) return { unshown: seqs };
    if (seqs.length > 0) { for (const member of room.members) this.#hub.stream.roomChanged(member, room.id); }
    room.unshown = undefined;
    return {};
  }

  /**
   * A user's own message moves their read mark. Their other devices learn the new mark from the room's activity frame.
   */
  sent(room: LocalRoom, { user_id, seq, messages }: EncodedEvent): void {
    const user = this.#hub.users.get(user_id);
    if (user === undefined) return;
    room.sent ??= new Map();
    room.sent.set(user, { seq, messages });
  }

  /** A read mark was set after the user's last message: it is the newer one, so the message's mark is dropped. */
  marked(userId: string, roomId: string): void {
    const user = this.#hub.users.get(userId);
    if (user !== undefined) this.#hub.rooms.get(roomId)?.sent?.delete(user);
  }

  #tellActivity(room: LocalRoom): boolean {
    const frame: RoomActivity = {
      type: "room_activity",
      room_id: room.id,
      seq: room.lastSeq,
      messages: room.messages,
      ...this.#lately(room),
      timestamp: new Date(this.#hub.chat.clock.now()).toISOString(),
    };
    const line = JSON.stringify(frame);
    for (const { connections } of room.members) {
      for (const connection of connections) {
        if (connection.isReady && !connection.isSubscribed(room.id)) connection.send(line);
      }
    }
    for (const [user, { seq, messages }] of room.sent ?? []) {
      const read: UserChange = {
        type: "user",
        change: "read",
        room_id: room.id,
        read_seq: seq,
        read_messages: messages,
      };
      this.#hub.stream.tellElsewhere(user, room.id, JSON.stringify(read));
    }
    room.sent = undefined;
    return true;
  }

  // ---- once a tick

  #tick(): void {
    const { clock } = this.#hub.chat;
    const now = clock.elapsed();
    this.#hub.sweepUsers(now);
    this.#hub.remotePresence.tell();
    if (!this.#hub.sessionEnds.isFresh()) return;
    for (const room of this.#presence) {
      if (now - room.presenceAt < EVERY_MS) continue;
      room.presenceAt = now;
      if (this.#tellPresence(room)) this.#presence.delete(room);
    }
    this.#expireTyping(now);
    for (const room of this.#typing) {
      if (now - room.typingAt < EVERY_MS) continue;
      room.typingAt = now;
      if (this.#tellTyping(room)) this.#typing.delete(room);
    }
    for (const room of this.#activity) {
      if (now - room.activityAt < EVERY_MS) continue;
      room.activityAt = now;
      if (this.#tellActivity(room)) this.#activity.delete(room);
    }
  }

  #tell(room: LocalRoom, line: string): void {
    for (const connection of room.subscribers) connection.send(line);
    this.#hub.sendBudget.check(this.#hub.connections);
  }
}
