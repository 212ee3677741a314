/** My own profile, other people's profiles, and changing mine. */
import * as v from "valibot";
import { ChatError } from "../../base/errors.ts";
import { change } from "../../store/change.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Actor, User, UserRecord } from "../../protocol/model.ts";
import type { UserChange } from "../../protocol/frames.ts";
import type { Chat } from "../chat.ts";
import { DELETED_NAME, publicUser } from "./directory.ts";
import { color, decode, displayName } from "./fields.ts";
import { pageOf } from "../paging.ts";

/** My own account. */
export type Me = User & { admin: boolean };

export const profileInput = v.strictObject({
  display_name: v.optional(displayName),
  color: v.optional(color),
});
export type ProfileInput = v.InferInput<typeof profileInput>;

const MAX_FOUND = 50;
/** How many names one search looks through for a part of a name. */
const MAX_SCANNED = 500;
/** The most reads of names that begin with the query, for one search. */
const SLICES = 20;

export function meOf(record: UserRecord): Me {
  return { ...publicUser(record), admin: record.admin };
}

export async function getMe(chat: Chat, actor: Actor): Promise<Me> {
  return meOf((await readUser(chat, actor.user_id)).value);
}

/** The record with its versionstamp. Throws `no_such_user`. */
export async function readUser(chat: Chat, userId: string) {
  const { key, value, versionstamp } = await chat.kv.get(keys.user(userId));
  if (value === null) throw noSuchUser(userId);
  return { key, value, versionstamp };
}

export async function updateProfile(chat: Chat, actor: Actor, input: ProfileInput): Promise<Me> {
  const given = decode(profileInput, input);
  const { result: user, changed } = await change(chat.kv, [keys.user(actor.user_id)], ({ key, value: old }) => {
    if (old === null) throw noSuchUser(actor.user_id);
    const user: UserRecord = {
      ...old,
      display_name: given.display_name ?? old.display_name,
      color: given.color ?? old.color,
    };
    if (user.display_name === old.display_name && user.color === old.color) return { result: old };
    return { result: user, write: { set: [put(key, user)] }, proof: "repeatable" };
  });
  if (changed) announceProfile(chat, user);
  return meOf(user);
}

export function announceProfile(chat: Chat, record: UserRecord): void {
  chat.bus.publish({ type: "profile", user: publicUser(record) });
  const frame: UserChange = { type: "user", change: "profile", user: meOf(record) };
  chat.bus.publish({ type: "user", user_id: record.id, line: JSON.stringify(frame) });
}

/** People whose username begins with the query, then some whose name contains it. At most 50. */
export async function searchUsers(
  chat: Chat,
  _actor: Actor,
  { query = "", limit = 20 }: { query?: string | undefined; limit?: number | undefined },
): Promise<User[]> {
  const most = Math.min(Math.max(1, Math.trunc(limit) || 1), MAX_FOUND);
  const text = query.trim().replace(/^@/, "").toLowerCase();
  if (text.length > 100) return [];
  const isName = /^[a-z0-9_.-]{0,32}$/.test(text);
  const found = isName ? await startingWith(chat, text, most) : [];
  if (found.length >= most || text === "") return found;

  const scanned = await chat.kv.list(ranges.usernames(), { limit: MAX_SCANNED });
  const ids = new Set(found.map(({ id }) => id));
  const others = scanned.map(({ value }) => value).filter((id) => !ids.has(id));
  for (const user of (await chat.directory.many(others)).values()) {
    if (found.length >= most) break;
    if (user.username === DELETED_NAME) continue;
    if (user.username.includes(text) || user.display_name.toLowerCase().includes(text)) found.push(user);
  }
  return found;
}

/** People in the order of their names. The names of deleted accounts, which stay taken, are skipped. */
async function startingWith(chat: Chat, text: string, most: number): Promise<User[]> {
  const { records } = await pageOf<User>(most, "", async (after, limit) => {
    const from = after === "" ? text : `${after}\0`;
    const names = (await chat.kv.list(ranges.usernames(from), { limit })).filter(({ key }) =>
      lastPart(key).startsWith(text)
    );
    const users = await chat.directory.many(names.map(({ value }) => value));
    return names.map(({ key, value }) => {
      const user = users.get(value);
      return [lastPart(key), user === undefined || user.username === DELETED_NAME ? null : user];
    });
  }, SLICES);
  return records;
}

export function noSuchUser(idOrName: string): ChatError {
  return new ChatError("no_such_user", `There is no user ${JSON.stringify(idOrName)}. GET /api/users finds people.`);
}
