/** The control log (D6b): which sessions ended, so that every isolate closes their sockets. */
import { ChatError } from "../../base/errors.ts";
import { type Key, keys, ranges } from "../../store/keys.ts";
import { type Put, put } from "../../store/kv.ts";
import type { ControlRecord, SessionRecord, UserRecord } from "../../protocol/model.ts";
import { auditPut, checkAdmin, type Doer, requireAdmin } from "../moderation/audit.ts";
import type { Chat } from "../chat.ts";
import { reasonOf } from "../people/fields.ts";

const MAX_TRIES = 40;
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
): Promise<SessionRecord[]> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (tries > 0) await pause(tries);
    const ending = await plan();
    if (ending === undefined) return [];
    const { sessions, checks = [], set = [], delete: gone = [] } = ending;
    // the log's head is one for all users: nobody contends on it who ends nothing
    const ended = { user_id: userId, sessions: sessions.map(({ id }) => id), reason, at: chat.clock.now() };
    const log = sessions.length === 0 ? { checks: [], set: [] } : await logEntry(chat, ended);
    const done = await chat.kv.commit({
      checks: [...checks, ...log.checks],
      set: [...set, ...log.set],
      delete: [...sessions.flatMap(sessionKeys), ...gone],
    });
    if (done === null) continue;
    if (sessions.length > 0) chat.bus.publish({ type: "control", ended });
    return sessions;
  }
  throw busy();
}

async function logEntry(chat: Chat, entry: ControlRecord) {
  const head = await chat.kv.get(keys.controlHead());
  const n = (head.value ?? 0) + 1;
  return {
    checks: [{ key: head.key, versionstamp: head.versionstamp }],
    set: [put(keys.control(n), entry), put(keys.controlHead(), n)],
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
  if (actor.user_id === userId) throw new ChatError("conflict", "This is your own account: let another do it.");
  const reason = reasonOf(why);
  await endSessions(chat, userId, "disabled", async () => {
    const doers = await checkAdmin(chat, actor);
    const entry = await chat.kv.get(keys.user(userId));
    if (entry.value === null) throw new ChatError("no_such_user", `There is no user ${JSON.stringify(userId)}.`);
    if ((entry.value.disabled_at !== undefined) === disabled) return undefined;
    const { disabled_at: _, ...rest } = entry.value;
    const user: UserRecord = disabled ? { ...rest, disabled_at: chat.clock.now() } : rest;
    return {
      sessions: disabled ? await sessionsOf(chat, userId) : [],
      checks: [{ key: entry.key, versionstamp: entry.versionstamp }, ...doers],
      set: [
        put(keys.user(userId), user),
        auditPut(chat, actor, {
          ...{ act: disabled ? "account_disabled" : "account_enabled", user_id: userId },
          ...(reason === undefined ? {} : { reason }),
        }),
      ],
    };
  });
}

/** Between two tries of a contended commit. */
export function pause(tries: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(tries, 20)));
}

export function busy(): ChatError {
  return new ChatError("overloaded", "Too many changes at the same moment. Try again.", { retryAfter: 1 });
}
