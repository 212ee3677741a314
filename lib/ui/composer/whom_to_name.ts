/** The people that a text in the open room can mention, one by one or all at once. */
import { LIMITS } from "../../protocol/limits.ts";
import type { User } from "../../protocol/model.ts";
import type { ChatView } from "../page/context.ts";
import { type Choice, findRoomCalls } from "./completion.ts";

/** `@room` and `@here`, if the room accepts them from the reader. */
export function callsOf({ store, parts }: ChatView, query: string): Choice[] {
  const room = store.rooms.activeInfo.peek();
  if (room === null || room.kind === "direct") return [];
  if (room.members > LIMITS.room_call_members && room.role === "member") return [];
  const words = parts.peek()?.mentions;
  return words === undefined ? [] : findRoomCalls(query, { room: words.everybody, here: words.present });
}

const byName = new Intl.Collator("en", { numeric: true });

/** Those who wrote last come first, then everybody else; without the reader. */
export function peopleOf({ store, members }: ChatView): User[] {
  const me = store.me.peek().id;
  const authors = (store.rooms.active.peek()?.state.entries.peek() ?? []).flatMap((entry) =>
    entry.type === "chat_message" ? [{ ...entry.view.peek(), id: entry.user_id }] : []
  );
  const others = members.toSorted((a, b) => byName.compare(a.display_name, b.display_name));
  return [...authors.reverse(), ...others].filter((user) => user.id !== me);
}
