/** The one way into an existing room. The rule is asked first: a person who may not enter takes no place, learns nothing. */
import type { AppendCommand } from "../../log/command.ts";
import { noSuchRoom } from "../../log/no_such_room.ts";
import { Draft, keyName } from "../../log/draft.ts";
import { type Key, keys } from "../../store/keys.ts";
import type { Chat } from "../chat.ts";
import { type Place, withRoomSlot } from "./room_slots.ts";
import { makeRules } from "../../log/rules/rules.ts";

type Join = Extract<AppendCommand, { type: "join" }>;

/** Makes `user_id` a member, where they are none. Throws the rule's refusal, then `limit_reached`. */
export async function enterRoom(chat: Chat, roomId: string, command: Join, exempt = false): Promise<void> {
  if (!await wouldAdd(chat, roomId, command)) return;
  const place: Place = {
    user_id: command.user_id,
    room_id: roomId,
    ...(command.added === undefined ? {} : { added: command.added }),
    exempt,
  };
  await withRoomSlot(chat, place, () => chat.appender.append(roomId, command));
}

/** Whether the command would make an event by the present state. The queue asks the same rule again (D6). */
async function wouldAdd(chat: Chat, roomId: string, command: Join): Promise<boolean> {
  const rules = makeRules(chat.config);
  const wanted: Key<unknown>[] = rules.needs(roomId, command);
  const [room, head, entries] = await Promise.all([
    chat.kv.get(keys.room(roomId)),
    chat.kv.get(keys.head(roomId)),
    chat.kv.getMany(wanted),
  ]);
  if (room.value === null || head.value === null) throw noSuchRoom(roomId);
  const known = new Map(wanted.map((key, i) => [keyName(key), entries[i]?.value ?? null]));
  const draft = new Draft(room.value, head.value, chat.clock.now(), known);
  rules.apply(draft, command, "00000000");
  return draft.events.length > 0;
}
