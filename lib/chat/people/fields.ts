/** The fields of accounts: schemas and decoding. Each refusal names the field and says what is allowed. */
import * as v from "valibot";
import { ChatError } from "../../base/errors.ts";
import { COLORS } from "../../protocol/colors.ts";
import { issueText } from "../../protocol/commands.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { misleads } from "./misleading.ts";

const text = v.string("must be a string");

/** Names that would mislead: that of deleted users, and path segments that URLs drop. */
const RESERVED = new Set(["unknown", ".", ".."]);

/** Typed in any case, kept in lower case. */
export const username = v.pipe(
  text,
  v.regex(/^[A-Za-z0-9_.-]{1,32}$/, "must be 1-32 characters out of a-z 0-9 _ . -"),
  v.toLowerCase(),
  v.check((name) => !RESERVED.has(name), "must be another name: this one is reserved"),
);

/** Free text of any script, as typed but for white space around it and the form of its accents (NFC). */
export const displayName = v.pipe(
  text,
  v.check((name) => name.isWellFormed(), "must be valid Unicode (it has a lone surrogate)"),
  v.transform((name) => name.normalize("NFC")),
  v.check(
    (name) => !misleads(name), // checked before trimming, which would also remove a byte order mark
    "must not contain control, bidirectional, zero-width or other invisible characters, nor many accents on one letter",
  ),
  v.trim(),
  v.check((name) => {
    const length = [...name].length;
    return length >= 1 && length <= LIMITS.display_name;
  }, `must have 1-${LIMITS.display_name} characters`),
  v.check((name) => VISIBLE.test(name), "must have a visible character"),
);

/** A name must have one of these characters: combining marks alone are not visible. */
export const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

export const color = v.picklist(COLORS, `must be one of ${COLORS.join(", ")}`);

const passwordBytes = (password: string) => new TextEncoder().encode(password).length;

/** Any password that a request brings; a new one has to pass passwordProblem() too. */
export const password = v.pipe(
  text,
  v.maxLength(LIMITS.password_max_bytes, `must have at most ${LIMITS.password_max_bytes} bytes`),
  v.check(
    (one) => passwordBytes(one) <= LIMITS.password_max_bytes,
    `must have at most ${LIMITS.password_max_bytes} bytes`,
  ),
);

export const newPassword = v.pipe(
  password,
  v.check((one) => one.isWellFormed(), "must be valid Unicode (it has a lone surrogate)"),
  v.check((one) => [...one].length >= LIMITS.password_min, `must have at least ${LIMITS.password_min} characters`),
);

/** A moderator's reason, on one line; undefined where none was given. Throws `invalid`. */
export function reasonOf(text: string | undefined): string | undefined {
  const reason = text?.trim().replace(/\s+/g, " ").normalize("NFC") ?? "";
  if (reason.length > LIMITS.reason) throw invalid("reason", `must have at most ${LIMITS.reason} characters.`);
  if (!reason.isWellFormed() || misleads(reason)) {
    throw invalid("reason", "must not contain control, bidirectional or invisible characters.");
  }
  return reason === "" ? undefined : reason;
}

export const code = v.pipe(text, v.trim(), v.maxLength(100, "must have at most 100 characters"));

/** Decodes input. Throws `invalid` with the first field that is wrong. */
export function decode<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const field = v.getDotPath(issue) ?? undefined;
  throw new ChatError("invalid", `${issueText(field, issue)}.`, field === undefined ? {} : { field });
}

export function invalid(field: string, must: string): ChatError {
  return new ChatError("invalid", `${JSON.stringify(field)} ${must}`, { field });
}
