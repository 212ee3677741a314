/** Deleting an account: its sign-in and name at once; its memberships and messages by durable jobs. */
import * as v from "valibot";
import { dueJob } from "../../store/jobs/due.ts";
import { eraseFileJob } from "../../store/blobs/erase_files.ts";
import type { RunningJob } from "../../store/jobs/running_job.ts";
import { ChatError } from "../../base/errors.ts";
import { type Job, keys, keysOfUser, lastPart, ranges } from "../../store/keys.ts";
import type { Put } from "../../store/kv.ts";
import type { Actor, MemberRecord } from "../../protocol/model.ts";
import { auditPut, checkAdmin, type Doer, requireAdmin } from "../moderation/audit.ts";
import { countAttempt } from "../sign_in/attempts.ts";
import type { Chat } from "../chat.ts";
import { endSessions, sessionsOf } from "../sign_in/session_ends.ts";
import { deletedUser } from "./directory.ts";
import { decode, password } from "./fields.ts";
import { readUser } from "./profiles.ts";
import { dropPush } from "../notify/push_subscriptions.ts";

type Of<K extends Job["kind"]> = Extract<Job, { kind: K }>;

const SLICE = 100;
const MEMBERS = 500;
/**
 * By then the account's requests and sockets in all processes have ended: a body may take 30 s, a socket 2 s (D6b). The
 * pass after this time finds what they wrote meanwhile.
 */
export const SETTLE_MS = 60_000;
/** The most slices of items in one pass; the next pass goes on. */
const MAX_SLICES = 500;

export const deletionInput = v.strictObject({
  current_password: password,
  /** true: the messages are erased; false: they stay, under "Deleted user". */
  erase_messages: v.optional(v.boolean("must be true or false"), false),
});

/** My own account. Throws `bad_credentials` (current_password), `conflict` (an administrator's) or `rate_limited`. */
export async function deleteOwnAccount(
  chat: Chat,
  actor: Actor,
  input: v.InferInput<typeof deletionInput>,
): Promise<void> {
  const { current_password, erase_messages } = decode(deletionInput, input);
  await countAttempt(chat, "signIns", [{ who: `password of ${actor.user_id}`, times: 1 }]);
  const { value: user } = await readUser(chat, actor.user_id);
  if (!await chat.passwords.verify(current_password, user.password_hash)) {
    throw new ChatError("bad_credentials", '"current_password" is wrong.', { field: "current_password" });
  }
  await remove(chat, actor, actor.user_id, erase_messages);
}

/** Somebody's account. Administrators only. Throws `no_such_user` or `conflict` (an administrator's). */
export async function deleteAccount(chat: Chat, doer: Doer, userId: string, erase: boolean): Promise<void> {
  requireAdmin(doer);
  await remove(chat, doer, userId, erase, () => checkAdmin(chat, doer));
}

async function remove(
  chat: Chat,
  doer: Pick<Doer, "user_id" | "address">,
  userId: string,
  erase: boolean,
  checkDoer: () => ReturnType<typeof checkAdmin> = () => Promise.resolve([]),
) {
  await endSessions(chat, userId, "deleted", async () => {
    const doers = await checkDoer();
    const { key, value: user, versionstamp } = await readUser(chat, userId);
    if (user.admin) {
      const message = "An administrator's account cannot be deleted: let another administrator take the role first.";
      throw new ChatError("conflict", message);
    }
    const audit = auditPut(chat, doer, {
      act: "account_deleted",
      user_id: userId,
      ...(erase ? { detail: "with its messages" } : {}),
    });
    return {
      sessions: await sessionsOf(chat, userId),
      checks: [{ key, versionstamp }, ...doers],
      set: [
        ...(user.avatar === undefined ? [] : [eraseFileJob(user.avatar)]),
        dueJob({ kind: "leave_rooms", user_id: userId, at: chat.clock.now(), ...(erase ? { erase: true } : {}) }),
        audit,
      ],
      proof: audit,
      // the name stays taken, so that nobody can impersonate the deleted account
      delete: [key],
    };
  });
  chat.bus.publish({ type: "profile", user: deletedUser(userId) });
}

/**
 * Takes a deleted account out of its rooms and deletes its own keys; returns the next job. The last run is the one that
 * begins after SETTLE_MS, when no request of the account can be under way any more.
 */
export async function leaveRooms(chat: Chat, job: Of<"leave_rooms">): Promise<Put[]> {
  const { user_id, at = 0, erase } = job;
  const settled = at + SETTLE_MS;
  const isLast = chat.clock.now() >= settled;
  await leaveAll(chat, user_id);
  if (!isLast) return [dueJob({ ...job, tries: 0 }, settled)];
  return erase === true ? [dueJob({ kind: "erase_author", user_id, room_id: "", seq: 0 })] : [];
}

async function leaveAll(chat: Chat, userId: string): Promise<void> {
  for (;;) {
    const joined = await chat.kv.list(ranges.joined(userId), { limit: SLICE });
    if (joined.length === 0) break;
    for (const { key } of joined) await leave(chat, userId, lastPart(key));
  }
  const browsers = await chat.kv.list(ranges.push(userId), { limit: SLICE });
  for (const { key } of browsers) await dropPush(chat, userId, lastPart(key));
  for (const { exact, under } of keysOfUser(userId)) {
    await chat.kv.commit({ delete: [exact] });
    for (;;) {
      const found = await chat.kv.list(under, { limit: 500 });
      if (found.length === 0) break;
      await chat.kv.commit({ delete: found.map(({ key }) => key) });
    }
  }
}

async function leave(chat: Chat, userId: string, roomId: string): Promise<void> {
  try {
    await handOver(chat, userId, roomId);
    await chat.appender.append(roomId, { type: "leave", user_id: userId, gone: true });
  } catch (error) {
    if (!(error instanceof ChatError) || error.code !== "no_such_room") throw error;
    // the room was deleted, or the account was no longer a member
    await chat.kv.commit({ delete: [keys.joined(userId, roomId)] });
  }
}

/** Gives the room another owner: a moderator, else the member who has been there longest. */
async function handOver(chat: Chat, userId: string, roomId: string): Promise<void> {
  const [member, head] = await Promise.all([
    chat.kv.get(keys.member(roomId, userId)),
    chat.kv.get(keys.head(roomId)),
  ]);
  if (member.value?.role !== "owner" || head.value === null || head.value.owners > 1) return;
  const heir = await heirOf(chat, userId, roomId);
  if (heir === undefined) return;
  await chat.appender.append(roomId, { type: "role", user_id: heir.user_id, by: userId, role: "owner" });
}

/** Chooses among the first members, reading on until there are some: the records include banned people. */
async function heirOf(chat: Chat, userId: string, roomId: string): Promise<MemberRecord | undefined> {
  for (let after = "";;) {
    const found = await chat.kv.list(ranges.members(roomId, after), { limit: MEMBERS });
    const others = found.map(({ value }) => value)
      .filter(({ state, user_id }) => state === "joined" && user_id !== userId);
    const last = found.at(-1);
    if (others.length > 0 || last === undefined || found.length < MEMBERS) {
      return others.reduce<MemberRecord | undefined>(
        (best, one) => best && !isBefore(one, best) ? best : one,
        undefined,
      );
    }
    after = lastPart(last.key);
  }
}

function isBefore(a: MemberRecord, b: MemberRecord): boolean {
  const [first, second] = [a.role === "moderator", b.role === "moderator"];
  return first === second ? a.since < b.since : first;
}

/**
 * Deletes an account's messages in every room, also in rooms that it had left. It works in parts and keeps its place in
 * the job, and begins when the account can write nothing any more. Returns the job that goes on.
 */
export async function eraseAuthor(chat: Chat, running: RunningJob, job: Of<"erase_author">): Promise<Put[]> {
  let { room_id, seq } = job;
  for (let slices = 0; slices < MAX_SLICES; slices++) {
    const items = room_id === ""
      ? []
      : await chat.kv.list(ranges.items(room_id, seq + 1, Number.MAX_SAFE_INTEGER), { limit: SLICE });
    for (const { value } of items) {
      if (value.kind === "message" && value.user_id === job.user_id && value.deleted === undefined) {
        await erase(chat, room_id, job.user_id, value.id);
      }
    }
    seq = items.at(-1)?.value.seq ?? 0;
    if (items.length < SLICE) {
      const [next] = await chat.kv.list(ranges.rooms(room_id), { limit: 1 });
      if (next === undefined) return [];
      room_id = next.value.id;
      seq = 0;
    }
    await running.save({ ...job, room_id, seq });
  }
  return [dueJob({ ...job, tries: 0, room_id, seq }, chat.clock.now())];
}

async function erase(chat: Chat, roomId: string, userId: string, target: string): Promise<void> {
  try {
    await chat.appender.append(roomId, { type: "delete", user_id: userId, target, gone: true });
  } catch (error) {
    const gone = error instanceof ChatError && (error.code === "no_such_room" || error.code === "no_such_message");
    if (!gone) throw error;
  }
}
