/** Who is in a room: joining, adding, removing, roles. Writes are authorised by the rules. */
import { ChatError } from "../../base/errors.ts";
import type { AppendCommand } from "../../log/command.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import type { Actor, Member, MemberRecord, Role, Room } from "../../protocol/model.ts";
import type { Chat } from "../chat.ts";
import { enterRoom } from "./enter.ts";
import { reasonOf } from "../people/fields.ts";
import {
  announceRoom,
  asAdmin,
  membership,
  mutedUntil,
  readAsMember,
  requireMember,
  requireUser,
} from "./membership.ts";
import { getRoom } from "./rooms.ts";
import { FOREVER } from "../../log/rules/support.ts";

/**
 * The person blocked the adder, and a room of two would be the direct conversation that the block refuses. The message
 * does not say so on purpose: somebody who blocks a person need not explain that.
 */
const NOT_ADDED = "You cannot add this person. Ask another member of the room to add them.";

/** Makes me a member of a public room; where somebody else made me one, says that I stay. */
export async function joinRoom(chat: Chat, actor: Actor, roomId: string): Promise<Room> {
  const member = await membership(chat, actor.user_id, roomId);
  if (member === null) await enterRoom(chat, roomId, { type: "join", user_id: actor.user_id });
  else if (member.added !== undefined) await stayInRoom(chat, actor, roomId);
  return await getRoom(chat, actor, roomId);
}

async function stayInRoom(chat: Chat, actor: Actor, roomId: string): Promise<void> {
  await chat.appender.append(roomId, { type: "stay", user_id: actor.user_id });
  await announceRoom(chat, actor, roomId);
}

/**
 * Adds a person who has not blocked me; to a private room any member may. Beyond a small number of rooms the person has to
 * agree to earlier ones first (room_slots.ts), except where an administrator adds them.
 */
export async function addMember(
  chat: Chat,
  actor: Actor,
  roomId: string,
  userId: string,
  role?: Role,
): Promise<Member> {
  await requireMember(chat, actor, roomId);
  await requireUser(chat, userId);
  const consents = actor.admin || userId === actor.user_id;
  if (!consents) chat.rates.check("adds", `${actor.user_id} ${userId}`);
  if ((await chat.kv.get(keys.block(userId, actor.user_id))).value !== null) {
    throw new ChatError("forbidden", NOT_ADDED);
  }
  const command: AppendCommand = {
    type: "join",
    user_id: userId,
    by: actor.user_id,
    ...(role === undefined ? {} : { role }),
    ...(consents ? {} : { added: { by: actor.user_id } }),
    // only an administrator adds people without their consent
    ...(actor.admin && userId !== actor.user_id ? { by_admin: true } : {}),
    ...(actor.address === undefined ? {} : { address: actor.address }),
  };
  await enterRoom(chat, roomId, command, actor.admin);
  return await memberView(chat, roomId, userId);
}

/** Oneself: leaves, with `confirm` also where that ends the room. Others: removes them, with `ban` for good. */
export async function removeMember(
  chat: Chat,
  actor: Actor,
  roomId: string,
  userId: string,
  options: { ban?: boolean | undefined; reason?: string | undefined; confirm?: boolean | undefined } = {},
): Promise<void> {
  if (userId === actor.user_id) {
    const { confirm = false } = options;
    await chat.appender.append(roomId, { type: "leave", user_id: userId, confirm });
    return;
  }
  if (options.ban === true) await requireUser(chat, userId);
  await chat.appender.append(roomId, {
    type: "leave",
    user_id: userId,
    by: actor.user_id,
    ...(options.ban === true ? { ban: true } : {}),
    ...asAdmin(actor, reasonOf(options.reason)),
  });
}

/** Lets a member read, but not write or react, for `minutes` or until it is lifted; 0 lifts it. */
export async function muteMember(
  chat: Chat,
  actor: Actor,
  roomId: string,
  userId: string,
  { minutes, reason }: { minutes?: number | undefined; reason?: string | undefined } = {},
): Promise<void> {
  await chat.appender.append(roomId, {
    type: "mute",
    user_id: userId,
    by: actor.user_id,
    until: minutes === undefined ? FOREVER : minutes === 0 ? 0 : chat.clock.now() + minutes * 60_000,
    ...asAdmin(actor, reasonOf(reason)),
  });
}

export async function setRole(chat: Chat, actor: Actor, roomId: string, userId: string, role: Role): Promise<Member> {
  await chat.appender.append(roomId, { type: "role", user_id: userId, by: actor.user_id, role, ...asAdmin(actor) });
  return await memberView(chat, roomId, userId);
}

/** Members by id; `after` is the last one's id of the page before. */
export async function listMembers(
  chat: Chat,
  actor: Actor,
  roomId: string,
  query: { after?: string | undefined; limit?: number | undefined } = {},
): Promise<{ members: Member[]; has_more: boolean }> {
  const limit = Math.max(1, Math.min(query.limit ?? 100, 500));
  const joined = await readAsMember(
    chat,
    actor,
    roomId,
    () => joinedMembers(chat, roomId, query.after ?? "", limit + 1),
  );
  const records = joined.slice(0, limit);
  const users = await chat.directory.many(records.map(({ user_id }) => user_id));
  const members = records.flatMap((record): Member[] => {
    const { user_id, role } = record;
    const user = users.get(user_id);
    if (user === undefined) return [];
    return [{ ...user, role, online: chat.presence.isOnline(user_id), ...mutedUntil(chat, record) }];
  });
  return { members, has_more: joined.length > limit };
}

/** One member, for a client that does not have the list. */
export function readMember(chat: Chat, actor: Actor, roomId: string, userId: string): Promise<Member> {
  return readAsMember(chat, actor, roomId, () => memberView(chat, roomId, userId));
}

/** Skips banned people, so that every page but the last one is full. */
async function joinedMembers(chat: Chat, roomId: string, after: string, count: number): Promise<MemberRecord[]> {
  const joined: MemberRecord[] = [];
  for (let from = after;;) {
    const found = await chat.kv.list(ranges.members(roomId, from), { limit: count });
    joined.push(...found.map(({ value }) => value).filter(({ state }) => state === "joined"));
    const last = found.at(-1);
    if (joined.length >= count || found.length < count || last === undefined) return joined.slice(0, count);
    from = lastPart(last.key);
  }
}

async function memberView(chat: Chat, roomId: string, userId: string): Promise<Member> {
  const member = await membership(chat, userId, roomId);
  const user = (await chat.directory.many([userId])).get(userId);
  if (member === null || user === undefined) throw new ChatError("no_such_user", "This person is no longer a member.");
  return { ...user, role: member.role, online: chat.presence.isOnline(userId), ...mutedUntil(chat, member) };
}
