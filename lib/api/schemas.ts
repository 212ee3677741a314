/** Schemas of requests. Fields of accounts and messages are those of chat/people/fields.ts and protocol/commands.ts. */
import * as v from "valibot";
import type { ErrorCode } from "../base/errors.ts";
import { content, draftContent, emoji, EMPTY, eventId, messageEntries, saysSomething } from "../protocol/commands.ts";
import { signInInput } from "../chat/people/accounts.ts";
import * as fields from "../chat/people/fields.ts";
import { deletionInput } from "../chat/people/deletion.ts";
import { recoverInput, recoveryCodesInput } from "../chat/sign_in/recovery.ts";
import { INVITERS, REGISTRATIONS } from "../protocol/joining.ts";
import { LEVELS } from "../protocol/settings.ts";
import { LIMITS } from "../protocol/limits.ts";

/** No query and no body. */
export const NOTHING = v.strictObject({});

const text = v.string("must be a string");
const id = v.pipe(text, v.minLength(1, "must not be empty"), v.maxLength(64, "must have at most 64 characters"));
const role = v.picklist(["owner", "moderator", "member"], "must be owner, moderator or member");
const roomKind = v.picklist(["public", "private"], "must be public or private");
const wholeNumber = v.pipe(
  v.number("must be a number"),
  v.safeInteger("must be a whole number"),
  v.minValue(0, "must be at least 0"),
);
const yesNo = v.boolean("must be true or false");

/** The parameters of paths. */
export const params = {
  room_id: id,
  user_id: id,
  message_id: id,
  session_id: id,
  file_id: id,
  report_id: id,
  code: id,
  emoji,
} as const;

/** The error for a path parameter that cannot be an id: nothing has such an id. */
export const MISSING: Readonly<Record<string, ErrorCode>> = {
  room_id: "no_such_room",
  user_id: "no_such_user",
  message_id: "no_such_message",
  session_id: "not_found",
  file_id: "no_such_file",
  report_id: "not_found",
  code: "not_found",
};

/**
 * States a schema's bounds for the documentation, where the conversion would leave out a bound that is checked. A test
 * sends values at each bound that is stated here.
 */
function says<Input>(json: Record<string, unknown>): v.MetadataAction<Input, { json: Record<string, unknown> }> {
  return v.metadata({ json });
}

/** 1 to `most` characters once white space around it is cut off. */
function trimmedText(most: number, description: string) {
  return says<string>({ type: "string", pattern: `^\\s*\\S(?:[\\s\\S]{0,${most - 2}}\\S)?\\s*$`, description });
}

// ---- queries: everything arrives as text

const digits = (pattern: RegExp) => v.pipe(v.string("must be given once"), v.regex(pattern, "must be a whole number"));

/** The largest number of 15 digits: JavaScript keeps every whole number up to it exactly. */
const MOST_DIGITS = 999_999_999_999_999;

/** A page's size; a number out of range is clamped, not refused. */
function pageLimit(most: number, normally: number) {
  const schema = v.pipe(
    digits(/^-?\d{1,15}$/),
    says({
      type: "integer",
      minimum: -MOST_DIGITS,
      maximum: MOST_DIGITS,
      default: normally,
      description: `From 1 to ${most}; a number outside counts as the nearest of these.`,
    }),
    v.transform((given) => Math.max(1, Math.min(Number(given), most))),
  );
  return v.optional(schema, String(normally));
}

const seq = v.pipe(
  digits(/^\d{1,15}$/),
  says({ type: "integer", minimum: 0, maximum: MOST_DIGITS }),
  v.transform(Number),
);

const flag = v.pipe(
  v.picklist(["1", "true", "0", "false"], "must be true or false"),
  says({ type: "boolean" }),
  v.transform((given) => given === "1" || given === "true"),
);

const most = 100;
const reason = v.pipe(text, v.maxLength(LIMITS.reason, `must have at most ${LIMITS.reason} characters`));

/** Ids of users: the parameter may be repeated, hold commas, or both. */
const userIds = v.pipe(
  v.union([v.string(), v.array(v.string())], "is missing"),
  says({ type: "array", items: { type: "string", minLength: 1, maxLength: 64 }, minItems: 1, maxItems: most }),
  v.transform((given) => [...new Set([given].flat().flatMap((one) => one.split(",")).filter((one) => one !== ""))]),
  v.minLength(1, "must name at least one user"),
  v.maxLength(most, `must name at most ${most} users`),
  v.everyItem((one) => one.length <= 64, "must be ids of at most 64 characters"),
);

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).format() !== "";
  } catch {
    return false;
  }
}

const cursor = v.optional(
  v.pipe(
    text,
    v.maxLength(100, "must be that of the page before"),
    says({ type: "string", maxLength: 100, description: "The cursor of the page before; nothing else is taken." }),
  ),
);

export const queries = {
  rooms: v.strictObject({ browse: v.optional(flag), after: v.optional(id), limit: pageLimit(100, 50) }),
  members: v.strictObject({ after: v.optional(id), limit: pageLimit(500, 100) }),
  reactors: v.strictObject({ after: v.optional(id), limit: pageLimit(100, 50) }),
  removal: v.strictObject({ ban: v.optional(flag), reason: v.optional(reason), confirm: v.optional(flag) }),
  reason: v.strictObject({ reason: v.optional(reason) }),
  invitations: v.strictObject({ after: v.optional(id) }),
  reports: v.strictObject({ room_id: v.optional(id), after: v.optional(id) }),
  audit: v.strictObject({ before: v.optional(id), limit: pageLimit(500, 100) }),
  users: v.strictObject({
    query: v.optional(v.pipe(text, v.maxLength(50, "must have at most 50 characters"))),
    limit: pageLimit(50, 20),
  }),
  status: v.strictObject({ user_id: userIds }),
  history: v.strictObject({
    limit: pageLimit(LIMITS.page, 50),
    before: v.optional(seq),
    after: v.optional(seq),
    include: v.optional(v.picklist(["system"], "must be system")),
  }),
  events: v.strictObject({ after: v.optional(seq), limit: pageLimit(LIMITS.page, LIMITS.page) }),
  search: v.strictObject({
    q: v.pipe(
      v.string("must be what to search for"),
      v.maxLength(LIMITS.search, `must have at most ${LIMITS.search} characters`),
      v.check((given) => given.isWellFormed(), "must be valid Unicode"),
      says({ pattern: "\\S", description: "Words, phrases in quotes, from:, in:, has:, before:, after:, on:." }),
    ),
    cursor,
    limit: pageLimit(50, 20),
    zone: v.optional(
      v.pipe(
        text,
        v.maxLength(64),
        v.check(isTimeZone, "must be a time zone such as Europe/London"),
        says({ type: "string", maxLength: 64, description: "An IANA time zone, such as Europe/London." }),
      ),
      "UTC",
    ),
  }),
  latest: v.strictObject({ limit: pageLimit(LIMITS.page, 50) }),
  mentions: v.strictObject({ cursor, limit: pageLimit(LIMITS.page, 50) }),
  upload: v.strictObject({
    name: v.pipe(text, v.maxLength(1_000, "must have at most 1000 characters")),
  }),
  file: v.strictObject({ download: v.optional(flag) }),
  bookmarks: v.strictObject({
    before: v.optional(v.pipe(text, v.isoTimestamp("must be a time of ISO 8601, such as 2026-01-31T12:00:00.000Z"))),
    limit: pageLimit(LIMITS.page, 50),
  }),
  direct: v.strictObject({ user_id: id, limit: pageLimit(LIMITS.page, 50), before: v.optional(seq) }),
};

// ---- bodies

const MESSAGE = { pattern: "\\S", description: "Counted in UTF-16 code units; something of it must be visible." };

const newPassword = v.pipe(
  text,
  says({
    type: "string",
    minLength: LIMITS.password_min,
    maxLength: LIMITS.password_max_bytes,
    description: "At most 1,024 bytes in UTF-8, and none of the commonest passwords.",
  }),
  fields.newPassword,
);
const displayName = v.pipe(
  text,
  trimmedText(LIMITS.display_name, "Of any script; nothing invisible, and nothing that turns the direction of text."),
  fields.displayName,
);

function upTo(most: number, least = 0) {
  return v.pipe(
    v.number("must be a number"),
    v.safeInteger("must be a whole number"),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );
}

const roomName = v.pipe(text, trimmedText(LIMITS.room_name, "Nothing invisible, no control characters."));
const messageContent = v.pipe(content, says({ type: "string", maxLength: LIMITS.content, ...MESSAGE }));
const topic = v.pipe(text, v.maxLength(LIMITS.topic, `must have at most ${LIMITS.topic} characters`));

const uses = v.pipe(
  v.number("must be a number"),
  v.safeInteger("must be a whole number"),
  v.minValue(1, "must be at least 1"),
  v.maxValue(1_000, "must be at most 1000"),
);
const lasting = v.pipe(
  v.number("must be a number"),
  v.safeInteger("must be a whole number"),
  v.minValue(60, "must be at least 60"),
  v.maxValue(31_536_000, "must be at most 31536000, a year"),
);

export const bodies = {
  register: v.strictObject({
    // not changed to lower case here: the spelling as typed becomes the display name
    username: v.pipe(text, v.regex(/^[A-Za-z0-9_.-]{1,32}$/, "must be 1-32 characters out of a-z 0-9 _ . -")),
    password: newPassword,
    display_name: v.optional(displayName),
    setup_code: v.optional(fields.code),
    invitation: v.optional(fields.code),
  }),
  login: v.strictObject({ ...signInInput.entries, tokens: v.optional(yesNo, false) }),
  refresh: v.strictObject({ refresh_token: v.pipe(text, v.maxLength(200, "must have at most 200 characters")) }),
  profile: v.pipe(
    v.strictObject({
      display_name: v.optional(displayName),
      color: v.optional(fields.color),
      current_password: v.optional(fields.password),
      new_password: v.optional(newPassword),
    }),
    says({ dependentRequired: { current_password: ["new_password"], new_password: ["current_password"] } }),
  ),
  invitation: v.strictObject({ uses: v.optional(uses, 1), expires_in_s: v.optional(lasting, 604_800) }),
  invitationChanges: v.strictObject({ uses: v.optional(uses), expires_in_s: v.optional(lasting) }),
  inviteLink: v.strictObject({ for: v.optional(v.picklist(["link", "qr"], "must be link or qr"), "link") }),
  server: v.strictObject({
    name: v.optional(displayName),
    registration: v.optional(v.picklist(REGISTRATIONS, "must be open, invite or closed")),
    inviting: v.optional(v.picklist(INVITERS, "must be admins or everyone")),
  }),
  createRoom: v.strictObject({ name: roomName, topic: v.optional(topic), kind: v.optional(roomKind, "public") }),
  updateRoom: v.strictObject({
    name: v.optional(roomName),
    topic: v.optional(topic),
    kind: v.optional(roomKind),
    read_only: v.optional(yesNo),
    retention_days: v.optional(upTo(36_500)),
    edit_minutes: v.optional(upTo(5_256_000)),
  }),
  recoveryCodes: recoveryCodesInput,
  recover: v.strictObject({ ...recoverInput.entries, new_password: newPassword }),
  deletion: deletionInput,
  report: v.strictObject({
    reason: v.pipe(
      reason,
      says({ type: "string", pattern: "\\S", maxLength: LIMITS.reason, description: "What is wrong, in a sentence." }),
    ),
  }),
  handleReport: v.strictObject({
    outcome: v.picklist(["dismissed", "removed", "muted", "banned"], "must be dismissed, removed, muted or banned"),
  }),
  mute: v.strictObject({ minutes: v.optional(upTo(525_600, 1)), reason: v.optional(reason) }),
  direct: v.strictObject({ user_id: id }),
  addMember: v.pipe(
    v.strictObject({ user_id: v.optional(id), role: v.optional(role) }),
    says({ dependentRequired: { role: ["user_id"] } }),
  ),
  setRole: v.strictObject({ role }),
  send: v.pipe(
    v.strictObject({ ...messageEntries, reply_to: v.optional(id) }),
    v.forward(v.check((message) => saysSomething(message), EMPTY), ["content"]),
    says({ anyOf: [{ required: ["files"] }, { properties: { content: { pattern: MESSAGE.pattern } } }] }),
  ),
  edit: v.strictObject({ content: messageContent }),
  level: v.strictObject({ level: v.nullable(v.picklist(LEVELS, "must be all, mentions or nothing")) }),
  draft: v.strictObject({
    content: draftContent,
    reply_to: v.optional(v.nullable(eventId)),
    at: v.optional(wholeNumber),
  }),
  markRead: v.strictObject({ seq: wholeNumber, unread: v.optional(yesNo, false) }),
};
