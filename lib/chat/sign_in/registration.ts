/** Making an account: who may, its name, and the server's first administrator. */
import * as v from "valibot";
import { isLocalMode } from "../../base/config/config.ts";
import { ChatError } from "../../base/errors.ts";
import { hashSecret, randomId } from "../../base/ids.ts";
import { change } from "../../store/change.ts";
import { type Key, keys } from "../../store/keys.ts";
import { type Put, put } from "../../store/kv.ts";
import type { User, UserRecord } from "../../protocol/model.ts";
import { COLORS } from "../../protocol/colors.ts";
import { countRegistration } from "./attempts.ts";
import type { Chat } from "../chat.ts";
import { isCommonPassword } from "./common_passwords.ts";
import { publicUser } from "../people/directory.ts";
import { code, decode, displayName, invalid, newPassword, username } from "../people/fields.ts";
import type { ClientInfo } from "./client.ts";

export const registerInput = v.strictObject({
  username,
  password: newPassword,
  display_name: v.optional(displayName),
  setup_code: v.optional(code),
  invitation: v.optional(code),
});
export type RegisterInput = v.InferInput<typeof registerInput>;

/** Many may register at once: the first administrator, and an invitation, are one key for all of them. */
const TRIES = 60;
const GENERAL = "general";

/**
 * Makes an account and joins it to `general`. Throws `invalid`, `username_taken`, `setup_code_required`,
 * `registration_closed`, `invitation_required`, `rate_limited` or `overloaded`.
 */
export async function register(chat: Chat, input: RegisterInput, client: ClientInfo): Promise<User> {
  const wanted = decode(registerInput, input);
  refuseWeakPassword(wanted.password, wanted.username, "password");
  await countRegistration(chat, client.address);
  const codes = { setup: wanted.setup_code, invitation: wanted.invitation };
  await admit(chat, wanted.username, codes); // what will be refused need not be hashed

  const id = randomId(20);
  const user: UserRecord = {
    id,
    username: wanted.username,
    display_name: wanted.display_name ?? String(input.username),
    color: colorOf(id),
    password_hash: await chat.passwords.hash(wanted.password),
    admin: false,
    created_at: chat.clock.now(),
  };
  const made = await commitUser(chat, user, codes);
  await joinGeneral(chat, made);
  return publicUser(made);
}

/** Throws `invalid` for what is guessed first. */
export function refuseWeakPassword(password: string, name: string, field: string): void {
  if (password.toLowerCase() === name) throw invalid(field, "must not be the username.");
  if (isCommonPassword(password)) {
    throw invalid(
      field,
      "must not be one of the commonest passwords: it would be guessed. Take a few unrelated words.",
    );
  }
}

interface Codes {
  setup: string | undefined;
  invitation: string | undefined;
}

/** The keys that a registration depends on: its commit checks that they have not changed. */
interface Admission {
  admin: boolean;
  checks: { key: Key<unknown>; versionstamp: string | null }[];
  set: Put[];
  delete: Key<unknown>[];
}

async function commitUser(chat: Chat, user: UserRecord, codes: Codes): Promise<UserRecord> {
  const name = keys.username(user.username);
  const { result } = await change(chat.kv, [name, keys.user(user.id)], async () => {
    const admission = await admit(chat, user.username, codes);
    const record = { ...user, admin: admission.admin };
    const made = put(keys.user(user.id), record);
    return {
      result: record,
      write: {
        checks: admission.checks,
        set: [
          made,
          put(name, user.id),
          put(keys.toJoin(user.id), true),
          ...(admission.admin ? [put(keys.firstAdmin(), user.id)] : []),
          ...admission.set,
        ],
        delete: admission.delete,
      },
      // the id is new: after an unknown commit outcome, a name taken by this very id means that the commit succeeded
      proof: made,
    };
  }, { tries: TRIES });
  return result;
}

/** Whether this name may register now. */
async function admit(chat: Chat, name: string, codes: Codes): Promise<Admission> {
  const [taken, admin] = await Promise.all([
    chat.kv.get(keys.username(name)),
    chat.kv.get(keys.firstAdmin()),
  ]);
  if (admin.value === null) await requireSetupCode(chat, codes.setup);
  if (taken.value !== null) {
    throw new ChatError("username_taken", `The username ${JSON.stringify(name)} is taken. Take another one.`, {
      field: "username",
    });
  }
  if (admin.value === null) {
    const checks = [{ key: admin.key, versionstamp: null }];
    return { admin: true, checks, set: [], delete: [] };
  }
  switch (chat.config.registration) {
    case "open":
      return { admin: false, checks: [], set: [], delete: [] };
    case "closed":
      throw new ChatError("registration_closed", "This server takes no new accounts. Ask its administrator for one.");
    case "invite":
      return await useInvitation(chat, codes.invitation);
  }
}

async function requireSetupCode(chat: Chat, given: string | undefined): Promise<void> {
  if (isLocalMode(chat.config)) return;
  // compared by hashes: comparing texts takes the longer the more of the code is right (a timing attack)
  if (given !== undefined && await hashSecret(given) === await hashSecret(await setupCodeOf(chat))) return;
  throw new ChatError(
    "setup_code_required",
    `${given === undefined ? "This server has no administrator yet" : "That is not the set-up code"}. The first ` +
      'account needs it as "setup_code": the server printed it in its log when it started, after "set-up code".',
    { field: "setup_code" },
  );
}

async function useInvitation(chat: Chat, given: string | undefined): Promise<Admission> {
  const entry = given === undefined || given === "" || !given.isWellFormed()
    ? undefined
    : await chat.kv.get(keys.invitation(given));
  const invitation = entry?.value ?? null;
  if (
    entry === undefined || invitation === null || invitation.uses_left < 1 || invitation.expires_at <= chat.clock.now()
  ) {
    throw new ChatError(
      "invitation_required",
      `${
        given === undefined ? "This server takes new accounts by invitation" : "This invitation is used up or unknown"
      }.` +
        ' Ask its administrator for a code and give it as "invitation".',
      { field: "invitation" },
    );
  }
  const left = { ...invitation, uses_left: invitation.uses_left - 1 };
  const key = keys.invitation(invitation.code);
  return {
    admin: false,
    checks: [{ key, versionstamp: entry.versionstamp }],
    set: left.uses_left > 0 ? [put(key, left)] : [],
    delete: left.uses_left > 0 ? [] : [key],
  };
}

/**
 * Joins `general` where the registration has not done so yet; the account stands even where that fails, and the next
 * sign-in tries again. Whoever left the room is not joined again. An administrator becomes its owner, so that somebody
 * may moderate it.
 */
export async function joinGeneral(chat: Chat, { id, admin }: Pick<UserRecord, "id" | "admin">): Promise<void> {
  try {
    if ((await chat.kv.get(keys.toJoin(id))).value === null) return;
    await chat.appender.append(GENERAL, { type: "join", user_id: id, ...(admin ? { role: "owner" } : {}) });
    await chat.kv.commit({ delete: [keys.toJoin(id)] });
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    chat.log.warn("joining general failed; the next sign-in tries again", { user_id: id, error: error.message });
  }
}

/**
 * At start: prints the set-up code while there is no administrator and this is not local mode. It follows from the
 * store's secret, so that every process on one store prints the same one, at every start.
 */
export async function initAccounts(chat: Chat): Promise<void> {
  if (!await needsSetupCode(chat)) return;
  const setupCode = await setupCodeOf(chat);
  // at the highest level: without this line nobody gets in, whatever LOG_LEVEL says
  chat.log.error(`This server has no administrator yet. Register the first account with the set-up code ${setupCode}`);
}

async function setupCodeOf({ jwtKey }: Chat): Promise<string> {
  const key = await crypto.subtle.importKey("raw", jwtKey, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  // domain separation: nothing else that this key signs begins with this text
  const bytes = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode("Parley's set-up code"));
  return new Uint8Array(bytes).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Whether the next account must give the set-up code, so that a form asks for it. */
export async function needsSetupCode(chat: Chat): Promise<boolean> {
  return !isLocalMode(chat.config) && (await chat.kv.get(keys.firstAdmin())).value === null;
}

/** Out of the table but for its last one, which is a deleted user's; the same for the same id (FNV-1a). */
export function colorOf(userId: string): string {
  let hash = 0x811c9dc5;
  for (const char of userId) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return COLORS[hash % (COLORS.length - 1)] ?? COLORS[0];
}
