/** Commit, then announce (D5). */
import type { Appended } from "../kv/draft.ts";
import type { Chat } from "./chat.ts";
import { encode, type People, peopleOf } from "./events.ts";

/** Encodes what was committed, once for everybody, and puts it on the bus. */
export async function announce(
  chat: Pick<Chat, "bus" | "directory">,
  roomId: string,
  appended: Appended[],
): Promise<void> {
  const ids = appended.flatMap(peopleOf);
  const known = ids.every((id) => chat.directory.get(id) !== undefined);
  const people: People = known ? chat.directory : await chat.directory.many(ids);
  const events = appended.map((one) => encode(roomId, one, people));
  if (events.length > 0) chat.bus.publish({ type: "events", room_id: roomId, events });
}
