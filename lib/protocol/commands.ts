/** The commands of clients: their schemas, and decoding them (SPEC.md, C). Browser-safe. */
import * as v from "valibot";
import { ChatError } from "../base/errors.ts";
import { LEVELS } from "./settings.ts";
import { LIMITS } from "./limits.ts";
import { NO_NUL, nulFieldOf } from "./text/nul.ts";
import { isBlank } from "./text/visible.ts";

const commandId = v.union([v.pipe(v.string(), v.maxLength(64)), v.pipe(v.number(), v.safeInteger())]);
const roomId = v.union([
  v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  // clients of some simpler chat servers send a room's number: it is looked up like any other id
  v.pipe(v.number(), v.safeInteger(), v.transform(String)),
]);
const userId = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
export const eventId = v.pipe(
  v.string(),
  v.regex(/^\d{1,15}-[0-9a-z]{8}$/, "must be an event's id, such as 17-x3k9q2ab"),
);
const seq = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const cursor = v.pipe(v.string(), v.maxLength(100));
const limit = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** More accents on one letter than any script has, or more invisible characters in a row than an emoji is made of. */
const FLOOD = /\p{M}{13}|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]{9}/u;

function floods(text: string): boolean {
  // the cheap test first: most texts are plain
  return BEYOND_LATIN.test(text) && FLOOD.test(text);
}
const BEYOND_LATIN = /[\u00ad\u0300-\uffff]/;

/** Valid Unicode (no lone surrogates), at most 4,000 UTF-16 code units. */
const text = v.pipe(
  v.string("must be a string"),
  v.maxLength(LIMITS.content, `must have at most ${LIMITS.content} characters`),
  v.check((text) => text.isWellFormed(), "must be valid Unicode (it has a lone surrogate)"),
  v.check((text) => !floods(text), "must not pile up accents or invisible characters"),
);

export const EMPTY = "must not be empty: something of it must be visible";

/** A text of which something is visible. */
export const content = v.pipe(text, v.check((text) => !isBlank(text), EMPTY));

/** Ids of uploads (POST /api/files), each once. */
const files = v.pipe(
  v.array(v.pipe(v.string("must be a string"), v.regex(/^[0-9a-z]{24}$/, "must be a file's id")), "must be a list"),
  v.minLength(1, "must not be empty"),
  v.maxLength(LIMITS.files, `must name at most ${LIMITS.files} files`),
  v.check((ids) => new Set(ids).size === ids.length, "must name each file once"),
);

/** A draft's text: it may be empty, or longer than a message may be. */
export const draftContent = v.pipe(
  v.string("must be a string"),
  v.maxLength(LIMITS.draft, `must have at most ${LIMITS.draft} characters`),
  v.check((text) => text.isWellFormed(), "must be valid Unicode (it has a lone surrogate)"),
);

export const clientId = v.pipe(
  v.string("must be a string"),
  v.regex(/^[\x21-\x7e]{1,64}$/, "must be 1-64 printable ASCII characters without spaces"),
);

/** One emoji or short code: at most 32 UTF-16 code units, without white space, controls or lone invisible characters. */
export const emoji = v.pipe(
  v.string("must be a string"),
  v.maxLength(32, "must be one emoji, such as 👍"),
  // a joiner, or the tags of a flag, may only follow a visible character
  v.regex(
    /^[^\s\p{Cc}\p{Cf}\p{Cs}\p{Co}](?:[^\s\p{Cc}\p{Cf}\p{Cs}\p{Co}]|[\u200d\u{e0020}-\u{e007f}])*$/u,
    "must be one emoji, such as 👍",
  ),
  v.check((text) => !isBlank(text), "must be one emoji, such as 👍"),
);

/** The fields of a message: a text, or files with or without a text. */
export const messageEntries = { content: text, client_id: v.optional(clientId), files: v.optional(files) };

export function saysSomething({ content, files }: { content: string; files?: string[] | undefined }): boolean {
  return files !== undefined || !isBlank(content);
}

const base = { id: v.optional(commandId) };
const inRoom = { ...base, room_id: roomId };

/** Every command's schema, by its type. */
export const commandSchemas = {
  join_room: v.strictObject({
    type: v.literal("join_room"),
    ...inRoom,
    /** `<epoch>:<event id>`: resume after that event. */
    since: v.optional(v.pipe(v.string(), v.maxLength(100))),
  }),
  unsubscribe: v.strictObject({ type: v.literal("unsubscribe"), ...inRoom }),
  leave_room: v.strictObject({ type: v.literal("leave_room"), ...inRoom }),
  chat_message: v.pipe(
    v.strictObject({
      type: v.literal("chat_message"),
      ...inRoom,
      ...messageEntries,
      reply_to: v.optional(eventId),
    }),
    v.forward(v.check((message) => saysSomething(message), EMPTY), ["content"]),
  ),
  edit_message: v.strictObject({ type: v.literal("edit_message"), ...inRoom, message_id: eventId, content }),
  delete_message: v.strictObject({
    type: v.literal("delete_message"),
    ...inRoom,
    message_id: eventId,
    reason: v.optional(v.pipe(v.string(), v.maxLength(LIMITS.reason))),
  }),
  pin_message: v.strictObject({ type: v.literal("pin_message"), ...inRoom, message_id: eventId }),
  unpin_message: v.strictObject({ type: v.literal("unpin_message"), ...inRoom, message_id: eventId }),
  react: v.strictObject({
    type: v.literal("react"),
    ...inRoom,
    message_id: eventId,
    emoji,
    op: v.optional(v.picklist(["add", "remove"]), "add"),
  }),
  block_user: v.strictObject({ type: v.literal("block_user"), ...base, user_id: userId }),
  unblock_user: v.strictObject({ type: v.literal("unblock_user"), ...base, user_id: userId }),
  mark_read: v.strictObject({
    type: v.literal("mark_read"),
    ...inRoom,
    seq,
    /** True lets the mark move back ("mark unread"). */
    unread: v.optional(v.boolean(), false),
  }),
  typing: v.strictObject({ type: v.literal("typing"), ...inRoom, typing: v.optional(v.boolean(), true) }),
  history: v.strictObject({
    type: v.literal("history"),
    ...inRoom,
    before: v.optional(seq),
    after: v.optional(seq),
    limit: v.optional(limit, 50),
  }),
  /** Messages that call me, newest first. */
  mentions: v.strictObject({
    type: v.literal("mentions"),
    ...base,
    cursor: v.exactOptional(cursor),
    limit: v.optional(limit, 50),
  }),
  bookmark: v.strictObject({
    type: v.literal("bookmark"),
    ...inRoom,
    message_id: eventId,
    op: v.optional(v.picklist(["add", "remove"]), "add"),
  }),
  bookmarks: v.strictObject({
    type: v.literal("bookmarks"),
    ...base,
    before: v.optional(v.pipe(v.string(), v.isoTimestamp("must be a time of ISO 8601"))),
    limit: v.optional(limit, 50),
  }),
  set_level: v.strictObject({
    type: v.literal("set_level"),
    ...inRoom,
    /** null: the level of the person's settings. */
    level: v.nullable(v.picklist(LEVELS)),
  }),
  /** Whether the person is looking at this page; sent again every four minutes while they are. */
  active: v.strictObject({ type: v.literal("active"), ...base, active: v.boolean() }),
  draft: v.strictObject({ type: v.literal("draft"), ...inRoom }),
  save_draft: v.strictObject({
    type: v.literal("save_draft"),
    ...inRoom,
    content: draftContent,
    reply_to: v.optional(v.nullable(eventId)),
    at: v.optional(seq),
  }),
  /** A fresh access token, for a socket that was opened with an access token. */
  reauthenticate: v.strictObject({
    type: v.literal("reauthenticate"),
    ...base,
    token: v.pipe(v.string(), v.minLength(1), v.maxLength(2_000)),
  }),
  ping: v.strictObject({ type: v.literal("ping"), ...base }),
} as const;

export type CommandType = keyof typeof commandSchemas;
export type Command = { [T in CommandType]: v.InferOutput<typeof commandSchemas[T]> }[CommandType];
export type CommandId = v.InferOutput<typeof commandId>;

export type Decoded =
  | { ok: true; command: Command }
  /** `id` is set where it could be read, so that the refusal can name it. */
  | { ok: false; id: CommandId | undefined; error: ChatError };

const EXAMPLE = '{"type":"chat_message","room_id":"general","content":"Hello"}';

/** Decodes one text frame. Never throws. */
export function decodeCommand(text: string): Decoded {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return refused("bad_frame", `A frame must be one JSON object, for example ${EXAMPLE}`);
  }
  if (typeof frame !== "object" || frame === null || Array.isArray(frame)) {
    return refused("bad_frame", `A frame must be one JSON object, for example ${EXAMPLE}`);
  }
  const nul = nulFieldOf(text, frame);
  const id = "id" in frame && v.is(commandId, frame.id) ? frame.id : undefined;
  if (nul !== undefined) {
    const error = new ChatError("invalid", `${JSON.stringify(nul)} ${NO_NUL}`, { field: nul });
    return { ok: false, id, error };
  }
  const type = "type" in frame ? frame.type : undefined;
  if (typeof type !== "string" || !isCommandType(type)) {
    return refused(
      "unknown_command",
      `"type" must be one of ${Object.keys(commandSchemas).join(", ")}; for example ${EXAMPLE}`,
      id,
    );
  }
  const result = v.safeParse<typeof commandSchemas[CommandType]>(commandSchemas[type], frame, { abortEarly: true });
  if (result.success) return { ok: true, command: result.output };
  const issue = result.issues[0];
  const field = v.getDotPath(issue) ?? undefined;
  return {
    ok: false,
    id,
    error: new ChatError("invalid", `${type}: ${issueText(field, issue)}`, field === undefined ? {} : { field }),
  };
}

function isCommandType(type: string): type is CommandType {
  return Object.hasOwn(commandSchemas, type);
}

function refused(code: "bad_frame" | "unknown_command", message: string, id?: CommandId): Decoded {
  return { ok: false, id, error: new ChatError(code, message) };
}

/** One sentence on one issue of a schema: `"content" must not be empty`. */
export function issueText(field: string | undefined, issue: v.BaseIssue<unknown>): string {
  const name = field === undefined ? "it" : JSON.stringify(field);
  if (issue.expected === "never") return `${name} is not a field of this; remove it`;
  if (issue.input === undefined) return `${name} is missing`;
  return issue.message.startsWith("must") ? `${name} ${issue.message}` : `${name} is not valid: ${issue.message}`;
}
