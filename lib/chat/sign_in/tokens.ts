/**
 * Tokens of API clients: a short-lived access JWT, and a refresh token that is rotated at each use.
 *
 * A refresh token is `<user id>.<session id>.<generation>.<tag>`, the tag an HMAC over the rest, so that one which was
 * ours and has been used is told from noise: it ends the session, for somebody else may hold it. The store knows hashes.
 */
import { errors, jwtVerify, SignJWT } from "jose";
import * as v from "valibot";
import { ChatError } from "../../base/errors.ts";
import { hashSecret } from "../../base/ids.ts";
import { change } from "../../store/change.ts";
import { keys } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { SessionRecord } from "../../protocol/model.ts";
import type { Chat } from "../chat.ts";
import { endSessions } from "./session_ends.ts";
import type { ClientInfo, SignedIn } from "./client.ts";

export interface Tokens {
  access_token: string;
  token_type: "Bearer";
  /** Seconds. */
  expires_in: number;
  refresh_token: string;
}

/** For this long a used refresh token counts as a retry: the answer to its first use may have been lost. */
export const RETRY_MS = 30_000;
const ISSUER = "parley";
const TYPE = "at+jwt"; // RFC 9068

const claims = v.object({ sub: v.string(), sid: v.string(), exp: v.number() });
type Claims = v.InferOutput<typeof claims>;

/** For a sign-in of the kind "tokens", whose secret is the refresh token. */
export async function issueTokens(chat: Chat, signedIn: SignedIn): Promise<Tokens> {
  return await tokensFor(chat, signedIn.user.id, signedIn.session_id, signedIn.secret);
}

async function tokensFor(chat: Chat, userId: string, sessionId: string, refreshToken: string): Promise<Tokens> {
  const seconds = Math.floor(chat.clock.now() / 1_000);
  const lifetime = Math.floor(chat.config.accessTokenMs / 1_000);
  const accessToken = await new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: "HS256", typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(audience(chat))
    .setSubject(userId)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + lifetime)
    .sign(chat.jwtKey);
  return { access_token: accessToken, token_type: "Bearer", expires_in: lifetime, refresh_token: refreshToken };
}

/** This database: a token of another one, signed with the same secret, is not for us. */
function audience(chat: Chat): string {
  return `parley:${chat.epoch}`;
}

/** Whose session an access token names, and when it ends (seconds); undefined where it is not valid. */
export async function readAccessToken(
  chat: Chat,
  token: string,
): Promise<Claims | undefined> {
  if (token.length > 2_000) return undefined;
  const good = goodTokens(chat);
  const known = good.get(token);
  if (known !== undefined) return known.exp * 1_000 > chat.clock.now() ? known : undefined;
  try {
    const { payload } = await jwtVerify(token, chat.jwtKey, {
      algorithms: ["HS256"],
      typ: TYPE,
      issuer: ISSUER,
      audience: audience(chat),
      requiredClaims: ["exp", "iat", "sub", "sid"],
      currentDate: new Date(chat.clock.now()),
    });
    const read = v.safeParse(claims, payload);
    if (!read.success) return undefined;
    remember(good, token, read.output);
    return read.output;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/**
 * Tokens whose signature was verified, by the key that signs them. All that can change about such a token is the time:
 * its session is read with each request.
 */
const verified = new WeakMap<Chat["jwtKey"], Map<string, Claims>>();
const MAX_VERIFIED = 5_000;

function goodTokens({ jwtKey }: Chat): Map<string, Claims> {
  let good = verified.get(jwtKey);
  if (good === undefined) verified.set(jwtKey, good = new Map());
  return good;
}

function remember(good: Map<string, Claims>, token: string, read: Claims): void {
  good.set(token, read);
  const oldest = good.keys().next();
  if (good.size > MAX_VERIFIED && !oldest.done) good.delete(oldest.value);
}

/** The refresh token of a session's n-th generation, always the same: a retry gets what its first try got. */
export async function refreshToken(chat: Chat, userId: string, sessionId: string, generation: number): Promise<string> {
  const head = `${userId}.${sessionId}.${generation}`;
  const key = await hmacKey(chat);
  const tag = new Uint8Array(await crypto.subtle.sign("HMAC", key, signed(head)));
  return `${head}.${tag.toBase64({ alphabet: "base64url", omitPadding: true })}`;
}

async function readRefreshToken(chat: Chat, token: string) {
  const match = /^([0-9a-z]{1,40})\.([0-9a-z]{1,40})\.(\d{1,9})\.([\w-]{43})$/.exec(token);
  const [, userId, sessionId, generation, tag] = match ?? [];
  if (userId === undefined || sessionId === undefined || tag === undefined) return undefined;
  const tagBytes = Uint8Array.fromBase64(tag, { alphabet: "base64url" });
  const head = signed(`${userId}.${sessionId}.${generation}`);
  if (!await crypto.subtle.verify("HMAC", await hmacKey(chat), tagBytes, head)) return undefined;
  return { userId, sessionId, generation: Number(generation) };
}

function hmacKey(chat: Chat): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", chat.jwtKey, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

/** Domain separation: the text begins with its use, so that a signature for one kind of token fits no other. */
function signed(head: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`parley refresh token ${head}`);
}

/**
 * A new pair for a refresh token. The one before it may be repeated for 30 s and gets the same refresh token; any other
 * one that was used before ends the session. Throws `unauthorized`.
 */
export async function refreshTokens(chat: Chat, token: string, client: ClientInfo): Promise<Tokens> {
  const read = token.length > 200 ? undefined : await readRefreshToken(chat, token);
  if (read === undefined) throw refused();
  const { userId, sessionId, generation } = read;
  chat.rates.check("commands", userId);
  const hash = await hashSecret(token);
  const { result: reused } = await change(
    chat.kv,
    [keys.session(userId, sessionId), keys.user(userId)],
    async ({ key, value: session }, { value: user }) => {
      const now = chat.clock.now();
      if (session === null || session.expires_at <= now) throw refused();
      if (user === null || user.disabled_at !== undefined) throw refused();
      // a retry, be it the client's or our own
      if (session.previous?.secret_hash === hash && now <= session.previous.retry_until) return { result: null };
      if (session.secret_hash !== hash) return { result: session };
      const next = await refreshToken(chat, userId, sessionId, generation + 1);
      const rotated = await rotate(chat, session, next, client);
      return { result: null, write: { set: [put(key, rotated)] }, proof: "repeatable" };
    },
  );
  if (reused !== null) {
    await endReused(chat, reused);
    throw refused();
  }
  return await tokensFor(chat, userId, sessionId, await refreshToken(chat, userId, sessionId, generation + 1));
}

async function rotate(chat: Chat, session: SessionRecord, next: string, client: ClientInfo): Promise<SessionRecord> {
  const now = chat.clock.now();
  return {
    ...session,
    secret_hash: await hashSecret(next),
    previous: { secret_hash: session.secret_hash, retry_until: now + RETRY_MS },
    last_seen_at: now,
    expires_at: now + chat.config.refreshTokenMs,
    address: client.address,
  };
}

async function endReused(chat: Chat, { id, user_id }: SessionRecord): Promise<void> {
  chat.log.warn("a used refresh token came again: its session ends", { user_id, session_id: id });
  await endSessions(chat, user_id, "signed_out", async () => {
    const { key, value, versionstamp } = await chat.kv.get(keys.session(user_id, id));
    return value === null ? undefined : { sessions: [value], checks: [{ key, versionstamp }] };
  });
}

function refused(): ChatError {
  return new ChatError(
    "unauthorized",
    "This refresh token is not valid any more. Sign in again: POST /api/users/login.",
  );
}
