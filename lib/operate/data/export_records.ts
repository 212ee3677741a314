/**
 * The required shape of imported records. Further fields are kept; families that are missing here may have any value.
 */
import * as v from "valibot";
import type { Family } from "../../store/keys.ts";

const text = v.string();
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const seq = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const eventId = v.pipe(text, v.regex(/^\d{1,15}-[0-9a-z]{8}$/));
const roomKind = v.picklist(["public", "private", "direct"]);
const event = { seq, id: eventId, user_id: text, at: count };
const item = { ...event, messages: count };

/** Who put somebody into a room. */
const added = v.looseObject({ by: text, direct: v.optional(v.literal(true)) });

const RECORDS: Partial<Record<Family, v.GenericSchema>> = {
  user: v.looseObject({
    id: text,
    username: v.pipe(text, v.maxLength(64)),
    display_name: text,
    color: v.pipe(text, v.regex(/^#[0-9a-fA-F]{6}$/)),
    password_hash: text,
    admin: v.boolean(),
    created_at: count,
  }),
  username: text,
  to_join: v.literal(true),
  first_admin: text,
  room: v.looseObject({ id: text, kind: roomKind, name: text, topic: text, created_by: text, created_at: count }),
  public_room: v.literal(true),
  direct: text,
  head: v.looseObject({
    seq: count,
    id: text,
    floor: count,
    messages: count,
    members: count,
    owners: count,
    at: count,
  }),
  member: v.looseObject({ user_id: text, role: text, since: count, added: v.optional(added) }),
  joined: v.union([v.literal(true), added]),
  read: v.looseObject({ seq: count, messages: count }),
  item: v.pipe(
    v.looseObject({ ...item, kind: text }),
    v.check(({ kind, content }) => kind !== "message" || typeof content === "string", "a message has a content"),
  ),
  change: v.looseObject({ ...event, kind: text, target: eventId }),
  revision: v.looseObject({ content: text, at: count }),
  reacted: v.array(text),
  // the id is a part of the names that its bytes have outside
  file: v.looseObject({
    id: v.pipe(text, v.regex(/^[\w-]{1,64}$/)),
    owner: text,
    size: count,
    state: v.picklist(["uploading", "uploaded", "attached", "avatar", "gone"]),
    store: v.picklist(["kv", "s3"]),
  }),
};

export function recordSchema(family: Family): v.GenericSchema {
  return RECORDS[family] ?? v.unknown();
}
