/** What needs a password: signing in, and changing it. */
import * as v from "valibot";
import { ChatError } from "../../base/errors.ts";
import { hashSecret, randomId, randomSecret } from "../../base/ids.ts";
import { busy } from "../../store/change.ts";
import { keys } from "../../store/keys.ts";
import { type Put, put } from "../../store/kv.ts";
import type { Actor, SessionRecord, UserRecord } from "../../protocol/model.ts";
import { countAttempt, countSignIn } from "./attempts.ts";
import type { Chat } from "../chat.ts";
import { endSessions, sessionsOf } from "./session_ends.ts";
import { decode, newPassword, password, username } from "../people/fields.ts";
import { meOf, readUser } from "../people/profiles.ts";
import { joinGeneral, refuseWeakPassword } from "./registration.ts";
import type { ClientInfo, SignedIn } from "./client.ts";
import { refreshToken } from "./tokens.ts";

export const signInInput = v.strictObject({
  username: v.pipe(v.string("must be a string"), v.maxLength(320, "must have at most 320 characters")),
  password,
});
export type SignInInput = v.InferInput<typeof signInInput>;

export const passwordInput = v.strictObject({ current_password: password, new_password: newPassword });

const MAX_SESSIONS = 50;

/**
 * Opens a session. Who does not exist and a wrong password get the same answer after the same work. Throws
 * `bad_credentials`, `forbidden` (disabled), `rate_limited` or `overloaded`.
 */
export async function signIn(
  chat: Chat,
  input: SignInInput,
  kind: SessionRecord["kind"],
  client: ClientInfo,
): Promise<SignedIn> {
  const given = decode(signInInput, input);
  const name = v.safeParse(username, given.username.trim());
  const known = name.success ? name.output : undefined;
  await countSignIn(chat, client.address, known);
  const counted = (outcome: string) =>
    chat.metrics.counter("parley_sign_ins_total", "Sign-ins by how they ended.", { outcome }).add();

  const id = known === undefined ? null : (await chat.kv.get(keys.username(known))).value;
  const user = (await chat.kv.get(keys.user(id ?? ""))).value;
  if (!await chat.passwords.verify(given.password, user?.password_hash) || user === null) {
    counted("failed");
    throw new ChatError("bad_credentials", "Username or password is wrong.");
  }
  if (user.disabled_at !== undefined) {
    throw new ChatError("forbidden", "This account is disabled. Ask the server's administrator.");
  }
  counted("ok");
  await joinGeneral(chat, user);
  return await openSession(chat, user, given.password, kind, client);
}

async function openSession(
  chat: Chat,
  verified: UserRecord,
  password: string,
  kind: SessionRecord["kind"],
  client: ClientInfo,
): Promise<SignedIn> {
  const id = randomId(20);
  const secret = kind === "cookie" ? randomSecret() : await refreshToken(chat, verified.id, id, 0);
  const now = chat.clock.now();
  const session: SessionRecord = {
    id,
    user_id: verified.id,
    kind,
    created_at: now,
    last_seen_at: now,
    expires_at: now + (kind === "cookie" ? chat.config.sessionMs : chat.config.refreshTokenMs),
    user_agent: client.user_agent.toWellFormed().slice(0, 256),
    address: client.address,
    secret_hash: await hashSecret(secret),
  };
  // a new hash waits in the line of sign-ins: where that is full, the one that stands does until the next sign-in
  let passwordHash = await chat.passwords.renewed(password, verified.password_hash).catch(() => verified.password_hash);
  await endSessions(chat, verified.id, "signed_out", async () => {
    const { key, value: user, versionstamp } = await readUser(chat, verified.id);
    // between the verification and now: another password (or another sign-in's new hash), or a disabled account
    const same = user.password_hash === verified.password_hash || user.password_hash === passwordHash;
    if (user.disabled_at !== undefined || !same && !await chat.passwords.verify(password, user.password_hash)) {
      throw new ChatError("bad_credentials", "Username or password is wrong.");
    }
    if (!same) passwordHash = user.password_hash;
    const puts = sessionPuts(session);
    return {
      sessions: surplus(await sessionsOf(chat, user.id)),
      checks: [{ key, versionstamp }],
      // written even where nothing changed: a concurrent change of the password must see this session, or fail its check
      set: [put(keys.user(user.id), { ...user, password_hash: passwordHash }), ...puts],
      proof: puts[0],
    };
  });
  return { user: meOf(verified), session_id: id, secret, expires_at: session.expires_at };
}

/** The oldest sessions, which must end so that with the new one there are no more than the cap. */
function surplus(sessions: SessionRecord[]): SessionRecord[] {
  const oldestFirst = sessions.sort((a, b) => a.last_seen_at - b.last_seen_at);
  return oldestFirst.slice(0, Math.max(0, oldestFirst.length - MAX_SESSIONS + 1));
}

/** A refresh token names its session itself; a cookie's secret is looked up. */
function sessionPuts(session: SessionRecord): [Put, ...Put[]] {
  const { id, user_id, secret_hash } = session;
  const own = put(keys.session(user_id, id), session);
  if (session.kind !== "cookie") return [own];
  return [own, put(keys.sessionBySecret(secret_hash), { user_id, session_id: id })];
}

/** Changes my password; my other sessions end. Throws `bad_credentials` (current_password), `invalid`, `rate_limited`. */
export async function changePassword(
  chat: Chat,
  actor: Actor,
  input: v.InferInput<typeof passwordInput>,
): Promise<void> {
  const given = decode(passwordInput, input);
  refuseWeakPassword(given.new_password, actor.username, "new_password");
  await countAttempt(chat, "signIns", [{ who: `password of ${actor.user_id}`, times: 1 }]);
  const verified = (await readUser(chat, actor.user_id)).value;
  if (!await chat.passwords.verify(given.current_password, verified.password_hash)) {
    throw new ChatError("bad_credentials", '"current_password" is wrong.', { field: "current_password" });
  }
  const passwordHash = await chat.passwords.hash(given.new_password);
  await endSessions(chat, actor.user_id, "password_changed", async () => {
    const { key, value: user, versionstamp } = await readUser(chat, actor.user_id);
    // an earlier try with an unknown outcome has committed
    if (user.password_hash === passwordHash) return undefined;
    if (user.password_hash !== verified.password_hash) throw busy();
    const changed = put(keys.user(user.id), { ...user, password_hash: passwordHash });
    return {
      sessions: (await sessionsOf(chat, user.id)).filter(({ id }) => id !== actor.session_id),
      checks: [{ key, versionstamp }],
      set: [changed],
      proof: changed,
    };
  });
}
