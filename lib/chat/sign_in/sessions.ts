/** Sessions: who a request comes from, which there are, and ending them. */
import { ChatError } from "../../base/errors.ts";
import { hashSecret } from "../../base/ids.ts";
import { keys } from "../../store/keys.ts";
import { put, type Write } from "../../store/kv.ts";
import type { Actor, SessionRecord } from "../../protocol/model.ts";
import type { Chat } from "../chat.ts";
import { endSessions, sessionsOf } from "./session_ends.ts";
import type { ClientInfo, SignedIn } from "./client.ts";
import { signIn, type SignInInput } from "./sign_in.ts";
import { readAccessToken } from "./tokens.ts";

/** `renewed`: the session was just prolonged, so that its cookie has to be set again, with the same secret. */
export type Authenticated = Actor & { readonly renewed: boolean };

/** One of my sessions, as I see it. */
export interface SessionView {
  id: string;
  kind: "cookie" | "tokens";
  current: boolean;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  user_agent: string;
  address: string;
}

const RENEW_AFTER_MS = 3_600_000;
/** A check of a session counts for this long. */
const BELIEVED_MS = 1_000;

/**
 * Who a request comes from: by its access token where it has one, else by its cookie's secret (see readCookie). null:
 * neither is valid. Throws `rate_limited` for a cookie that was not valid lately, from an address (where one is given)
 * whose strangers have no budget left. The session and the user are read each time (D6b); a cookie's session is prolonged
 * once an hour.
 */
export async function authenticate(
  chat: Chat,
  { cookie, bearer, address }: {
    cookie?: string | undefined;
    bearer?: string | undefined;
    address?: string | undefined;
  },
): Promise<Authenticated | null> {
  const isKnown = cookie !== undefined && chat.recentSessions.has(cookie, chat.clock.elapsed());
  // a guess costs a hash and a read: not from where strangers have no budget left
  if (bearer === undefined && cookie !== undefined && address !== undefined && !isKnown) {
    chat.rates.lookCommand(address);
  }
  const actor = await authenticated(chat, cookie, bearer);
  if (actor?.by === "cookie" && cookie !== undefined) chat.recentSessions.add(cookie, chat.clock.elapsed());
  return actor === null || address === undefined ? actor : { ...actor, address };
}

async function authenticated(
  chat: Chat,
  cookie: string | undefined,
  bearer: string | undefined,
): Promise<Authenticated | null> {
  if (bearer !== undefined) {
    const token = await readAccessToken(chat, bearer);
    const actor = token === undefined ? null : await actorOf(chat, token.sub, token.sid, "bearer");
    return actor === null || token === undefined ? null : { ...actor, token_expires_at: token.exp * 1_000 };
  }
  if (cookie === undefined || !/^[\w-]{43}$/.test(cookie)) return null;
  const found = (await chat.kv.get(keys.sessionBySecret(await hashSecret(cookie)))).value;
  return found === null ? null : await actorOf(chat, found.user_id, found.session_id, "cookie");
}

/**
 * Checks the actor again once a request's body has arrived: a client may hold the body back until the session has ended
 * (D6b). The request was authenticated at `since`, by the monotonic clock. Throws `unauthorized`.
 */
export async function stillSignedIn(chat: Chat, actor: Actor, since: number): Promise<Actor> {
  if (chat.clock.elapsed() - since < BELIEVED_MS) return actor;
  const { user_id, session_id, by, address } = actor;
  const present = await actorOf(chat, user_id, session_id, by);
  if (present === null) throw new ChatError("unauthorized", "This session has ended meanwhile. Sign in again.");
  return address === undefined ? present : { ...present, address };
}

async function actorOf(
  chat: Chat,
  userId: string,
  sessionId: string,
  by: Actor["by"],
): Promise<Authenticated | null> {
  const { lapses } = chat.directory;
  const [entry, user] = await Promise.all([
    chat.kv.get(keys.session(userId, sessionId)),
    chat.kv.get(keys.user(userId)),
  ]);
  const now = chat.clock.now();
  let session = entry.value;
  if (session === null || session.expires_at <= now || session.kind !== (by === "cookie" ? "cookie" : "tokens")) {
    return null;
  }
  if (user.value === null || user.value.disabled_at !== undefined) return null;
  chat.directory.read(user.value, lapses);

  let renewed = false;
  if (by === "cookie" && now - session.last_seen_at >= RENEW_AFTER_MS) {
    const later: SessionRecord = { ...session, last_seen_at: now, expires_at: now + chat.config.sessionMs };
    // only where it still is as it was read: one that has just ended must not come back
    const checks = [{ key: entry.key, versionstamp: entry.versionstamp }];
    renewed = await renew(chat, { checks, set: [put(keys.session(userId, sessionId), later)] });
    if (renewed) session = later;
  }
  const { username, admin } = user.value;
  return { user_id: userId, username, admin, session_id: sessionId, by, expires_at: session.expires_at, renewed };
}

/** Whether the session was prolonged. A store that takes no writes now must not stop reads. */
async function renew(chat: Chat, write: Write): Promise<boolean> {
  try {
    return await chat.kv.commit(write) !== null;
  } catch (error) {
    if (error instanceof ChatError && error.code === "storage_unavailable") return false;
    throw error;
  }
}

/** The newest use first; at most 50. */
export async function listSessions(chat: Chat, actor: Actor): Promise<SessionView[]> {
  const now = chat.clock.now();
  const live = (await sessionsOf(chat, actor.user_id)).filter((session) => session.expires_at > now);
  return live.sort((a, b) => b.last_seen_at - a.last_seen_at).slice(0, 50).map((session) => ({
    id: session.id,
    kind: session.kind,
    current: session.id === actor.session_id,
    created_at: iso(session.created_at),
    last_seen_at: iso(session.last_seen_at),
    expires_at: iso(session.expires_at),
    user_agent: session.user_agent,
    address: session.address,
  }));
}

/** signIn() for a browser; ends the browser's earlier session, if it has one. */
export async function signInBrowser(
  chat: Chat,
  input: SignInInput,
  client: ClientInfo,
  before: string | undefined,
): Promise<SignedIn> {
  const session = await signIn(chat, input, "cookie", client);
  const old = before === undefined ? null : await authenticate(chat, { cookie: before });
  if (old !== null) await signOut(chat, old);
  return session;
}

/** Ends the session that the request came over. */
export async function signOut(chat: Chat, actor: Actor): Promise<void> {
  await endSessions(chat, actor.user_id, "signed_out", () => one(chat, actor.user_id, actor.session_id));
}

/** Ends one of my sessions, or all but this one. Throws `not_found`. */
export async function endSession(chat: Chat, actor: Actor, sessionId: string): Promise<void> {
  if (sessionId === "others") {
    await endSessions(chat, actor.user_id, "signed_out", async () => ({
      sessions: (await sessionsOf(chat, actor.user_id)).filter(({ id }) => id !== actor.session_id),
    }));
    return;
  }
  const isForm = /^[0-9a-z]{1,40}$/.test(sessionId);
  const end = () => endSessions(chat, actor.user_id, "signed_out", () => one(chat, actor.user_id, sessionId));
  if (isForm && (await end()).result.length > 0) return;
  throw new ChatError("not_found", "You have no such session. GET /api/me/sessions lists yours.");
}

async function one(chat: Chat, userId: string, sessionId: string) {
  const { key, value, versionstamp } = await chat.kv.get(keys.session(userId, sessionId));
  return value === null ? undefined : { sessions: [value], checks: [{ key, versionstamp }] };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
