/**
 * What an export holds of a store that servers write to meanwhile: each room up to the head that it had when the export
 * began. Nothing later is exported, because after an import new events get those seqs, and would take it for their own.
 */
import * as v from "valibot";
import type { HeadRecord } from "../../protocol/model.ts";
import type { Family } from "../../store/keys.ts";

/** The positions, in a family's keys, of the room's id and of the seq that an entry is about. */
const PLACES: { [family in Family]?: { room: number; seq?: number } } = {
  room: { room: 1 },
  public_room: { room: 1 },
  head: { room: 1 },
  member: { room: 1 },
  joined: { room: 2 },
  item: { room: 1, seq: 2 },
  change: { room: 1, seq: 2 },
  revision: { room: 1, seq: 2 },
  reaction: { room: 1, seq: 2 },
  reacted: { room: 1, seq: 3 },
  mention: { room: 2, seq: 3 },
  read: { room: 2 },
  pins: { room: 1 },
  called: { room: 1 },
  mentioned: { room: 2 },
  bookmark: { room: 2 },
  draft: { room: 2 },
};

const ofMessage = v.union([
  v.looseObject({ state: v.literal("attached"), room_id: v.string(), seq: v.number() }),
  v.looseObject({ kind: v.literal("erase_message"), room_id: v.string(), seq: v.number() }),
]);
const trimming = v.looseObject({ kind: v.literal("erase_below"), room_id: v.string(), floor: v.number() });
const mark = v.looseObject({ seq: v.number(), messages: v.number() });
const marks = v.array(v.looseObject({ seq: v.number() }));

export class ExportSnapshot {
  readonly #heads = new Map<string, HeadRecord>();

  add(roomId: string, head: HeadRecord): void {
    this.#heads.set(roomId, head);
  }

  /** The value as the export holds it; undefined where it came later. */
  within(key: Deno.KvKey, value: unknown): unknown {
    const family = key[0];
    if (family === "direct") return this.#heads.has(String(value)) ? value : undefined;
    if (family === "file" || family === "job" || family === "due") {
      if (v.is(ofMessage, value)) return this.#has(value.room_id, value.seq) ? value : undefined;
      return !v.is(trimming, value) || this.#has(value.room_id, value.floor) ? value : undefined;
    }
    const place = PLACES[family as Family];
    if (place === undefined) return value;
    const head = this.#heads.get(String(key[place.room]));
    if (head === undefined || place.seq !== undefined && Number(key[place.seq]) > head.seq) return undefined;
    if (family === "read" && v.is(mark, value) && value.seq > head.seq) {
      return { ...value, seq: head.seq, messages: head.messages };
    }
    const isList = family === "pins" || family === "called";
    return isList && v.is(marks, value) ? value.filter(({ seq }) => seq <= head.seq) : value;
  }

  /** A room's head as it was, but for its floor, below which everything may have been erased since. */
  head(roomId: string, now: HeadRecord): HeadRecord | undefined {
    const head = this.#heads.get(roomId);
    if (head === undefined || now.floor === head.floor) return head;
    return {
      ...head,
      floor: Math.min(now.floor, head.seq),
      floor_messages: Math.min(now.floor_messages ?? 0, head.messages),
    };
  }

  #has(roomId: string, seq: number): boolean {
    return seq <= (this.#heads.get(roomId)?.seq ?? -1);
  }
}
