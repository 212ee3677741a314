/** A message with reactions in several forms of one emoji, as servers of version 2 stored them. */
import { seqOf } from "../../../lib/base/ids.ts";
import { sendMessage } from "../../../lib/chat/messages/messages.ts";
import type { OpenChat } from "../../../lib/chat/open.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { keys } from "../../../lib/store/keys.ts";
import { put } from "../../../lib/store/kv.ts";
import { addPerson } from "../../support/people.ts";

export const room_id = "general";
export const [NORMAL, LONG, TEXT] = ["\u{1f44d}", "\u{1f44d}\ufe0f", "\u{1f44d}\ufe0e"] as const;

export interface Old {
  message_id: string;
  seq: number;
  ada: Actor;
  bob: Actor;
  cy: Actor;
}

/** Ada gave it in all three forms, bob in the long one, cy in the normal one: three people, five keys. */
export async function asStoredBefore(chat: OpenChat): Promise<Old> {
  const [ada, bob, cy] = [await addPerson(chat, "ada"), await addPerson(chat, "bob"), await addPerson(chat, "cy")];
  const { id: message_id } = await sendMessage(chat, ada, { room_id, content: "hello" });
  const seq = seqOf(message_id);
  const { value: item } = await chat.kv.get(keys.item(room_id, seq));
  if (item?.kind !== "message") throw new Error("no message");
  const reactions = [{ emoji: LONG, count: 2 }, { emoji: "🎉", count: 1 }, { emoji: NORMAL, count: 2 }];
  const gave: [Actor, string[]][] = [[ada, [LONG, NORMAL, TEXT]], [bob, [LONG]], [cy, [NORMAL, "🎉"]]];
  await chat.kv.commit({
    set: [
      put(keys.item(room_id, seq), { ...item, reactions: [...reactions, { emoji: TEXT, count: 1 }] }),
      ...gave.map(([who, mine]) => put(keys.reacted(room_id, who.user_id, seq), mine)),
      ...gave.flatMap(([who, mine]) => mine.map((one) => put(keys.reaction(room_id, seq, one, who.user_id), 1))),
    ],
  });
  return { message_id, seq, ada, bob, cy };
}

export const MERGED = [{ emoji: NORMAL, count: 3 }, { emoji: "🎉", count: 1 }];

/** So many more people who gave it in the normal and in the long form. */
export async function addMany(chat: OpenChat, seq: number, count: number): Promise<void> {
  const people = Array.from({ length: count }, (_, i) => `p${String(i).padStart(4, "0")}`);
  for (let i = 0; i < people.length; i += 200) {
    const some = people.slice(i, i + 200);
    await chat.kv.commit({
      set: [
        ...some.flatMap((id) => [NORMAL, LONG].map((one) => put(keys.reaction(room_id, seq, one, id), 1))),
        ...some.map((id) => put(keys.reacted(room_id, id, seq), [NORMAL, LONG])),
      ],
    });
  }
  const { value: item } = await chat.kv.get(keys.item(room_id, seq));
  if (item?.kind !== "message") throw new Error("no message");
  const reactions = (item.reactions ?? []).map((one) =>
    one.emoji === NORMAL || one.emoji === LONG ? { ...one, count: one.count + people.length } : one
  );
  await chat.kv.commit({ set: [put(keys.item(room_id, seq), { ...item, reactions })] });
}
