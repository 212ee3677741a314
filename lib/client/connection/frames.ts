/** Decodes what the server sends (SPEC.md, S). Unknown types and fields are ignored, so that old clients outlive new servers. */
import * as v from "valibot";
import { readSettings } from "../../protocol/settings.ts";

export const string = v.string();
export const integer = v.pipe(v.number(), v.safeInteger());
export const flag = v.boolean();
/** Absent from servers before it: what this page has stays. */
export const settings = v.exactOptional(v.pipe(v.unknown(), v.transform(readSettings)));
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
export const mine = v.record(string, v.array(string));

/** Whom a message calls. */
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

export const chatMessage = v.object({
  type: v.literal("chat_message"),
  ...base,
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
  v.object({
    type: v.literal("message_edited"),
    ...base,
    target: string,
    content: string,
    edited_at: v.exactOptional(string),
    ...calls,
  }),
  v.object({
    type: v.literal("message_deleted"),
    ...base,
    target: string,
    removed_by: v.exactOptional(string),
    reason: v.exactOptional(string),
  }),
  v.object({
    type: v.literal("reaction"),
    ...base,
    target: string,
    emoji: string,
    op: v.picklist(["add", "remove"]),
    reactions,
  }),
  v.object({ type: v.literal("message_pinned"), ...base, message_id: string }),
  v.object({ type: v.literal("message_unpinned"), ...base, target: string }),
  v.object({ type: v.literal("join"), ...base, role, by: v.exactOptional(string) }),
  v.object({ type: v.literal("leave"), ...base, by: v.exactOptional(string), banned: v.exactOptional(yes) }),
  v.object({ type: v.literal("role_changed"), ...base, role, by: string }),
  v.object({
    type: v.literal("member_muted"),
    ...base,
    by: string,
    muted_until: v.exactOptional(string),
    reason: v.exactOptional(string),
  }),
  v.object({
    type: v.literal("room_updated"),
    ...base,
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
/** An event of a type from after this client's time: not shown, but it has its place in the sequence. */
const laterEvent = v.object({ ...base, type: v.pipe(string, v.transform(() => "later" as const)) });
const anyEvent = v.union([roomEvent, laterEvent]);

export type SequencedEvent = v.InferOutput<typeof anyEvent>;

/** A page of history. Events that this client does not know are left out. */
export const page = v.object({
  events: v.pipe(v.array(anyEvent), v.transform((events) => events.filter((event) => event.type !== "later"))),
  has_more: flag,
  mine: v.optional(mine, {}),
});
export type Page = v.InferOutput<typeof page>;

const blocked = v.exactOptional(v.array(string));
const present = { present: v.array(user), present_count: integer };
const outside = v.variant("type", [
  v.object({
    type: v.literal("hello"),
    epoch: string,
    heartbeat_ms: v.pipe(integer, v.minValue(1_000)),
    user: me,
    rooms: v.array(room),
    settings,
    blocked,
    limits: v.optional(v.object({ file_bytes: v.optional(integer) })),
    features: v.optional(v.array(string), []),
    server_time: string,
  }),
  v.object({
    type: v.literal("snapshot"),
    room_id: string,
    room,
    cursor: string,
    ...page.entries,
    ...present,
  }),
  v.object({ type: v.literal("resumed"), room_id: string, room, ...present }),
  v.object({ type: v.literal("reset"), room_id: string, reason: string }),
  v.object({ type: v.literal("unsubscribed"), room_id: string, reason: string }),
  v.object({
    type: v.literal("presence"),
    room_id: string,
    online: v.array(user),
    offline: v.array(string),
    present_count: integer,
  }),
  v.object({ type: v.literal("typing"), room_id: string, users: v.array(user) }),
  v.variant("change", [
    v.object({ type: v.literal("user"), change: v.literal("room"), room }),
    v.object({ type: v.literal("user"), change: v.literal("room_removed"), room_id: string }),
    v.object({
      type: v.literal("user"),
      change: v.literal("read"),
      room_id: string,
      read_seq: integer,
      read_messages: integer,
      mentions: v.exactOptional(v.array(integer)),
      unshown: v.exactOptional(v.array(integer)),
    }),
    v.object({
      type: v.literal("user"),
      change: v.literal("trimmed"),
      room_id: string,
      floor: integer,
      messages: integer,
    }),
    v.object({
      type: v.literal("user"),
      change: v.literal("mention"),
      room_id: string,
      message_id: string,
      seq: integer,
      user_id: v.exactOptional(string),
      mentioned: flag,
    }),
    v.object({
      type: v.literal("user"),
      change: v.literal("bookmark"),
      room_id: string,
      message_id: string,
      marked: flag,
    }),
    v.object({
      type: v.literal("user"),
      change: v.literal("draft"),
      room_id: string,
      content: string,
      reply_to: v.exactOptional(string),
      at: integer,
    }),
    v.object({ type: v.literal("user"), change: v.literal("profile"), user: me }),
    v.object({ type: v.literal("user"), change: v.literal("snapshot"), rooms: v.array(room), settings, blocked }),
    v.object({ type: v.literal("user"), change: v.literal("block"), user_id: string, blocked: flag }),
    v.object({ type: v.literal("user"), change: v.literal("settings"), settings }),
  ]),
  v.object({
    type: v.literal("room_activity"),
    room_id: string,
    seq: integer,
    messages: integer,
    unshown: v.exactOptional(v.array(integer)),
    timestamp: string,
  }),
  v.object({ type: v.literal("user_updated"), user }),
]);

export const errorBody = v.object({
  code: string,
  message: string,
  field: v.exactOptional(string),
  retry_after: v.exactOptional(v.number()),
});
const errorFrame = v.object({ type: v.literal("error"), error: errorBody });
const reply = v.looseObject({ re: integer, error: v.exactOptional(errorBody) });

export type ServerMessage = v.InferOutput<typeof outside> | v.InferOutput<typeof errorFrame>;
export type Snapshot = Extract<ServerMessage, { type: "snapshot" }>;
export type Incoming =
  | { kind: "reply"; reply: v.InferOutput<typeof reply> }
  | { kind: "event"; event: SequencedEvent }
  | { kind: "message"; message: ServerMessage };

/** Decodes one text frame: one JSON object, or several, one a line (D10). What cannot be read is left out. */
export function decodeFrame(data: unknown): Incoming[] {
  if (typeof data !== "string") return [];
  return data.split("\n").flatMap((line) => decodeLine(line) ?? []);
}

function decodeLine(line: string): Incoming | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  if ("re" in value) {
    const result = v.safeParse(reply, value);
    return result.success ? { kind: "reply", reply: result.output } : undefined;
  }
  if ("seq" in value && "id" in value) {
    const result = v.safeParse(anyEvent, value);
    return result.success ? { kind: "event", event: result.output } : undefined;
  }
  const result = v.safeParse(v.union([outside, errorFrame]), value);
  return result.success ? { kind: "message", message: result.output } : undefined;
}
