/** What whoever runs the server may do without an account, from its machine. */
import { ChatError } from "../errors.ts";
import { randomId } from "../ids.ts";
import { type Key, keys, lastPart, ranges } from "../kv/keys.ts";
import { put } from "../kv/kv.ts";
import type { UserRecord } from "../model.ts";
import type { Chat } from "./chat.ts";
import { busy, endSessions, pause, sessionsOf } from "./control.ts";
import { readUser } from "./profiles.ts";

/** For verbs that ask for an administrator. No account has this id. */
export const OPERATOR = { admin: true, user_id: "operator" } as const;

const MAX_TRIES = 20;
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

/** Returns whether it was none before. Throws `no_such_user` or `overloaded`. */
export async function makeAdmin(chat: Chat, username: string): Promise<boolean> {
  const { id } = await userNamed(chat, username);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (tries > 0) await pause(tries);
    const { key, value: user, versionstamp } = await readUser(chat, id);
    if (user.admin) return false;
    const set = [put(keys.user(id), { ...user, admin: true })];
    if (await chat.kv.commit({ checks: [{ key, versionstamp }], set }) !== null) return true;
  }
  throw busy();
}

/** Gives the account a new random password, which it returns; all its sessions end. Throws `no_such_user`. */
export async function resetPassword(chat: Chat, username: string): Promise<string> {
  const { id } = await userNamed(chat, username);
  const password = randomId(20);
  const passwordHash = await chat.passwords.hash(password);
  await endSessions(chat, id, "password_changed", async () => {
    const { key, value: user, versionstamp } = await readUser(chat, id);
    const checks: { key: Key<unknown>; versionstamp: string | null }[] = [{ key, versionstamp }];
    const set = [put(keys.user(id), { ...user, password_hash: passwordHash })];
    return { sessions: await sessionsOf(chat, id), checks, set };
  });
  return password;
}

/** In the order of their usernames, USERS_A_PAGE at most, those after the name `after`. */
export async function listUsers(chat: Chat, after = ""): Promise<{ users: UserRecord[]; has_more: boolean }> {
  const from = after.replace(/^@/, "").toLowerCase();
  const found = await chat.kv.list(ranges.usernames(from), { limit: USERS_A_PAGE + 2 });
  const later = found.filter(({ key }) => lastPart(key) !== from || from === "");
  const page = later.slice(0, USERS_A_PAGE);
  const users = await Promise.all(page.map(async ({ value }) => (await chat.kv.get(keys.user(value))).value));
  return { users: users.filter((user) => user !== null), has_more: later.length > page.length };
}
