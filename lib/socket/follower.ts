/**
 * Follows the rooms that somebody in this isolate has joined: delivers every event once, in order, whatever the bus
 * loses or repeats (D5). Each room has a state (`LocalRoom.state`), by `lastSeq` (delivered), `wanted` (known to be
 * committed), `healing` and `isPaused`. A method leads from each to the next:
 *
 * | state   | what happens                                       | leads to                                              |
 * | ------- | -------------------------------------------------- | ----------------------------------------------------- |
 * | new     | nothing is delivered: the head is not known        | current (`begin`): a join reads the head, or the      |
 * |         |                                                    | first event is announced                              |
 * | current | the next event is delivered, a known one dropped   | healing (`#want`): an event after a gap, a head that  |
 * |         |                                                    | is ahead, a member from elsewhere;                    |
 * |         |                                                    | paused (`#pause`): the control log is stale (D6b)     |
 * | healing | the gap is read from the log, in slices; a failure | current: `wanted` is reached;                         |
 * |         | is repeated (HEAL_RETRY_MS)                        | paused (`#pause`): the control log is stale, or the   |
 * |         |                                                    | retries are over                                      |
 * | paused  | while the control log is stale announced events    | healing: `resume()`, and where only the retries were  |
 * |         | only raise `wanted`                                | over also the next signal or join (`#want`)           |
 * | any     | a store that lost a failover shows a head that is  | current (`rewind` in rewind.ts), at that head         |
 * |         | behind what was delivered                          |                                                       |
 * | gone    | it is forgotten (`#sweep`): nobody has used it for | new, when somebody comes                              |
 * |         | KEEP_ROOM_MS                                       |                                                       |
 *
 * Between processes a wake says only that rooms of a shard may have changed: their heads are read, and say which.
 */
import { type EncodedEvent, shardOf } from "../bus/bus.ts";
import { readEvents, readHead, readHeads } from "../chat/messages/feed.ts";
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
/** An unused room is kept in memory this long. */
const KEEP_ROOM_MS = 60_000;

export class Follower {
  readonly #hub: HubContext;
  /** Shards whose rooms' heads are to be read. */
  readonly #woken = new Set<number>();
  #waking = false;
  readonly #cancelSweep: () => void;
  readonly #mayGoBack: boolean;

  constructor(hub: HubContext) {
    this.#hub = hub;
    this.#mayGoBack = storeTraits(hub.chat.config.kvPath).mayGoBack;
    this.#cancelSweep = hub.chat.clock.every(SWEEP_MS, () => this.#sweep());
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

  /** Returns a room once everything up to its present head is delivered; `lastId` is then known. */
  async open(roomId: string): Promise<LocalRoom> {
    const room = this.roomOf(roomId);
    room.pins++; // so that the sweep does not forget the room meanwhile
    try {
      const point = pointOf(room);
      const head = await readHead(this.#hub.chat, roomId);
      if (head === null) throw new Error(`room ${roomId} has no head`);
      if (isBehind(head, point)) rewind(this.#hub, room, head, point);
      room.floor = head.floor;
      if (room.state === "new") room.begin(head.seq, head.messages);
      if (room.lastSeq === head.seq) room.lastId = head.id;
      await this.catchUp(room, head.seq);
      return room;
    } finally {
      room.pins--;
    }
  }

  /** Resolves once everything up to `seq`, which is committed, was delivered. */
  async catchUp(room: LocalRoom, seq: number): Promise<void> {
    await this.#want(room, seq);
    if (room.lastSeq < seq) {
      throw new ChatError("storage_unavailable", "The room's log could not be read. Try again soon.", {
        retryAfter: 1,
      });
    }
  }

  /** The control log can be read again: rooms catch up from their own logs. */
  resume(): void {
    for (const room of this.#hub.rooms.values()) if (room.isPaused) void this.#heal(room);
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
    if (room.state === "new") room.begin(first.seq - 1);
    this.#accept(room, events);
  }

  /** Delivers what follows on; known events are dropped, and what comes after a gap waits for the log (D5). */
  #accept(room: LocalRoom, events: EncodedEvent[]): void {
    const last = events.at(-1)?.seq ?? 0;
    if (!this.#hub.sessionEnds.isFresh()) return this.#pause(room, last);
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
    if (end < events.length) void this.#want(room, last);
  }

  /** Everything up to `seq` is known to be committed. What has not been delivered yet is read from the log. */
  #want(room: LocalRoom, seq: number): Promise<void> {
    if (seq <= room.lastSeq) return Promise.resolve();
    room.wanted = Math.max(room.wanted, seq);
    return this.#heal(room);
  }

  /** Nothing is delivered for now: the control log could not be read (D6b), or the room's own log could not. */
  #pause(room: LocalRoom, seq = room.wanted): void {
    room.wanted = Math.max(room.wanted, seq);
    room.isPaused = true;
  }

  #heal(room: LocalRoom): Promise<void> {
    room.healing ??= new Rerun(async () => {
      room.isPaused = false;
      await this.#readGap(room);
      room.usedAt = this.#hub.chat.clock.elapsed();
    });
    return room.healing.ask();
  }

  async #readGap(room: LocalRoom): Promise<void> {
    let failures = 0;
    while (room.lastSeq < room.wanted && !this.#hub.isClosed) {
      if (!this.#hub.sessionEnds.isFresh()) return this.#pause(room);
      try {
        const events = await readEvents(this.#hub.chat, room.id, room.lastSeq, room.wanted, HEAL_EVENTS, {
          withBefore: this.#mayGoBack,
        });
        const [first] = events;
        if (first?.seq === room.lastSeq + 1 && !follows(first, room.lastId)) {
          throw new Error(`event ${first.seq} of the log does not follow the last event that was delivered`);
        }
        // in slices that fit the sockets' queues: the event loop can send one slice before the next is read
        const count = countWithin(events, this.#hub.sendBudget.maxQueued / 4);
        if (count > 0) this.#accept(room, events.slice(0, count));
        failures = 0;
      } catch (error) {
        this.#hub.report("the missed events of a room could not be read", error);
        if (this.#mayGoBack) await this.#checkHead(room);
        const wait = HEAL_RETRY_MS[failures++];
        if (wait === undefined) return this.#pause(room);
        await this.#hub.delay(wait);
      }
    }
  }

  /** The log does not seem to continue from the last delivered event. Checks whether that event is still in the log. */
  async #checkHead(room: LocalRoom): Promise<void> {
    const { chat } = this.#hub;
    try {
      const point = pointOf(room);
      const head = await readHead(chat, room.id);
      if (head === null) return;
      if (await isReplaced(chat, room.id, head, point)) return rewind(this.#hub, room, head, point);
      if (head.seq <= room.lastSeq) return;
      void this.#want(room, head.seq);
    } catch (error) {
      this.#hub.report("the head of a room could not be read", error);
    }
  }

  /** Some rooms of this shard may have changed. Wakes that come while heads are being read lead to one more reading. */
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
        this.#hub.report("the heads of rooms could not be read", error);
        for (const shard of shards) this.#woken.add(shard);
        await this.#hub.delay(HEAL_RETRY_MS[failures++] ?? 2_000);
      }
    }
    this.#waking = false;
  }

  async #readHeadsOf(shards: Set<number>): Promise<void> {
    const rooms = this.#hub.rooms.values().filter(({ id, state }) => state !== "new" && shards.has(shardOf(id)))
      .toArray();
    const points = rooms.map(pointOf);
    const heads = await readHeads(this.#hub.chat, rooms.map(({ id }) => id));
    for (const [i, room] of rooms.entries()) {
      const [head, point] = [heads[i] ?? null, points[i]];
      if (head !== null && point !== undefined && isBehind(head, point)) rewind(this.#hub, room, head, point);
      void this.#want(room, head?.seq ?? 0);
    }
  }

  /** A local user became a member through another process: the room has to be followed from that event on. */
  joined(roomId: string, userId: string, seq: number): void {
    if (!this.#hub.users.has(userId)) return;
    const room = this.roomOf(roomId);
    if (room.state === "new") room.begin(seq - 1);
    void this.#want(room, seq);
  }

  #sweep(): void {
    const now = this.#hub.chat.clock.elapsed();
    for (const room of this.#hub.rooms.values()) {
      if (room.pins === 0) room.tail.clear();
      if (!room.isInUse && now - room.usedAt > KEEP_ROOM_MS) this.#hub.rooms.delete(room.id);
    }
  }
}

/**
 * Whether an event differs from the one that was delivered at its seq (the log may have gone back); also true where the
 * tail no longer has that seq.
 */
function isStrange(room: LocalRoom, event: EncodedEvent | undefined): boolean {
  if (event === undefined) return false;
  if (event.seq === room.lastSeq) return room.lastId !== "" && event.id !== room.lastId;
  return room.tail.after(event.seq - 1, 1)?.[0]?.id !== event.id;
}
