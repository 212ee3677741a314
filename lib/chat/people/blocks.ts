/** Whom a person has blocked: their messages collapse for that person, and their direct messages are refused. */
import { ChatError } from "../../base/errors.ts";
import { busy, change } from "../../store/change.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Actor, User } from "../../protocol/model.ts";
import type { UserChange } from "../../protocol/frames.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Chat } from "../chat.ts";
import { directRoomOf, requireUser } from "../rooms/membership.ts";

export async function blockUser(chat: Chat, actor: Actor, userId: string): Promise<void> {
  if (userId === actor.user_id) {
    throw new ChatError("invalid", '"user_id" must be somebody else\'s: nobody can block themselves.', {
      field: "user_id",
    });
  }
  await requireUser(chat, userId);
  const blocked = await listBlocked(chat, actor.user_id);
  if (!blocked.includes(userId) && blocked.length >= LIMITS.blocked_per_user) {
    throw new ChatError("limit_reached", `You can block at most ${LIMITS.blocked_per_user} people: unblock one first.`);
  }
  // the key is written before the conversation is looked for: openDirect(), if it runs now, checks the key in its commit
  await change(chat.kv, [keys.block(actor.user_id, userId)], ({ key, value }) => {
    if (value !== null) return { result: undefined };
    return { result: undefined, write: { set: [put(key, chat.clock.now())] }, proof: "repeatable" };
  });
  await settle(chat, actor, userId);
}

export async function unblockUser(chat: Chat, actor: Actor, userId: string): Promise<void> {
  await change(chat.kv, [keys.block(actor.user_id, userId)], ({ key, value }) => {
    return value === null
      ? { result: undefined }
      : { result: undefined, write: { delete: [key] }, proof: "repeatable" };
  });
  await settle(chat, actor, userId);
}

/**
 * Makes the conversation agree with the block's key, also when several calls run at once. Idempotent: calling it again
 * completes what a crash left half done.
 */
async function settle(chat: Chat, actor: Actor, userId: string): Promise<void> {
  const key = keys.block(actor.user_id, userId);
  const roomId = await directRoomOf(chat, actor, userId);
  for (let tries = 0; tries < 20; tries++) {
    const { value, versionstamp } = await chat.kv.get(key);
    const blocked = value !== null;
    if (roomId !== null) {
      await chat.appender.append(roomId, { type: "refuse", by: actor.user_id, user_id: userId, refused: blocked });
      if ((await chat.kv.get(key)).versionstamp !== versionstamp) continue;
    }
    const frame: UserChange = { type: "user", change: "block", user_id: userId, blocked };
    chat.bus.publish({ type: "user", user_id: actor.user_id, line: JSON.stringify(frame) });
    return;
  }
  throw busy();
}

/** The ids of the people whom this user has blocked. */
export async function listBlocked(chat: Chat, userId: string): Promise<string[]> {
  const found = await chat.kv.list(ranges.blocks(userId), { limit: LIMITS.blocked_per_user });
  return found.map(({ key }) => lastPart(key));
}

export async function blockedUsers(chat: Chat, actor: Actor): Promise<User[]> {
  const ids = await listBlocked(chat, actor.user_id);
  const known = await chat.directory.many(ids);
  return ids.flatMap((id) => known.get(id) ?? []);
}
