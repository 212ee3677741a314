/** Opens the follower that keeps a Chat's search index in step with the rooms' logs. */
import { noSuchRoom } from "../../log/no_such_room.ts";
import { keys } from "../../store/keys.ts";
import { Indexer } from "./index/indexer.ts";
import type { IndexSizes } from "./index/segment.ts";
import type { Chat } from "../chat.ts";

/** Opens an indexer that hears of this process's commits; metrics say how far behind it is. */
export function openIndexer({ bus, metrics, ...parts }: IndexerParts): Indexer {
  const indexer = new Indexer({ ...parts, name: bus.isolate });
  bus.subscribe((signal) => {
    if (signal.type !== "events") return;
    const last = signal.events.at(-1);
    if (last !== undefined) indexer.note(signal.room_id, last.seq, signal.events[0]?.seq);
  });
  metrics.gauge(
    "parley_index_lag_events",
    "Events that wait to be indexed for search.",
    () => indexer.lag.events,
  );
  metrics.gauge(
    "parley_index_lag_seconds",
    "Seconds that the oldest event has waited to be indexed.",
    () => indexer.lag.seconds,
    {
      merge: "max",
    },
  );
  return indexer;
}

/** Throws away the index of one room, or of all, to be made anew. Returns how many rooms that were. */
export async function rebuildIndex(chat: Chat, roomId?: string): Promise<number> {
  const room = roomId === undefined ? undefined : (await chat.kv.get(keys.room(roomId))).value;
  if (room === null || room?.deleted_at !== undefined) throw noSuchRoom(roomId ?? "");
  if (chat.indexer === undefined) throw new Error("the indexer is in the isolate that holds the store");
  return await chat.indexer.rebuild(roomId);
}

interface IndexerParts extends Pick<Chat, "kv" | "clock" | "bus" | "metrics"> {
  sizes: IndexSizes | undefined;
  onError(error: unknown): void;
}
