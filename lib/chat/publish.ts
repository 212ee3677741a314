/** Commit, then announce (D5). */
import type { Appended } from "../kv/draft.ts";
import type { Chat } from "./chat.ts";
import { encode } from "./events.ts";

/** Encodes what was committed, once for everybody, and puts it on the bus. */
export async function announce(
  chat: Pick<Chat, "bus" | "directory">,
  roomId: string,
  appended: Appended[],
): Promise<void> {
  const ids = appended.map(({ record }) => record.user_id);
  const known = ids.map((id) => chat.directory.get(id));
  const authors = known.every((author) => author !== undefined) ? null : await chat.directory.many(ids);
  const events = appended.flatMap((one, i) => {
    const author = known[i] ?? authors?.get(one.record.user_id);
    return author === undefined ? [] : [encode(roomId, one, author)];
  });
  if (events.length > 0) chat.bus.publish({ type: "events", room_id: roomId, events });
}
