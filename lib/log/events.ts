/** Turns records into events: adds the people's names, and encodes each event once for all receivers (D2, D10). */
import type { EncodedEvent, MentionChange } from "../bus/bus.ts";
import type { Appended } from "./draft.ts";
import type { ChangeRecord, ItemRecord, Mention, MessageItem, RoomEvent, User } from "../protocol/model.ts";
import { normalEmoji } from "../protocol/text/emoji.ts";
import type { RoomCall } from "../protocol/text/mentions.ts";

/** Profiles by id; it holds everybody that `peopleOf` names. */
export type People = Pick<Map<string, User>, "get">;

/** The ids of the people whose names an event shows. */
export function peopleOf({ record, target }: Pick<Appended, "record" | "target">): string[] {
  const mentions = record.kind === "message" ? record.mentions : record.kind === "edit" ? target?.mentions : undefined;
  return mentions === undefined ? [record.user_id] : [record.user_id, ...mentions];
}

export function toEvent(
  roomId: string,
  record: ItemRecord | ChangeRecord,
  people: People,
  target?: MessageItem,
): RoomEvent {
  const base = baseOf(roomId, record, people);
  switch (record.kind) {
    case "message":
      return chatMessage(base, record, people);
    case "join":
      return { type: "join", ...base, role: record.role, ...(record.by === undefined ? {} : { by: record.by }) };
    case "leave":
      return {
        type: "leave",
        ...base,
        ...(record.by === undefined ? {} : { by: record.by }),
        ...(record.banned === undefined ? {} : { banned: true }),
      };
    case "role":
      return { type: "role_changed", ...base, role: record.role, by: record.by };
    case "pin":
      return { type: "message_pinned", ...base, message_id: record.message_id };
    case "mute":
      return {
        type: "member_muted",
        ...base,
        by: record.by,
        ...(record.until === undefined ? {} : { muted_until: new Date(record.until).toISOString() }),
        ...(record.reason === undefined ? {} : { reason: record.reason }),
      };
    case "room":
      return roomUpdated(base, record);
    case "edit":
      return {
        type: "message_edited",
        ...base,
        target: record.target,
        content: target?.content ?? "",
        ...editedAt(target),
        ...(target === undefined ? {} : calls(target, people)),
      };
    case "delete":
      return { type: "message_deleted", ...base, target: record.target, ...(target && removal(target)) };
    case "unpin":
      return { type: "message_unpinned", ...base, target: record.target };
    case "reaction":
      return {
        type: "reaction",
        ...base,
        target: record.target,
        emoji: normalEmoji(record.emoji),
        op: record.op,
        reactions: target?.reactions ?? [],
      };
  }
}

type EventBase = Omit<Extract<RoomEvent, { type: "leave" }>, "type" | "by" | "banned">;

function baseOf(room_id: string, { seq, id, user_id, at }: ItemRecord | ChangeRecord, people: People): EventBase {
  const { username, display_name, color, avatar } = personOf(people, user_id);
  return {
    room_id,
    seq,
    id,
    user_id,
    username,
    display_name,
    color,
    ...(avatar === undefined ? {} : { avatar }),
    timestamp: new Date(at).toISOString(),
  };
}

function chatMessage(base: EventBase, record: MessageItem, people: People): RoomEvent {
  return {
    type: "chat_message",
    ...base,
    content: record.content,
    ...(record.client_id === undefined ? {} : { client_id: record.client_id }),
    ...(record.reply_to === undefined ? {} : { reply_to: record.reply_to }),
    ...(record.files === undefined ? {} : { files: record.files }),
    ...editedAt(record),
    ...(record.deleted === undefined ? {} : { deleted: true, ...removal(record) }),
    ...(record.reactions === undefined ? {} : { reactions: record.reactions }),
    ...(record.pinned === undefined ? {} : { pinned: true }),
    ...calls(record, people),
  };
}

function roomUpdated(base: EventBase, record: Extract<ItemRecord, { kind: "room" }>): RoomEvent {
  return {
    type: "room_updated",
    ...base,
    name: record.name,
    topic: record.topic,
    kind: record.room_kind,
    ...(record.created === undefined ? {} : { created: true }),
    ...(record.deleted === undefined ? {} : { deleted: true }),
    ...(record.read_only === undefined ? {} : { read_only: true }),
    ...(record.changed === undefined ? {} : { changed: record.changed }),
  };
}

function editedAt(message: MessageItem | undefined): { edited_at?: string } {
  return message?.edited_at === undefined ? {} : { edited_at: new Date(message.edited_at).toISOString() };
}

/** Who removed a message and why; empty where the author did. */
function removal({ user_id, deleted }: MessageItem): { removed_by?: string; reason?: string } {
  if (deleted === undefined || deleted.by === user_id) return {};
  return { removed_by: deleted.by, ...(deleted.reason === undefined ? {} : { reason: deleted.reason }) };
}

function personOf(people: People, id: string): User {
  const user = people.get(id);
  if (user === undefined) throw new Error(`the directory returned no entry for user ${id}`);
  return user;
}

function calls(item: MessageItem, people: People): { mentions?: Mention[]; mentions_room?: RoomCall } {
  return {
    ...(item.mentions === undefined ? {} : {
      mentions: item.mentions.map((id) => ({ user_id: id, username: personOf(people, id).username })),
    }),
    ...(item.mentions_room === undefined ? {} : { mentions_room: item.mentions_room }),
  };
}

export function encode(roomId: string, { record, target, messages, after }: Appended, people: People): EncodedEvent {
  const event = toEvent(roomId, record, people, target);
  const mention = mentionChange(record, target);
  return {
    seq: event.seq,
    id: event.id,
    type: event.type,
    user_id: event.user_id,
    messages,
    line: JSON.stringify(event),
    ...("target" in event ? { target: event.target } : {}),
    ...(after === undefined ? {} : { after }),
    ...(mention === undefined ? {} : { mention }),
  };
}

/** Whom an event mentions, and whom it no longer mentions. */
function mentionChange(record: ItemRecord | ChangeRecord, target: MessageItem | undefined): MentionChange | undefined {
  const { kind } = record;
  const message = kind === "message" ? record : kind === "edit" || kind === "delete" ? target : undefined;
  if (message === undefined) return undefined;
  const { mentions, mentions_room } = message;
  const { unmentioned, unmentioned_room } = kind === "edit" || kind === "delete" ? record : {};
  if (mentions === undefined && mentions_room === undefined && !unmentioned && !unmentioned_room) return undefined;
  return {
    id: message.id,
    seq: message.seq,
    user_id: message.user_id,
    on: mentions_room === undefined ? mentions ?? [] : "room",
    // where the whole room is still mentioned, nobody's mention ends
    off: mentions_room !== undefined ? [] : unmentioned_room ? "room" : unmentioned ?? [],
  };
}
