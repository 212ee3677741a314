/** Schemas of the answers: the same shapes as in model.ts. Clients ignore fields that they do not know. */
import * as v from "valibot";
import { ERROR_STATUS } from "../base/errors.ts";
import { INVITERS, REGISTRATIONS } from "../protocol/joining.ts";
import { settingsFields } from "../protocol/settings_schema.ts";

const text = v.string();
const time = v.pipe(v.string(), v.isoTimestamp());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const role = v.picklist(["owner", "moderator", "member"]);
const roomKind = v.picklist(["public", "private", "direct"]);
const yes = v.optional(v.literal(true));

const userEntries = { id: text, username: text, display_name: text, color: text, avatar: v.optional(text) };
export const user = v.object(userEntries);
export const me = v.object({ ...userEntries, admin: v.boolean() });
export const settings = v.object(settingsFields);
export const member = v.object({ ...userEntries, role, online: v.boolean(), muted_until: v.optional(time) });

export const tokens = v.object({
  access_token: text,
  token_type: v.literal("Bearer"),
  /** Seconds. */
  expires_in: count,
  refresh_token: text,
});
export const session = v.object({
  id: text,
  kind: v.picklist(["cookie", "tokens"]),
  current: v.boolean(),
  created_at: time,
  last_seen_at: time,
  expires_at: time,
  user_agent: text,
  address: text,
});
export const invitation = v.object({
  code: text,
  uses_left: count,
  expires_at: time,
  created_by: text,
  /** The ids of those who came by it. */
  people: v.array(text),
});
export const firstSteps = v.object({
  invite: v.nullable(v.boolean()),
  picture: v.boolean(),
  room: v.boolean(),
  notifications: v.boolean(),
});
export const server = v.object({
  name: text,
  picture: v.nullable(text),
  registration: v.picklist(REGISTRATIONS),
  inviting: v.picklist(INVITERS),
  set_up: v.boolean(),
  locked: v.array(v.picklist(["registration"])),
});

export const room = v.object({
  id: text,
  kind: roomKind,
  name: text,
  topic: text,
  created_at: time,
  role: v.nullable(role),
  members: count,
  seq: count,
  active_at: time,
  messages: count,
  read_seq: count,
  read_messages: count,
  mentions: v.optional(v.array(count)),
  unshown: v.optional(v.array(count)),
  with: v.optional(user),
  added_by: v.optional(user),
  read_only: yes,
  muted_until: v.optional(time),
  retention_days: v.optional(count),
  edit_minutes: v.optional(count),
  floor: v.optional(count),
});

export const reaction = v.object({ emoji: text, count });
/** A file's content. */
export const bytes = v.instance(ReadableStream<Uint8Array<ArrayBuffer>>);
export const file = v.object({
  id: text,
  name: text,
  type: text,
  size: count,
  width: v.optional(count),
  height: v.optional(count),
});
const base = {
  room_id: text,
  seq: count,
  id: text,
  user_id: text,
  username: text,
  display_name: text,
  color: text,
  avatar: v.optional(text),
  timestamp: time,
};
const calls = {
  mentions: v.optional(v.array(v.object({ user_id: text, username: text }))),
  mentions_room: v.optional(v.picklist(["here", "room"])),
};
export const message = v.object({
  type: v.literal("chat_message"),
  ...base,
  content: text,
  client_id: v.optional(text),
  reply_to: v.optional(text),
  files: v.optional(v.array(file)),
  edited_at: v.optional(time),
  deleted: yes,
  removed_by: v.optional(text),
  reason: v.optional(text),
  reactions: v.optional(v.array(reaction)),
  pinned: yes,
  ...calls,
});
/** Every kind of event in a room's sequence. */
export const event = v.variant("type", [
  message,
  v.object({
    type: v.literal("message_edited"),
    ...base,
    target: text,
    content: text,
    edited_at: v.optional(time),
    ...calls,
  }),
  v.object({
    type: v.literal("message_deleted"),
    ...base,
    target: text,
    removed_by: v.optional(text),
    reason: v.optional(text),
  }),
  v.object({
    type: v.literal("reaction"),
    ...base,
    target: text,
    emoji: text,
    op: v.picklist(["add", "remove"]),
    reactions: v.array(reaction),
  }),
  v.object({ type: v.literal("message_pinned"), ...base, message_id: text }),
  v.object({ type: v.literal("message_unpinned"), ...base, target: text }),
  v.object({ type: v.literal("join"), ...base, role, by: v.optional(text) }),
  v.object({ type: v.literal("leave"), ...base, by: v.optional(text), banned: yes }),
  v.object({ type: v.literal("role_changed"), ...base, role, by: text }),
  v.object({
    type: v.literal("member_muted"),
    ...base,
    by: text,
    muted_until: v.optional(time),
    reason: v.optional(text),
  }),
  v.object({
    type: v.literal("room_updated"),
    ...base,
    name: text,
    topic: text,
    kind: roomKind,
    created: yes,
    deleted: yes,
    read_only: yes,
    changed: v.optional(
      v.array(v.picklist(["name", "topic", "kind", "read_only", "retention_days", "edit_minutes"])),
    ),
  }),
]);

/** My reactions by message id. */
const mine = v.record(text, v.array(text));
export const page = v.object({ messages: v.array(event), has_more: v.boolean(), next: v.optional(count), mine });
export const sent = v.object({ id: text, seq: count, timestamp: time, duplicate: yes });
export const changed = v.object({ id: text, seq: count, changed: v.boolean() });
export const reacted = v.object({ ...changed.entries, reactions: v.array(reaction) });
export const readMark = v.object({
  read_seq: count,
  read_messages: count,
  mentions: v.optional(v.array(count)),
  unshown: v.optional(v.array(count)),
});
export const revision = v.object({ content: text, at: time });
export const pin = v.object({ message, by: user, at: time });
export const bookmark = v.object({ room_id: text, message_id: text, at: time, message: v.nullable(message) });
export const bookmarked = v.object({ changed: v.boolean() });
export const draft = v.object({ content: text, reply_to: v.optional(text), at: count });
export const replay = v.object({
  epoch: text,
  /** The room's last seq. */
  seq: count,
  events: v.array(event),
  has_more: v.boolean(),
});

export const searchPage = v.object({
  results: v.array(v.object({
    message,
    /** Where the searched words are in the message's text: UTF-16 code units, the end exclusive. */
    matches: v.array(v.tuple([count, count])),
    before: v.optional(message),
    after: v.optional(message),
  })),
  cursor: v.nullable(text),
  truncated: v.boolean(),
  behind: count,
});

export const report = v.object({
  id: text,
  room_id: text,
  message_id: text,
  author: user,
  reporter: user,
  reason: text,
  reported_at: time,
  /** The message's present text; null: deleted. */
  content: v.nullable(text),
});
export const auditEntry = v.object({
  id: text,
  at: time,
  /** A user's id, operator (deno task admin) or server. */
  actor: text,
  act: text,
  room_id: v.optional(text),
  user_id: v.optional(text),
  target: v.optional(text),
  reason: v.optional(text),
  detail: v.optional(text),
  address: v.optional(text),
});

const codes = Object.keys(ERROR_STATUS);
export const error = v.object({
  error: v.object({
    code: v.pipe(v.string(), v.check((code) => codes.includes(code)), v.metadata({ enum: codes })),
    message: text,
    field: v.optional(text),
    retry_after: v.optional(count),
  }),
});

/** The shapes that have a name in the documentation. */
export const named = {
  User: user,
  Me: me,
  Member: member,
  Tokens: tokens,
  Session: session,
  Invitation: invitation,
  Server: server,
  Room: room,
  File: file,
  Message: message,
  Event: event,
  MessagePage: page,
  Sent: sent,
  Changed: changed,
  Reacted: reacted,
  ReadMark: readMark,
  Revision: revision,
  Pin: pin,
  Bookmark: bookmark,
  Draft: draft,
  Replay: replay,
  SearchPage: searchPage,
  Report: report,
  AuditEntry: auditEntry,
  Error: error,
};

export { count, text, time };
