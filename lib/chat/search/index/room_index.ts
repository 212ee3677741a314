/**
 * Brings one room's index forward, one step at a time. A step looks at the room's index record and head, and does the
 * first that applies:
 *
 * | state                               | what the step does                                       | it answers       |
 * | ----------------------------------- | -------------------------------------------------------- | ---------------- |
 * | the room is deleted, or has no head | nothing                                                  | gone             |
 * | another process's claim is alive    | nothing                                                  | busy             |
 * | `garbage` names segments            | clean: claims the room, deletes their pages in slices;   | as what follows  |
 * |                                     | then goes on below                                       |                  |
 * | segments of about one size are due  | merge: claims, with the new segment's id in `garbage`;   | indexed          |
 * |                                     | writes its pages; the record swaps new for old; clean    |                  |
 * | the log or the floor is ahead of it | take: reads a slice; takes out what the slice deleted or | indexed          |
 * |                                     | edited; adds the words to the tail, or makes the tail a  |                  |
 * |                                     | segment; the record moves to the slice's end             |                  |
 * | it was made by an older folding     | refold: looks through messages for other words; throws   | indexed          |
 * |                                     | the index away where there are some, else marks it       |                  |
 * | none of these                       | nothing                                                  | indexed, no more |
 *
 * Every commit of a step checks the index record and the room's record as they were last read or written, and the last
 * commit moves the index record. A check that fails ends the step as busy (`Overtaken`): another process was faster. So
 * after a crash, or beside another process, a step starts over from what has been committed and doubles nothing.
 */
import type { Clock } from "../../../base/clock.ts";
import { randomId } from "../../../base/ids.ts";
import type { HeadRecord } from "../../../protocol/model.ts";
import { type IndexRecord, type IndexSegment, keys, ranges } from "../../../store/keys.ts";
import type { LeaseWatch } from "../../../store/jobs/lease_watch.ts";
import { type Kv, put, type Write } from "../../../store/kv.ts";
import { due, merge } from "./merge.ts";
import { type Pace } from "./pace.ts";
import { purge } from "./purge.ts";
import type { IndexSizes } from "./segment.ts";
import { readSlice } from "./slice.ts";
import { addTo, packTail, readTail } from "./tail.ts";
import { searchText } from "./tokens.ts";
import { FOLDING, isRefolded } from "./units.ts";

/** A process that ended in the middle holds up the others this long. */
const CLAIM_MS = 15_000;

export interface IndexContext {
  kv: Kv;
  clock: Clock;
  /** Other processes' claims, as they were last seen. */
  claims: LeaseWatch;
  /** This process, where others index the same store. */
  name?: string | undefined;
  pace: Pace;
  sizes: IndexSizes;
}

export type Progress =
  /** Up to `seq`; with `more` there is something left to do. */
  | { state: "indexed"; seq: number; more: boolean }
  /** There is no such room any more. */
  | { state: "gone" }
  /** Another process is at it, or was faster. */
  | { state: "busy" };

export const EMPTY: IndexRecord = { seq: 0, floor: 0, segments: [], garbage: [], folding: FOLDING };

/** One step of a room: a slice of its log, a merge, or a look at what an older folding made other words of. */
export async function advance(context: IndexContext, roomId: string): Promise<Progress> {
  const { kv, claims, name, sizes } = context;
  const [index, head, room] = await Promise.all([
    kv.get(keys.indexed(roomId)),
    kv.get(keys.head(roomId)),
    kv.get(keys.room(roomId)),
  ]);
  if (room.value === null || head.value === null || room.value.deleted_at !== undefined) return { state: "gone" };
  const record = index.value ?? EMPTY;
  const { claim } = record;
  if (claim !== undefined && claim.by !== name && !claims.isOver(roomId, index.versionstamp, CLAIM_MS)) {
    return { state: "busy" };
  }
  claims.forget(roomId);
  const step = new Step(context, roomId, record, [
    { key: index.key, versionstamp: index.versionstamp },
    // a room that is deleted meanwhile keeps nothing here
    { key: room.key, versionstamp: room.versionstamp },
  ]);
  try {
    if (record.garbage.length > 0) await step.clean();
    await step.run(nextOf(step.record, head.value, sizes));
    const more = nextOf(step.record, head.value, sizes).is !== "nothing";
    return { state: "indexed", seq: step.record.seq, more };
  } catch (error) {
    if (error instanceof Overtaken) return { state: "busy" };
    throw error;
  }
}

/** What is to be done first, once there is no garbage. */
type Next =
  | { is: "merge"; from: readonly IndexSegment[] }
  | { is: "take"; seq: number; floor: number }
  | { is: "refold"; floor: number }
  | { is: "nothing" };

function nextOf(record: IndexRecord, { seq, floor }: Pick<HeadRecord, "seq" | "floor">, sizes: IndexSizes): Next {
  const from = due(record.segments, sizes);
  // Merge before taking in more: the record names every segment, and has to stay small.
  if (from.length > 0) return { is: "merge", from };
  if (record.seq < seq || record.floor < floor) return { is: "take", seq, floor };
  return record.folding === FOLDING ? { is: "nothing" } : { is: "refold", floor };
}

class Overtaken extends Error {}

class Step {
  record: IndexRecord;
  readonly #context: IndexContext;
  readonly #roomId: string;
  readonly #checks: NonNullable<Write["checks"]>;

  constructor(context: IndexContext, roomId: string, record: IndexRecord, checks: NonNullable<Write["checks"]>) {
    this.#context = context;
    this.#roomId = roomId;
    this.record = record;
    this.#checks = checks;
  }

  async run(next: Next): Promise<void> {
    switch (next.is) {
      case "merge":
        return await this.merge(next.from);
      case "take":
        return await this.take(next.seq, next.floor);
      case "refold":
        return await this.refold(next.floor);
      case "nothing":
        return;
    }
  }

  /** Takes in the next slice, after taking out what it says is gone. */
  async take(last: number, floor: number): Promise<void> {
    const { kv, pace, sizes } = this.#context;
    const after = Math.max(this.record.seq, floor);
    const slice = await readSlice(kv, this.#roomId, { after, last, limit: sizes.slice });
    const isGone = (seq: number) => seq <= floor || slice.gone.has(seq);
    const { segments, dropped } = await this.#purged(slice.gone, floor, isGone);
    const tail = await readTail(kv, this.#roomId, isGone);
    for (const item of slice.messages.values()) {
      if (item.seq <= floor) continue; // edited above it, and not erased yet
      addTo(tail, item);
      await pace.breathe();
    }
    const { puts, segment, empty } = packTail(this.#roomId, tail, this.#context.sizes);
    await this.#advance({
      ...this.record,
      seq: slice.seq,
      floor,
      garbage: [...this.record.garbage, ...dropped],
      segments: segment === undefined ? segments : [...segments, segment],
    }, { set: puts, delete: empty ? [keys.indexTail(this.#roomId)] : [] });
    if (dropped.length > 0) await this.clean();
  }

  /**
   * Looks through the next messages for one of which the first folding made other words: then the index is made anew,
   * else it stays. So an upgrade costs one reading of each room, and writing for those alone that have such messages.
   */
  async refold(floor: number): Promise<void> {
    const { kv, pace } = this.#context;
    const { seq, looked = 0, segments, garbage } = this.record;
    const limit = kv.limits.entriesABatch;
    const range = ranges.items(this.#roomId, Math.max(looked, floor) + 1, seq + 1);
    const items = await kv.list(range, { limit });
    await pace.breathe();
    if (items.some(({ value }) => value.kind === "message" && isRefolded(searchText(value)))) {
      const left = { ...EMPTY, garbage: [...garbage, ...segments.map(({ id }) => id)] };
      return await this.#advance(left, { delete: [keys.indexTail(this.#roomId)] });
    }
    const last = items.at(-1)?.value.seq;
    const { looked: _, ...record } = this.record;
    const isOver = last === undefined || items.length < limit;
    await this.#advance(isOver ? { ...record, folding: FOLDING } : { ...record, looked: last });
  }

  /** Removes the pages of segments that are no more, or never came to be. */
  async clean(): Promise<void> {
    const { kv, pace } = this.#context;
    // This commit changes the record, so from here on no other process can write to those segments.
    await this.#advance(this.record, {}, true);
    for (const id of this.record.garbage) {
      for (;;) {
        const pages = await kv.list(ranges.indexSegment(this.#roomId, id), { limit: 100 });
        if (pages.length === 0) break;
        await this.#commit({ delete: pages.map(({ key }) => key) });
        await pace.breathe();
      }
    }
    await this.#advance({ ...this.record, garbage: [] });
  }

  async merge(from: readonly IndexSegment[], isGone: (seq: number) => boolean = () => false): Promise<void> {
    const id = randomId(8);
    await this.#advance({ ...this.record, garbage: [...this.record.garbage, id] }, {}, true);
    const { kv, pace, sizes } = this.#context;
    const made = await merge({
      kv,
      pace,
      sizes,
      roomId: this.#roomId,
      from,
      id,
      isGone,
      commit: (set) => this.#commit({ set }),
    });
    const at = this.record.segments.findIndex((segment) => segment.id === from[0]?.id);
    const segments = this.record.segments.toSpliced(at, from.length, ...made === undefined ? [] : [made]);
    const garbage = [...this.record.garbage.filter((one) => one !== id), ...from.map((segment) => segment.id)];
    await this.#advance({ ...this.record, segments, garbage });
    await this.clean();
  }

  async #purged(gone: Set<number>, floor: number, isGone: (seq: number) => boolean) {
    const { kv, pace } = this.#context;
    const dropped: string[] = [];
    for (const segment of this.record.segments) {
      if (segment.high <= floor) dropped.push(segment.id);
      else if (floor > this.record.floor && segment.low <= floor || has(gone, segment)) {
        const { id } = segment;
        const commit = (write: Write) => this.#commit(write);
        const hollow = await purge({ kv, pace, roomId: this.#roomId, segment: id, isGone, commit });
        if (hollow) await this.merge([segment], isGone);
      }
    }
    return { segments: this.record.segments.filter(({ id }) => !dropped.includes(id)), dropped };
  }

  /** Sets the record, and goes on from there. */
  async #advance(next: IndexRecord, write: Pick<Write, "set" | "delete"> = {}, claim = false): Promise<void> {
    const { clock, name } = this.#context;
    const { claim: _, ...rest } = next;
    const record = claim && name !== undefined ? { ...rest, claim: { by: name, until: clock.now() + CLAIM_MS } } : rest;
    const set = [put(keys.indexed(this.#roomId), record), ...write.set ?? []];
    const versionstamp = await this.#commit({ ...write, set });
    this.record = record;
    this.#checks[0] = { key: keys.indexed(this.#roomId), versionstamp };
  }

  async #commit(write: Pick<Write, "set" | "delete">): Promise<string> {
    const versionstamp = await this.#context.kv.commit({ checks: this.#checks, ...write });
    if (versionstamp === null) throw new Overtaken();
    return versionstamp;
  }
}

function has(seqs: Set<number>, { low, high }: IndexSegment): boolean {
  for (const seq of seqs) if (seq >= low && seq <= high) return true;
  return false;
}
