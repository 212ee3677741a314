/** Commit, then announce (D5). */
import { messageOf } from "../base/errors.ts";
import { Announcements } from "../log/announcements.ts";
import type { Appended } from "../log/draft.ts";
import type { Chat } from "./chat.ts";
import { encode, type People, peopleOf } from "../log/events.ts";
import { mergedEvents, tellsSplit } from "../log/reactions.ts";

/** Encodes committed events once for all readers, and puts them on the bus. */
export async function announce(
  chat: Pick<Chat, "bus" | "directory" | "kv">,
  roomId: string,
  appended: Appended[],
): Promise<void> {
  const ids = appended.flatMap(peopleOf);
  const known = ids.every((id) => chat.directory.get(id) !== undefined);
  const people: People = known ? chat.directory : await chat.directory.many(ids);
  const merged = appended.some(tellsSplit) ? await mergedEvents(chat.kv, roomId, appended) : appended;
  const events = merged.map((one) => encode(roomId, one, people));
  if (events.length > 0) chat.bus.publish({ type: "events", room_id: roomId, events });
}

/**
 * As announce(), for a commit that went through no queue. The commit stands, so a failure is not the caller's: it is
 * logged, and the announcement is tried again until it works.
 */
export async function announceSurely(
  chat: Pick<Chat, "bus" | "directory" | "kv" | "clock" | "log">,
  roomId: string,
  appended: Appended[],
): Promise<void> {
  try {
    await announce(chat, roomId, appended);
  } catch (error) {
    chat.log.warn("announcing a new room failed; it is tried again", { room_id: roomId, error: messageOf(error) });
    new Announcements({
      clock: chat.clock,
      failed: () => {},
      announce: (events) => announce(chat, roomId, events),
    }).push(appended);
  }
}
