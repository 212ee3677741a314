/** A room's pinned messages. Who may pin is in the rules. */
import { keys } from "../../store/keys.ts";
import type { Actor, ChatMessage, MessageItem, User } from "../../protocol/model.ts";
import type { Chat } from "../chat.ts";
import { withAuthors } from "../messages/feed.ts";
import { asAdmin, readAsMember } from "./membership.ts";
import { type Changed, toChanged } from "../messages/messages.ts";

export async function pinMessage(
  chat: Chat,
  actor: Actor,
  input: { room_id: string; message_id: string },
  op: "add" | "remove" = "add",
): Promise<Changed> {
  const { room_id, message_id } = input;
  return toChanged(
    await chat.appender.append(room_id, {
      type: "pin",
      user_id: actor.user_id,
      target: message_id,
      op,
      ...asAdmin(actor),
    }),
  );
}

export function unpinMessage(
  chat: Chat,
  actor: Actor,
  input: { room_id: string; message_id: string },
): Promise<Changed> {
  return pinMessage(chat, actor, input, "remove");
}

export interface PinnedMessage {
  message: ChatMessage;
  by: User;
  at: string;
}

/** The one pinned last first; at most 50. */
export async function readPins(chat: Chat, actor: Actor, roomId: string): Promise<PinnedMessage[]> {
  const { pins, items } = await readAsMember(chat, actor, roomId, async () => {
    const pins = (await chat.kv.get(keys.pins(roomId))).value ?? [];
    const entries = await chat.kv.getMany(pins.map(({ seq }) => keys.item(roomId, seq)));
    return { pins, items: entries.map(({ value }) => value) };
  });
  const standing = items.filter((item): item is MessageItem => item?.kind === "message" && item.pinned === true);
  const messages = new Map<number, ChatMessage>();
  for (const event of await withAuthors(chat, roomId, standing)) {
    if (event.type === "chat_message") messages.set(event.seq, event);
  }
  const people = await chat.directory.many(pins.map(({ by }) => by));
  return pins.flatMap(({ seq, by, at }) => {
    const message = messages.get(seq);
    const person = people.get(by);
    if (message === undefined || person === undefined) return [];
    return [{ message, by: person, at: new Date(at).toISOString() }];
  }).reverse();
}
