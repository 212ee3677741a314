/** Making an account: who may, its name, and the server's first administrator. */
import * as v from "valibot";
import { ChatError } from "../../base/errors.ts";
import { randomId } from "../../base/ids.ts";
import { change } from "../../store/change.ts";
import { type Invitation, type Key, keys } from "../../store/keys.ts";
import { type Put, put } from "../../store/kv.ts";
import type { ServerRecord, User, UserRecord } from "../../protocol/model.ts";
import { COLORS } from "../../protocol/colors.ts";
import { countRegistration } from "./attempts.ts";
import type { Chat } from "../chat.ts";
import { auditPut } from "../moderation/audit.ts";
import { registrationIn } from "../moderation/server.ts";
import { isCommonPassword } from "./common_passwords.ts";
import { publicUser } from "../people/directory.ts";
import { code, decode, displayName, invalid, newPassword, username } from "../people/fields.ts";
import type { ClientInfo } from "./client.ts";
import { stateOf } from "./invitations.ts";
import { requireSetupCode } from "./setup_code.ts";

export const registerInput = v.strictObject({
  username,
  password: newPassword,
  display_name: v.optional(displayName),
  setup_code: v.optional(code),
  invitation: v.optional(code),
});
export type RegisterInput = v.InferInput<typeof registerInput>;

/** The set-up form: the first account, and the name of the team. */
export const setUpInput = v.strictObject({ ...registerInput.entries, server_name: v.optional(displayName) });

/** Many may register at once: the first administrator, and an invitation, are one key for all of them. */
const TRIES = 60;
const GENERAL = "general";

/**
 * Makes an account and joins it to `general`. Throws `invalid`, `username_taken`, `setup_code_required`,
 * `registration_closed`, `invitation_required`, `rate_limited` or `overloaded`.
 */
export async function register(chat: Chat, input: RegisterInput, client: ClientInfo): Promise<User> {
  return await makeAccount(chat, decode(registerInput, input), String(input.username), client);
}

/**
 * Makes the first account, the administrator's, and names the server in the same atomic. Throws `conflict` where another
 * one was first, and what register() throws.
 */
export async function setUp(chat: Chat, input: v.InferInput<typeof setUpInput>, client: ClientInfo): Promise<User> {
  const { server_name, ...wanted } = decode(setUpInput, input);
  const made = await makeAccount(chat, wanted, String(input.username), client, { name: server_name });
  chat.server.announce();
  return made;
}

/** `setUp`: only as the first account, with what the set-up form says of the server. */
async function makeAccount(
  chat: Chat,
  wanted: v.InferOutput<typeof registerInput>,
  asTyped: string,
  client: ClientInfo,
  setUp?: { name: string | undefined },
): Promise<User> {
  refuseWeakPassword(wanted.password, wanted.username, "password");
  await countRegistration(chat, client.address);
  const id = randomId(20);
  const asked: Asked = {
    id,
    username: wanted.username,
    address: client.address,
    setUp,
    setupCode: wanted.setup_code,
    invitation: wanted.invitation,
  };
  await admit(chat, asked); // what will be refused need not be hashed

  const user: UserRecord = {
    id,
    username: wanted.username,
    display_name: wanted.display_name ?? asTyped,
    color: colorOf(id),
    password_hash: await chat.passwords.hash(wanted.password),
    admin: false,
    created_at: chat.clock.now(),
  };
  const made = await commitUser(chat, user, asked);
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

/** A registration: who would come in, and by which codes. */
interface Asked {
  id: string;
  username: string;
  address: string;
  setUp: { name: string | undefined } | undefined;
  setupCode: string | undefined;
  invitation: string | undefined;
}

/** The keys that a registration depends on: its commit checks that they have not changed. */
interface Admission {
  admin: boolean;
  invited_by?: string;
  checks: { key: Key<unknown>; versionstamp: string | null }[];
  set: Put[];
}

async function commitUser(chat: Chat, user: UserRecord, asked: Asked): Promise<UserRecord> {
  const name = keys.username(user.username);
  const { result } = await change(chat.kv, [name, keys.user(user.id)], async () => {
    const { admin, invited_by, ...admission } = await admit(chat, asked);
    const record: UserRecord = { ...user, admin, ...(invited_by === undefined ? {} : { invited_by }) };
    const made = put(keys.user(user.id), record);
    return {
      result: record,
      write: {
        checks: admission.checks,
        set: [
          made,
          put(name, user.id),
          put(keys.toJoin(user.id), true),
          ...(admin ? [put(keys.firstAdmin(), user.id)] : []),
          ...admission.set,
        ],
      },
      // the id is new: after an unknown commit outcome, a name taken by this very id means that the commit succeeded
      proof: made,
    };
  }, { tries: TRIES });
  return result;
}

/** Whether this name may register now. */
async function admit(chat: Chat, asked: Asked): Promise<Admission> {
  const { username: name } = asked;
  const [taken, admin, server] = await Promise.all([
    chat.kv.get(keys.username(name)),
    chat.kv.get(keys.firstAdmin()),
    chat.kv.get(keys.server()),
  ]);
  if (admin.value === null) await requireSetupCode(chat, asked.setupCode);
  else if (asked.setUp !== undefined) throw isSetUpAlready();
  if (taken.value !== null) {
    throw new ChatError("username_taken", `The username ${JSON.stringify(name)} is taken. Take another one.`, {
      field: "username",
    });
  }
  if (admin.value === null) {
    const checks = [{ key: admin.key, versionstamp: null }];
    return { admin: true, checks, set: namePuts(chat, asked, server.value) };
  }
  // an administrator may close the door at this very moment
  const checks = [{ key: server.key, versionstamp: server.versionstamp }];
  const invited = await useInvitation(chat, asked);
  if (invited !== null) checks.push(...invited.checks);
  switch (registrationIn(chat, server.value)) {
    case "open":
      return { admin: false, set: [], ...invited, checks };
    case "closed":
      throw new ChatError("registration_closed", "This server takes no new accounts. Ask its administrator for one.");
    case "invite":
      if (invited === null) throw needsInvitation(asked.invitation);
      return { ...invited, checks };
  }
}

/** The server's name, in the atomic that makes its first account. */
function namePuts(chat: Chat, { id, address, setUp }: Asked, record: ServerRecord | null): Put[] {
  if (setUp?.name === undefined) return [];
  const audit = auditPut(chat, { user_id: id, address }, { act: "server_changed", detail: "name" });
  return [put(keys.server(), { ...record, name: setUp.name }), audit];
}

function isSetUpAlready(): ChatError {
  return new ChatError(
    "conflict",
    "This server is set up already. Make an account, or ask its administrator for an invitation.",
  );
}

/** Takes one use of the invitation, and notes who came by it; null: there is none, or it cannot be used. */
async function useInvitation(chat: Chat, { id, invitation: given }: Asked): Promise<Admission | null> {
  if (given === undefined || given === "" || !given.isWellFormed()) return null;
  const { key, value: invitation, versionstamp } = await chat.kv.get(keys.invitation(given));
  const now = chat.clock.now();
  if (invitation === null || stateOf(invitation, now) !== "open") return null;
  const uses_left = invitation.uses_left - 1;
  const left: Invitation = {
    ...invitation,
    uses_left,
    people: [...invitation.people ?? [], id],
    ...(uses_left > 0 ? {} : { used_up_at: now }),
  };
  const checks = [{ key, versionstamp }];
  return {
    admin: false,
    invited_by: invitation.created_by,
    checks,
    set: [put(keys.invitation(invitation.code), left)],
  };
}

function needsInvitation(given: string | undefined): ChatError {
  return new ChatError(
    "invitation_required",
    `${
      given === undefined ? "This server takes new accounts by invitation" : "This invitation is used up or unknown"
    }.` +
      ' Ask its administrator for a code and give it as "invitation".',
    { field: "invitation" },
  );
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

/** Out of the table but for its last one, which is a deleted user's; the same for the same id (FNV-1a). */
export function colorOf(userId: string): string {
  let hash = 0x811c9dc5;
  for (const char of userId) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return COLORS[hash % (COLORS.length - 1)] ?? COLORS[0];
}
