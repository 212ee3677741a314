/** What administrators and the server's operator do with accounts. */
import { ChatError } from "../../base/errors.ts";
import { randomId } from "../../base/ids.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Actor, UserRecord } from "../../protocol/model.ts";
import type { Chat } from "../chat.ts";
import { auditPut, checkAdmin, type Doer, requireAdmin } from "../moderation/audit.ts";
import { endSessions, sessionsOf } from "../sign_in/session_ends.ts";
import { pageOf } from "../paging.ts";
import { readUser, searchUsers } from "./profiles.ts";

export { OPERATOR } from "../moderation/audit.ts";

export const USERS_A_PAGE = 100;

/** The account with this username, in any case. Throws `no_such_user`. */
export async function userNamed(chat: Chat, username: string): Promise<UserRecord> {
  const name = username.replace(/^@/, "").toLowerCase();
  const id = /^[a-z0-9_.-]{1,32}$/.test(name) ? (await chat.kv.get(keys.username(name))).value : null;
  if (id === null) {
    throw new ChatError("no_such_user", `There is no user ${JSON.stringify(username)}. The command users lists them.`);
  }
  return (await readUser(chat, id)).value;
}

/** Gives or takes the administrator's role. Losing it signs a person out everywhere. Returns whether anything changed. */
export async function setAdmin(chat: Chat, doer: Doer, userId: string, admin: boolean): Promise<boolean> {
  requireAdmin(doer);
  refuseOneself(doer, userId);
  const { changed } = await endSessions(chat, userId, "signed_out", async () => {
    const doers = await checkAdmin(chat, doer);
    const { key, value: user, versionstamp } = await readUser(chat, userId);
    if (user.admin === admin) return undefined;
    const audit = auditPut(chat, doer, { act: admin ? "admin_granted" : "admin_revoked", user_id: userId });
    return {
      sessions: admin ? [] : await sessionsOf(chat, userId),
      checks: [{ key, versionstamp }, ...doers],
      set: [put(keys.user(userId), { ...user, admin }), audit],
      proof: audit,
    };
  });
  return changed;
}

/**
 * Gives the account a new random password, and returns it. The account's sessions and recovery codes end too, because an
 * attacker may have them, or may have made them. Throws `no_such_user`.
 */
export async function resetPassword(chat: Chat, doer: Doer, userId: string): Promise<string> {
  requireAdmin(doer);
  refuseOneself(doer, userId);
  const password = randomId(20);
  const passwordHash = await chat.passwords.hash(password);
  await endSessions(chat, userId, "password_changed", async () => {
    // hashing takes long: the doer may have lost the role meanwhile
    const doers = await checkAdmin(chat, doer);
    const { key, value: user, versionstamp } = await readUser(chat, userId);
    const audit = auditPut(chat, doer, { act: "password_reset", user_id: userId });
    const codes = await chat.kv.list(ranges.recovery(userId), { limit: 100 });
    return {
      sessions: await sessionsOf(chat, userId),
      checks: [{ key, versionstamp }, ...doers],
      set: [put(keys.user(userId), { ...user, password_hash: passwordHash }), audit],
      delete: codes.map((code) => code.key),
      proof: audit,
    };
  });
  return password;
}

/** Signs the account out everywhere. */
export async function endAllSessions(chat: Chat, doer: Doer, userId: string): Promise<void> {
  requireAdmin(doer);
  await endSessions(chat, userId, "signed_out", async () => {
    const checks = await checkAdmin(chat, doer);
    await readUser(chat, userId);
    const sessions = await sessionsOf(chat, userId);
    if (sessions.length === 0) return undefined;
    const audit = auditPut(chat, doer, { act: "sessions_ended", user_id: userId });
    return { sessions, checks, set: [audit], proof: audit };
  });
}

function refuseOneself({ user_id }: Doer, userId: string): void {
  if (user_id === userId) throw new ChatError("conflict", "This is your own account: let another administrator do it.");
}

/**
 * Users in the order of their usernames, after the name `after`. The names of deleted accounts, which stay taken, are
 * skipped.
 */
export async function listUsers(
  chat: Chat,
  after = "",
): Promise<{ users: UserRecord[]; next: string | undefined }> {
  const { records, next } = await pageOf(USERS_A_PAGE, after.replace(/^@/, "").toLowerCase(), async (from, limit) => {
    const names = await chat.kv.list(ranges.usernames(from === "" ? "" : `${from}\0`), { limit });
    const users = await chat.kv.getMany(names.map(({ value }) => keys.user(value)));
    return names.map(({ key }, i) => [lastPart(key), users[i]?.value ?? null]);
  });
  return { users: records, next };
}

/** Users whose names begin with the query or contain it; at most 50. Administrators only. */
export async function findUsers(chat: Chat, actor: Actor, query: string): Promise<UserRecord[]> {
  requireAdmin(actor);
  const found = await searchUsers(chat, actor, { query, limit: 50 });
  const entries = await chat.kv.getMany(found.map(({ id }) => keys.user(id)));
  return entries.flatMap(({ value }) => value ?? []);
}
