/** One an isolate: the rooms with local interest, the local users and their sockets, and what the bus says to them. */
import type { EncodedEvent, Signal } from "../bus/bus.ts";
import type { Chat } from "../chat/chat.ts";
import { readEvents, readHead } from "../chat/feed.ts";
import { ChatError } from "../errors.ts";
import type { User } from "../model.ts";
import type { UserUpdated } from "../protocol/frames.ts";
import type { Connection } from "./connection.ts";
import { Control } from "./control.ts";
import { deliver } from "./delivery.ts";
import { LocalRoom } from "./local_room.ts";
import { LocalUser } from "./local_user.ts";
import { Members } from "./members.ts";
import { countWithin, Outbox } from "./outbox.ts";
import { Ambient } from "./presence.ts";
import { UserStream } from "./user_stream.ts";

const HEAL_EVENTS = 200;
const HEAL_RETRY_MS = [50, 250, 1_000, 2_000];
const SWEEP_MS = 10_000;
/** A room that is of no use to anybody is kept this long. */
const KEEP_ROOM_MS = 60_000;
/** Somebody whose last socket closed counts as online this long (a reload, a change of networks). */
const GRACE_MS = 5_000;
/** How often heads are read again on a bus that can lose signals (D5). */
const REREAD_MS = 2_000;

export class Hub {
  readonly chat: Chat;
  readonly rooms = new Map<string, LocalRoom>();
  readonly users = new Map<string, LocalUser>();
  /** Every socket that is not closed on both sides. */
  readonly connections = new Set<Connection>();
  readonly outbox: Outbox;
  readonly control: Control;
  readonly members: Members;
  readonly ambient: Ambient;
  readonly stream: UserStream;
  /** How many sockets each address has. */
  readonly addresses = new Map<string, number>();
  /** Commands that wait for their answers, over all sockets. */
  inFlight = 0;
  isDraining = false;
  isClosed = false;
  readonly #leaving = new Set<LocalUser>();
  /** Rooms whose events were held back while the control log could not be read. */
  readonly #held = new Set<LocalRoom>();
  readonly #delays = new Set<() => void>();
  readonly #cancels: (() => void)[];

  constructor(chat: Chat) {
    this.chat = chat;
    this.outbox = new Outbox(chat.config);
    this.control = new Control(this);
    this.members = new Members(this);
    this.ambient = new Ambient(this);
    this.stream = new UserStream(this);
    this.#cancels = [
      chat.bus.subscribe((signal) => this.#take(signal)),
      chat.clock.every(SWEEP_MS, () => this.#sweepRooms()),
    ];
    if (chat.bus.lossy) this.#cancels.push(chat.clock.every(REREAD_MS, () => void this.#rereadHeads()));
  }

  close(): void {
    this.isClosed = true;
    for (const cancel of this.#cancels) cancel();
    this.control.close();
    this.ambient.close();
    for (const end of this.#delays) end();
  }

  report(what: string, error: unknown): void {
    if (this.isClosed) return;
    const unexpected = !(error instanceof ChatError);
    const text = error instanceof Error ? (unexpected ? error.stack ?? error.message : error.message) : String(error);
    if (unexpected) this.chat.log.error(what, { error: text });
    else this.chat.log.warn(what, { error: text });
  }

  /** Resolves to false after a while, or at once when the hub closes. */
  delay(ms: number): Promise<false> {
    if (this.isClosed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        this.#delays.delete(end);
        resolve(false);
      };
      const cancel = this.chat.clock.after(ms, end);
      this.#delays.add(end);
    });
  }

  // ---- users

  /** The user of a new socket. */
  arrive(connection: Connection): LocalUser {
    const { user_id } = connection.actor;
    const user = this.users.get(user_id) ?? new LocalUser(user_id);
    this.users.set(user_id, user);
    user.connections.add(connection);
    user.goneAt = 0;
    this.#leaving.delete(user);
    this.connections.add(connection);
    this.#countAddress(connection.address, 1);
    return user;
  }

  /** A socket stopped being fed. */
  leave(connection: Connection): void {
    const { user } = connection;
    user.connections.delete(connection);
    if (user.connections.size > 0 || this.users.get(user.id) !== user) return;
    user.goneAt = this.chat.clock.now();
    this.#leaving.add(user);
  }

  /** A socket is closed on both sides. */
  gone(connection: Connection): void {
    if (this.connections.delete(connection)) this.#countAddress(connection.address, -1);
  }

  #countAddress(address: string, more: 1 | -1): void {
    const count = (this.addresses.get(address) ?? 0) + more;
    if (count > 0) this.addresses.set(address, count);
    else this.addresses.delete(address);
  }

  /** Users whose grace is over are offline. */
  sweepUsers(now: number): void {
    for (const user of this.#leaving) {
      if (now - user.goneAt < GRACE_MS) continue;
      this.#leaving.delete(user);
      this.users.delete(user.id);
      this.members.forget(user);
    }
  }

  // ---- rooms

  roomOf(roomId: string): LocalRoom {
    let room = this.rooms.get(roomId);
    if (room === undefined) {
      room = new LocalRoom(roomId);
      room.usedAt = this.chat.clock.now();
      this.rooms.set(roomId, room);
    }
    return room;
  }

  /** The room, delivered up to its head as it is now, with `lastId` known. */
  async open(roomId: string): Promise<LocalRoom> {
    const room = this.roomOf(roomId);
    room.pins++; // or the sweep could take it meanwhile
    try {
      const head = await readHead(this.chat, roomId);
      if (head === null) throw new Error(`room ${roomId} has no head`);
      if (room.lastSeq === -1) {
        room.lastSeq = head.seq;
        room.messages = head.messages;
      }
      if (room.lastSeq === head.seq) room.lastId = head.id;
      await this.catchUp(room, head.seq);
      return room;
    } finally {
      room.pins--;
    }
  }

  /** Resolves once everything up to `seq`, which is committed, was delivered. */
  async catchUp(room: LocalRoom, seq: number): Promise<void> {
    if (room.lastSeq >= seq) return;
    room.wanted = Math.max(room.wanted, seq);
    await this.#heal(room);
    if (room.lastSeq < seq) {
      throw new ChatError("storage_unavailable", "The room's log could not be read. Try again soon.", {
        retryAfter: 1,
      });
    }
  }

  /** The control log reads again: what was held back is read from the logs. */
  resumeFeeding(): void {
    for (const room of this.#held) void this.#heal(room);
    this.#held.clear();
    for (const connection of this.connections) if (connection.missed) void this.stream.refresh(connection);
  }

  #take(signal: Signal): void {
    switch (signal.type) {
      case "events":
        return this.#takeEvents(signal.room_id, signal.events);
      case "typing": {
        const room = this.rooms.get(signal.room_id);
        if (room !== undefined && room.subscribers.size > 0) this.ambient.typing(room, signal.user, signal.typing);
        return;
      }
      case "control":
        // at once, before whoever ended them is answered; the log is read all the same
        if (signal.ended !== undefined) this.control.end(signal.ended);
        return void this.control.read().catch(() => {}); // reported; the poll tries again
      case "user":
        return this.stream.send(signal.user_id, signal.line);
      case "profile":
        return this.#takeProfile(signal.user);
    }
  }

  #takeEvents(roomId: string, events: EncodedEvent[]): void {
    const first = events[0];
    if (first === undefined) return;
    let room = this.rooms.get(roomId);
    if (room === undefined) {
      if (!events.some((event) => event.type === "join" && this.users.has(event.user_id))) return;
      room = this.roomOf(roomId);
    }
    if (room.lastSeq === -1) room.lastSeq = first.seq - 1;
    this.#accept(room, events);
  }

  /** Delivers what follows on; known events are dropped, and what comes after a gap waits for the log (D5). */
  #accept(room: LocalRoom, events: EncodedEvent[]): void {
    const last = events.at(-1)?.seq ?? 0;
    if (!this.control.isFresh()) {
      room.wanted = Math.max(room.wanted, last);
      this.#held.add(room);
      return;
    }
    let start = 0;
    while (start < events.length && (events[start]?.seq ?? 0) <= room.lastSeq) start++;
    let end = start;
    while (end < events.length && events[end]?.seq === room.lastSeq + 1 + end - start) end++;
    if (end > start) deliver(this, room, start === 0 && end === events.length ? events : events.slice(start, end));
    if (end < events.length) {
      room.wanted = Math.max(room.wanted, last);
      void this.#heal(room);
    }
  }

  #heal(room: LocalRoom): Promise<void> {
    room.healing ??= this.#readGap(room).finally(() => {
      room.healing = undefined;
      room.usedAt = this.chat.clock.now();
    });
    return room.healing;
  }

  async #readGap(room: LocalRoom): Promise<void> {
    let failures = 0;
    while (room.lastSeq < room.wanted && !this.isClosed) {
      if (!this.control.isFresh()) {
        this.#held.add(room);
        return;
      }
      try {
        const events = await readEvents(this.chat, room.id, room.lastSeq, room.wanted, HEAL_EVENTS);
        // in parts that leave room in the sockets' queues: the next reading gives them a turn of the event loop
        const count = countWithin(events, this.outbox.maxQueued / 4);
        if (count > 0) this.#accept(room, events.slice(0, count));
        failures = 0;
      } catch (error) {
        this.report("a gap could not be read", error);
        await this.delay(HEAL_RETRY_MS[Math.min(failures++, HEAL_RETRY_MS.length - 1)] ?? 1_000);
      }
    }
  }

  async #rereadHeads(): Promise<void> {
    for (const room of this.rooms.values()) {
      if (this.isClosed) return;
      if (room.healing !== undefined || room.lastSeq === -1) continue;
      try {
        const head = await readHead(this.chat, room.id);
        if (head !== null && head.seq > room.lastSeq) {
          room.wanted = Math.max(room.wanted, head.seq);
          void this.#heal(room);
        }
      } catch (error) {
        return this.report("heads could not be read", error);
      }
    }
  }

  #sweepRooms(): void {
    const now = this.chat.clock.now();
    for (const room of this.rooms.values()) {
      if (room.pins === 0) room.tail.clear();
      if (!room.isInUse && now - room.usedAt > KEEP_ROOM_MS) this.rooms.delete(room.id);
    }
  }

  /** Told to everybody who shares a room with them; where that is not known here (no socket here), to all. */
  #takeProfile(profile: User): void {
    const user = this.users.get(profile.id);
    if (user !== undefined) user.profile = profile;
    if (!this.control.isFresh()) return;
    const told = new Set<Connection>();
    if (user === undefined) { for (const connection of this.connections) told.add(connection); }
    for (const room of user?.rooms ?? []) {
      for (const { connections } of room.members) for (const connection of connections) told.add(connection);
    }
    const frame: UserUpdated = { type: "user_updated", user: profile };
    const line = JSON.stringify(frame);
    for (const connection of told) if (connection.isReady) connection.send(line);
  }
}
