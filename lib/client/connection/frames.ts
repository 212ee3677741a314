/** Decodes what the socket hears (SPEC.md, S). Unknown types and fields are ignored, so that old clients outlive new servers. */
import * as v from "../decode.ts";
import {
  anyEvent,
  errorBody,
  flag,
  integer,
  me,
  page,
  room,
  type SequencedEvent,
  settings,
  string,
  user,
} from "./schemas.ts";

const blocked = v.exactOptional(v.array(string));
const present = { present: v.array(user), present_count: integer };
function message<const Type extends string, Fields extends v.Fields>(type: Type, fields: Fields) {
  return v.object({ type: v.literal(type), ...fields });
}

/** Frames of the user stream: about this user alone. */
function userChange<const Change extends string, Fields extends v.Fields>(change: Change, fields: Fields) {
  return message("user", { change: v.literal(change), ...fields });
}

const userFrame = v.variant("change", [
  userChange("room", { room }),
  userChange("room_removed", { room_id: string }),
  userChange("read", {
    room_id: string,
    read_seq: integer,
    read_messages: integer,
    mentions: v.exactOptional(v.array(integer)),
    unshown: v.exactOptional(v.array(integer)),
  }),
  userChange("trimmed", {
    room_id: string,
    floor: integer,
    messages: integer,
  }),
  userChange("mention", {
    room_id: string,
    message_id: string,
    seq: integer,
    user_id: v.exactOptional(string),
    mentioned: flag,
  }),
  userChange("bookmark", {
    room_id: string,
    message_id: string,
    marked: flag,
  }),
  userChange("draft", {
    room_id: string,
    content: string,
    reply_to: v.exactOptional(string),
    at: integer,
  }),
  userChange("profile", { user: me }),
  userChange("snapshot", { rooms: v.array(room), settings, blocked }),
  userChange("block", { user_id: string, blocked: flag }),
  userChange("settings", { settings }),
]);

const errorFrame = message("error", { error: errorBody });
const otherFrame = v.variant("type", [
  message("hello", {
    epoch: string,
    heartbeat_ms: v.check((ms): ms is number => Number.isSafeInteger(ms) && Number(ms) >= 1_000),
    user: me,
    rooms: v.array(room),
    settings,
    blocked,
    limits: v.exactOptional(v.object({ file_bytes: v.exactOptional(integer) })),
    features: v.optional(v.array(string), []),
    server_time: string,
  }),
  message("snapshot", {
    room_id: string,
    room,
    cursor: string,
    ...page.entries,
    ...present,
  }),
  message("resumed", { room_id: string, room, ...present }),
  message("reset", { room_id: string, reason: string }),
  message("unsubscribed", { room_id: string, reason: string }),
  message("presence", {
    room_id: string,
    online: v.array(user),
    offline: v.array(string),
    present_count: integer,
  }),
  message("typing", { room_id: string, users: v.array(user) }),
  message("room_activity", {
    room_id: string,
    seq: integer,
    messages: integer,
    unshown: v.exactOptional(v.array(integer)),
    timestamp: string,
  }),
  message("user_updated", { user }),
  errorFrame,
]);
const reply = v.looseObject({ re: integer, error: v.exactOptional(errorBody) });

export type ServerMessage = v.Decoded<typeof userFrame> | v.Decoded<typeof otherFrame>;
export type Snapshot = Extract<ServerMessage, { type: "snapshot" }>;
export type Incoming =
  | { kind: "reply"; reply: v.Decoded<typeof reply> }
  | { kind: "event"; event: SequencedEvent }
  | { kind: "message"; message: ServerMessage };

/** Decodes one text frame: one JSON object, or several, one a line (D10). Leaves out objects that it cannot read. */
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
  const decode: v.Decoder<ServerMessage> = "type" in value && value.type === "user" ? userFrame : otherFrame;
  const result = v.safeParse(decode, value);
  return result.success ? { kind: "message", message: result.output } : undefined;
}
