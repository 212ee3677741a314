/** The next stretch of a room's log, as the index takes it in. */
import { seqOf } from "../../../base/ids.ts";
import { keys, ranges } from "../../../store/keys.ts";
import type { Kv } from "../../../store/kv.ts";
import type { ChangeRecord, ItemRecord, MessageItem } from "../../../protocol/model.ts";
import { searchText } from "./tokens.ts";

/** The most characters in a slice: less than half of what one commit may hold, whichever characters they are. */
const CHARACTERS = 24_000;

export interface Slice {
  /** The last event of it. */
  seq: number;
  /** As they stand now, by seq: what was said, and what was edited. */
  messages: Map<number, MessageItem>;
  /** Messages of earlier slices that must leave the index; an edited one comes back with its new text. */
  gone: Set<number>;
}

/** What follows `after`, up to `last` and `limit` events at most. */
export async function readSlice(
  kv: Kv,
  roomId: string,
  { after, last, limit }: { after: number; last: number; limit: number },
): Promise<Slice> {
  const end = Math.min(last, after + limit);
  const [items, changes] = await Promise.all([
    kv.list(ranges.items(roomId, after + 1, end + 1), { limit }),
    kv.list(ranges.changes(roomId, after + 1, end + 1), { limit }),
  ]);
  const edited = await readEdited(kv, roomId, after, changes.map(({ value }) => value));
  const events = [...items, ...changes].map(({ value }) => value).sort((a, b) => a.seq - b.seq);
  const slice: Slice = { seq: after, messages: new Map(), gone: new Set() };
  let characters = 0;
  for (const event of events) {
    const message = messageOf(event, edited);
    characters += message === undefined ? 0 : searchText(message).length;
    if (characters > CHARACTERS && slice.seq > after) return slice;
    if (message !== undefined) slice.messages.set(message.seq, message);
    if ((event.kind === "edit" || event.kind === "delete") && seqOf(event.target) <= after) {
      slice.gone.add(seqOf(event.target));
    }
    slice.seq = event.seq;
  }
  slice.seq = end;
  return slice;
}

/** Those of the targets that an earlier slice has. */
async function readEdited(kv: Kv, roomId: string, after: number, changes: ChangeRecord[]) {
  const edits = changes.filter(({ kind, target }) => kind === "edit" && seqOf(target) <= after);
  const seqs = [...new Set(edits.map(({ target }) => seqOf(target)))];
  const entries = await kv.getMany(seqs.map((seq) => keys.item(roomId, seq)));
  const found = new Map<number, MessageItem>();
  for (const { value } of entries) if (value?.kind === "message") found.set(value.seq, value);
  return found;
}

function messageOf(event: ItemRecord | ChangeRecord, edited: Map<number, MessageItem>): MessageItem | undefined {
  if (event.kind === "message") return event;
  return event.kind === "edit" ? edited.get(seqOf(event.target)) : undefined;
}
