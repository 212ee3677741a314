/** The control log (D6b): which sessions ended, so that every isolate closes their sockets. */
import { ChatError } from "../../base/errors.ts";
import { change, type Changed } from "../../store/change.ts";
import { type Key, keys, ranges } from "../../store/keys.ts";
import { type Put, put } from "../../store/kv.ts";
import type { ControlRecord, SessionRecord, UserRecord } from "../../protocol/model.ts";
import { auditPut, checkAdmin, type Doer, requireAdmin } from "../moderation/audit.ts";
import type { Chat } from "../chat.ts";
import { reasonOf } from "../people/fields.ts";

const MAX_READ = 1_000;

export type ControlEntry = ControlRecord & { n: number };

/** The entries after number `after`, at most 1,000, oldest first; `head` is the last one's number, read before them. */
export async function readControl(chat: Chat, after: number): Promise<{ head: number; entries: ControlEntry[] }> {
  const head = (await chat.kv.get(keys.controlHead())).value ?? 0;
  if (head <= after) return { head, entries: [] };
  const found = await chat.kv.list(ranges.control(after), { limit: MAX_READ });
  return { head, entries: found.map(({ key, value }) => ({ ...value, n: Number(key.at(-1)) })) };
}

/** What ends, and what else is written in the same atomic. */
export interface Ending {
  sessions: SessionRecord[];
  checks?: { key: Key<unknown>; versionstamp: string | null }[];
  set?: Put[];
  delete?: Key<unknown>[];
  /**
   * Proves, after an unknown commit outcome, that this commit succeeded: one of `set`, with something random in it
   * (store/change.ts). By default the entry in the control log, which only proves that the sessions ended.
   */
  proof?: Put;
}

/**
 * Ends sessions: deletes them and appends to the control log in one atomic, with whatever else `plan` wants. It reads
 * afresh for each try; undefined: there is nothing to do. Returns the sessions that ended.
 */
export async function endSessions(
  chat: Chat,
  userId: string,
  reason: ControlRecord["reason"],
  plan: () => Promise<Ending | undefined>,
): Promise<Changed<SessionRecord[]>> {
  const done = await change(chat.kv, [], async () => {
    const ending = await plan();
    if (ending === undefined) return { result: [] };
    const { sessions, checks = [], set = [], delete: gone = [], proof } = ending;
    if (sessions.length + set.length + gone.length === 0) return { result: sessions };
    if (sessions.length === 0) {
      return { result: sessions, write: { checks, set, delete: gone }, proof: proof ?? "repeatable" };
    }
    // the log's head is one key for all users: only commits that end a session contend on it
    const log = await logEntry(chat, {
      user_id: userId,
      sessions: sessions.map(({ id }) => id),
      reason,
      at: chat.clock.now(),
    });
    return {
      result: sessions,
      write: {
        checks: [...checks, log.check],
        set: [...set, log.entry, log.head],
        delete: [...sessions.flatMap(sessionKeys), ...gone],
      },
      proof: proof ?? log.entry,
    };
  });
  const ended = done.result;
  if (ended.length > 0) {
    chat.bus.publish({
      type: "control",
      ended: { user_id: userId, sessions: ended.map(({ id }) => id), reason, at: chat.clock.now() },
    });
  }
  return done;
}

async function logEntry(chat: Chat, entry: ControlRecord) {
  const head = await chat.kv.get(keys.controlHead());
  const n = (head.value ?? 0) + 1;
  return {
    check: { key: head.key, versionstamp: head.versionstamp },
    entry: put(keys.control(n), entry),
    head: put(keys.controlHead(), n),
  };
}

/** Every key that a session has. */
function sessionKeys(session: SessionRecord): Key<unknown>[] {
  return [keys.session(session.user_id, session.id), keys.sessionBySecret(session.secret_hash)];
}

/** More than the cap of sessions: those that were made while it was lower are read too. */
const MAX_LISTED_SESSIONS = 100;

export async function sessionsOf(chat: Chat, userId: string): Promise<SessionRecord[]> {
  const found = await chat.kv.list(ranges.sessions(userId), { limit: MAX_LISTED_SESSIONS });
  return found.map(({ value }) => value);
}

/** Disables an account, or lets it sign in again. Its sessions end at once. Administrators only. */
export async function setDisabled(chat: Chat, actor: Doer, userId: string, disabled: boolean, why?: string) {
  requireAdmin(actor);
  if (actor.user_id === userId) {
    throw new ChatError("conflict", "This is your own account: let another administrator do it.");
  }
  const reason = reasonOf(why);
  await endSessions(chat, userId, "disabled", async () => {
    const doers = await checkAdmin(chat, actor);
    const entry = await chat.kv.get(keys.user(userId));
    if (entry.value === null) throw new ChatError("no_such_user", `There is no user ${JSON.stringify(userId)}.`);
    if ((entry.value.disabled_at !== undefined) === disabled) return undefined;
    const { disabled_at: _, ...rest } = entry.value;
    const user: UserRecord = disabled ? { ...rest, disabled_at: chat.clock.now() } : rest;
    const audit = auditPut(chat, actor, {
      act: disabled ? "account_disabled" : "account_enabled",
      user_id: userId,
      ...(reason === undefined ? {} : { reason }),
    });
    return {
      sessions: disabled ? await sessionsOf(chat, userId) : [],
      checks: [{ key: entry.key, versionstamp: entry.versionstamp }, ...doers],
      set: [put(keys.user(userId), user), audit],
      proof: audit,
    };
  });
}
