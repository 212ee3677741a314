/**
 * Follows the rooms that somebody in this isolate has joined: delivers every event once, in order, whatever the bus
 * loses or repeats (D5). Each room (`LocalRoom` in local.ts) has a state, by `lastSeq` (delivered) and `wanted` (known
 * to be committed):
 *
 * | state   | is so while            | what happens                             | leads to                         |
 * | ------- | ---------------------- | ---------------------------------------- | -------------------------------- |
 * | new     | `lastSeq` is -1        | nothing is delivered                     | current: a join reads the head,  |
 * |         |                        |                                          | or the first event is announced  |
 * | current | `lastSeq` >= `wanted`  | the next event is delivered, a known one | healing: an event after a gap, a |
 * |         |                        | is dropped                               | head (read on a wake) that is    |
 * |         |                        |                                          | ahead, a member from elsewhere   |
 * | healing | `room.healing` runs    | the gap is read from the log, in slices; | current: `wanted` is reached;    |
 * |         |                        | a failure is repeated (HEAL_RETRY_MS)    | paused: the control log is stale |
 * |         |                        |                                          | (D6b), or the retries are over   |
 * | paused  | it is in `#paused`     | announced events only raise `wanted`     | healing: `resume()`, or where    |
 * |         |                        |                                          | the retries were over also the   |
 * |         |                        |                                          | next signal or join              |
 * | gone    | nobody has used it for | it is forgotten                          | new, when somebody comes         |
 * |         | KEEP_ROOM_MS           |                                          |                                  |
 *
 * Between processes a wake says only that rooms of a shard may have changed: their heads are read, and say which.
 */
import { type EncodedEvent, shardOf } from "../bus/bus.ts";
import { readEvents, readEventsAfter, readHead, readHeads } from "../chat/messages/feed.ts";
import { ChatError } from "../base/errors.ts";
import { Rerun } from "../base/rerun.ts";
import { deliver } from "./delivery.ts";
import { countWithin } from "./outgoing.ts";
import type { HubContext } from "./hub_context.ts";
import { LocalRoom } from "./local.ts";
import { follows, isBehind, isReplaced, pointOf, rewind } from "./rewind.ts";
import { storeTraits } from "../store/kinds.ts";

const HEAL_EVENTS = 200;
const HEAL_RETRY_MS = [50, 250, 1_000, 2_000, 2_000, 2_000];
const SWEEP_MS = 10_000;
/** A room that nobody uses any more is kept this long. */
const KEEP_ROOM_MS = 60_000;

export class Follower {
  readonly #hub: HubContext;
  /** Paused rooms: the control log could not be read (D6b), or their own log could not. */
  readonly #paused = new Set<LocalRoom>();
  /** Shards whose rooms' heads are to be read. */
  readonly #woken = new Set<number>();
  #waking = false;
  readonly #cancelSweep: () => void;
  readonly #mayGoBack: boolean;

  constructor(hub: HubContext) {
    this.#hub = hub;
    this.#mayGoBack = storeTraits(hub.chat.config.kvPath).mayGoBack;
    this.#cancelSweep = hub.chat.clock.every(SWEEP_MS, () => this.#sweepRooms());
  }

  close(): void {
    this.#cancelSweep();
  }

  roomOf(roomId: string): LocalRoom {
    let room = this.#hub.rooms.get(roomId);
    if (room === undefined) {
      room = new LocalRoom(roomId);
      room.usedAt = this.#hub.chat.clock.elapsed();
      this.#hub.rooms.set(roomId, room);
    }
    return room;
  }

  /** The room, delivered up to its head as it is now, with `lastId` known. */
  async open(roomId: string): Promise<LocalRoom> {
    const room = this.roomOf(roomId);
    room.pins++; // against the sweep, which could forget it meanwhile
    try {
      const point = pointOf(room);
      const head = await readHead(this.#hub.chat, roomId);
      if (head === null) throw new Error(`room ${roomId} has no head`);
      if (isBehind(head, point)) rewind(this.#hub, room, head, point);
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

  /** The control log reads again: what waits is read from the logs. */
  resume(): void {
    const paused = [...this.#paused];
    this.#paused.clear();
    for (const room of paused) void this.#heal(room);
  }

  /** Events that were announced. */
  take(roomId: string, events: EncodedEvent[]): void {
    const first = events[0];
    if (first === undefined) return;
    let room = this.#hub.rooms.get(roomId);
    if (room === undefined) {
      if (!events.some((event) => event.type === "join" && this.#hub.users.has(event.user_id))) return;
      room = this.roomOf(roomId);
    }
    if (room.lastSeq === -1) room.lastSeq = first.seq - 1;
    this.#accept(room, events);
  }

  /** Delivers what follows on; known events are dropped, and what comes after a gap waits for the log (D5). */
  #accept(room: LocalRoom, events: EncodedEvent[]): void {
    const last = events.at(-1)?.seq ?? 0;
    if (!this.#hub.sessionEnds.isFresh()) {
      room.wanted = Math.max(room.wanted, last);
      this.#paused.add(room);
      return;
    }
    let start = 0;
    while (start < events.length && (events[start]?.seq ?? 0) <= room.lastSeq) start++;
    let end = start;
    let id = room.lastId;
    for (
      let event = events[end];
      event?.seq === room.lastSeq + 1 + end - start && follows(event, id);
      event = events[end]
    ) {
      id = event.id;
      end++;
    }
    if (
      this.#mayGoBack && (isStrange(room, events[start - 1]) || events[end]?.seq === room.lastSeq + 1 + end - start)
    ) {
      void this.#checkHead(room);
    }
    if (end > start) deliver(this.#hub, room, start === 0 && end === events.length ? events : events.slice(start, end));
    if (end < events.length) {
      room.wanted = Math.max(room.wanted, last);
      void this.#heal(room);
    }
  }

  #heal(room: LocalRoom): Promise<void> {
    room.healing ??= new Rerun(async () => {
      await this.#readGap(room);
      room.usedAt = this.#hub.chat.clock.elapsed();
    });
    return room.healing.ask();
  }

  async #readGap(room: LocalRoom): Promise<void> {
    let failures = 0;
    while (room.lastSeq < room.wanted && !this.#hub.isClosed) {
      if (!this.#hub.sessionEnds.isFresh()) {
        this.#paused.add(room);
        return;
      }
      try {
        const read = this.#mayGoBack ? readEventsAfter : readEvents;
        const events = await read(this.#hub.chat, room.id, room.lastSeq, room.wanted, HEAL_EVENTS);
        const [first] = events;
        if (first?.seq === room.lastSeq + 1 && !follows(first, room.lastId)) {
          throw new Error("the log goes on from another event than was delivered");
        }
        // in parts that leave room in the sockets' queues: the next reading gives them a turn of the event loop
        const count = countWithin(events, this.#hub.sendBudget.maxQueued / 4);
        if (count > 0) this.#accept(room, events.slice(0, count));
        failures = 0;
      } catch (error) {
        this.#hub.report("a gap could not be read", error);
        if (this.#mayGoBack) await this.#checkHead(room);
        const wait = HEAL_RETRY_MS[failures++];
        if (wait === undefined) {
          // The next signal or join tries again, and so does resume() once the store is back.
          this.#paused.add(room);
          return;
        }
        await this.#hub.delay(wait);
      }
    }
  }

  /** The log does not go on from what was delivered, or so it seems: is that still in it? */
  async #checkHead(room: LocalRoom): Promise<void> {
    const { chat } = this.#hub;
    try {
      const point = pointOf(room);
      const head = await readHead(chat, room.id);
      if (head === null) return;
      if (await isReplaced(chat, room.id, head, point)) return rewind(this.#hub, room, head, point);
      if (head.seq <= room.lastSeq) return;
      room.wanted = Math.max(room.wanted, head.seq);
      void this.#heal(room);
    } catch (error) {
      this.#hub.report("a head could not be read", error);
    }
  }

  /** Something happened in rooms of this shard. Wakes that come while heads are being read lead to one more reading. */
  wake(shard: number): void {
    this.#woken.add(shard);
    if (!this.#waking) void this.#readWoken();
  }

  async #readWoken(): Promise<void> {
    this.#waking = true;
    let failures = 0;
    while (this.#woken.size > 0 && !this.#hub.isClosed) {
      const shards = new Set(this.#woken);
      this.#woken.clear();
      try {
        await this.#readHeadsOf(shards);
        failures = 0;
      } catch (error) {
        this.#hub.report("heads could not be read", error);
        for (const shard of shards) this.#woken.add(shard);
        await this.#hub.delay(HEAL_RETRY_MS[failures++] ?? 2_000);
      }
    }
    this.#waking = false;
  }

  async #readHeadsOf(shards: Set<number>): Promise<void> {
    const rooms = this.#hub.rooms.values().filter(({ id, lastSeq }) => lastSeq !== -1 && shards.has(shardOf(id)))
      .toArray();
    const points = rooms.map(pointOf);
    const heads = await readHeads(this.#hub.chat, rooms.map(({ id }) => id));
    for (const [i, room] of rooms.entries()) {
      const [head, point] = [heads[i] ?? null, points[i]];
      if (head !== null && point !== undefined && isBehind(head, point)) rewind(this.#hub, room, head, point);
      const seq = head?.seq ?? 0;
      if (seq <= room.lastSeq) continue;
      room.wanted = Math.max(room.wanted, seq);
      void this.#heal(room);
    }
  }

  /** Somebody became a member in another process: this room has to be followed from there on. */
  joined(roomId: string, userId: string, seq: number): void {
    if (!this.#hub.users.has(userId)) return;
    const room = this.roomOf(roomId);
    if (room.lastSeq === -1) room.lastSeq = seq - 1;
    if (seq <= room.lastSeq) return;
    room.wanted = Math.max(room.wanted, seq);
    void this.#heal(room);
  }

  #sweepRooms(): void {
    const now = this.#hub.chat.clock.elapsed();
    for (const room of this.#hub.rooms.values()) {
      if (room.pins === 0) room.tail.clear();
      if (!room.isInUse && now - room.usedAt > KEEP_ROOM_MS) this.#hub.rooms.delete(room.id);
    }
  }
}

/** An event that is older than the last one, and not the one that was delivered at its seq, as far as that is known. */
function isStrange(room: LocalRoom, event: EncodedEvent | undefined): boolean {
  if (event === undefined) return false;
  if (event.seq === room.lastSeq) return room.lastId !== "" && event.id !== room.lastId;
  return room.tail.after(event.seq - 1, 1)?.[0]?.id !== event.id;
}
