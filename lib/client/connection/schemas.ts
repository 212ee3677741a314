/** Schemas of users, rooms and events (SPEC.md, S), as REST and the socket send them. Unknown fields are ignored. */
import * as v from "../decode.ts";
import { readSettings } from "../../protocol/settings.ts";

export const string = v.string;
export const integer = v.integer;
export const flag = v.boolean;
/** Older servers do not send it; then the page keeps the value that it has. */
export const settings = v.exactOptional(readSettings);
const yes = v.literal(true);

export const user = v.object({
  id: string,
  username: string,
  display_name: string,
  color: string,
  avatar: v.exactOptional(string),
});
export const me = v.object({ ...user.entries, admin: v.optional(flag, false) });
export const role = v.picklist(["owner", "moderator", "member"]);
const roomKind = v.picklist(["public", "private", "direct"]);
export const room = v.object({
  id: string,
  kind: roomKind,
  name: string,
  topic: string,
  created_at: string,
  role: v.nullable(role),
  members: integer,
  seq: integer,
  active_at: string,
  messages: integer,
  read_seq: integer,
  read_messages: integer,
  mentions: v.exactOptional(v.array(integer)),
  unshown: v.exactOptional(v.array(integer)),
  with: v.exactOptional(user),
  added_by: v.exactOptional(user),
  read_only: v.exactOptional(yes),
  muted_until: v.exactOptional(string),
  retention_days: v.exactOptional(integer),
  edit_minutes: v.exactOptional(integer),
  floor: v.exactOptional(integer),
});
export const file = v.object({
  id: string,
  name: string,
  type: string,
  size: integer,
  width: v.exactOptional(integer),
  height: v.exactOptional(integer),
});
const reactions = v.array(v.object({ emoji: string, count: integer }));
export const mine = v.record(v.array(string));

/** The people whom a message mentions. */
const calls = {
  mentions: v.exactOptional(v.array(v.object({ user_id: string, username: string }))),
  mentions_room: v.exactOptional(v.picklist(["here", "room"])),
};

const base = {
  room_id: string,
  seq: integer,
  id: string,
  user_id: string,
  username: string,
  display_name: string,
  color: string,
  avatar: v.exactOptional(string),
  timestamp: string,
};

/** An event of a room's log. */
function event<const Type extends string, Fields extends v.Fields>(type: Type, fields: Fields) {
  return v.object({ type: v.literal(type), ...base, ...fields });
}

export const chatMessage = event("chat_message", {
  content: string,
  client_id: v.exactOptional(string),
  reply_to: v.exactOptional(string),
  files: v.exactOptional(v.array(file)),
  edited_at: v.exactOptional(string),
  deleted: v.exactOptional(yes),
  removed_by: v.exactOptional(string),
  reason: v.exactOptional(string),
  reactions: v.exactOptional(reactions),
  pinned: v.exactOptional(yes),
  ...calls,
});
const roomEvent = v.variant("type", [
  chatMessage,
  event("message_edited", {
    target: string,
    content: string,
    edited_at: v.exactOptional(string),
    ...calls,
  }),
  event("message_deleted", {
    target: string,
    removed_by: v.exactOptional(string),
    reason: v.exactOptional(string),
  }),
  event("reaction", {
    target: string,
    emoji: string,
    op: v.picklist(["add", "remove"]),
    reactions,
  }),
  event("message_pinned", { message_id: string }),
  event("message_unpinned", { target: string }),
  event("join", { role, by: v.exactOptional(string) }),
  event("leave", { by: v.exactOptional(string), banned: v.exactOptional(yes) }),
  event("role_changed", { role, by: string }),
  event("member_muted", {
    by: string,
    muted_until: v.exactOptional(string),
    reason: v.exactOptional(string),
  }),
  event("room_updated", {
    name: string,
    topic: string,
    kind: roomKind,
    created: v.exactOptional(yes),
    deleted: v.exactOptional(yes),
    read_only: v.exactOptional(yes),
    changed: v.exactOptional(
      v.array(v.picklist(["name", "topic", "kind", "read_only", "retention_days", "edit_minutes"])),
    ),
  }),
]);
/** An event of a type that a newer server knows and this client does not: not shown, but its seq counts. */
const laterEvent = v.object({ ...base, type: v.map(string, () => "later" as const) });
export const anyEvent = v.union(roomEvent, laterEvent);

export type SequencedEvent = v.Decoded<typeof anyEvent>;

/** A page of history, without events of types that this client does not know. */
export const page = v.object({
  events: v.map(v.array(anyEvent), (events) => events.filter((event) => event.type !== "later")),
  has_more: flag,
  mine: v.optional(mine, {}),
});
export type Page = v.Decoded<typeof page>;

export const errorBody = v.object({
  code: string,
  message: string,
  field: v.exactOptional(string),
  retry_after: v.exactOptional(v.number),
});
