/** Which browsers want to be told while no page is open (web push, RFC 8030): one a session, and only while it lives. */
import * as v from "valibot";
import { ChatError } from "../../base/errors.ts";
import { hashSecret } from "../../base/ids.ts";
import { change } from "../../store/change.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Actor, PushRecord } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Chat } from "../chat.ts";
import { endpointProblem } from "./push_endpoint.ts";

/** Base64url with or without padding. */
const base64url = (characters: 22 | 87, what: string) =>
  v.pipe(
    v.string("must be a string"),
    v.regex(new RegExp(`^[A-Za-z0-9_-]{${characters}}={0,2}$`), `must be ${what} in base64url`),
  );

/** The JSON of a browser's PushSubscription. */
export const pushInput = v.strictObject({
  endpoint: v.pipe(
    v.string("must be a string"),
    v.maxLength(1_000, "must have at most 1000 characters"),
    v.metadata({
      json: { pattern: "^https://", description: "The address of a push service on the public internet." },
    }),
  ),
  keys: v.strictObject({ p256dh: base64url(87, "65 bytes"), auth: base64url(22, "16 bytes") }),
});
export type PushInput = v.InferOutput<typeof pushInput>;

/** Subscribes this session's browser; of more than 10 of a user the oldest subscription is dropped. */
export async function subscribePush(chat: Chat, actor: Actor, input: PushInput): Promise<void> {
  const problem = endpointProblem(input.endpoint, chat.config.pushLoopback);
  if (problem !== null) throw new ChatError("invalid", `"endpoint" ${problem}`, { field: "endpoint" });
  if (!await isPoint(input.keys.p256dh)) {
    const message = '"keys.p256dh" must be an uncompressed point of the curve P-256: subscribe anew.';
    throw new ChatError("invalid", message, { field: "keys.p256dh" });
  }
  const own = keys.push(actor.user_id, actor.session_id);
  const byEndpoint = keys.pushEndpoint(await hashSecret(input.endpoint));
  await change(chat.kv, [byEndpoint, own], async (before, present) => {
    const all = await chat.kv.list(ranges.push(actor.user_id), { limit: 2 * LIMITS.push_subscriptions });
    const others = all.filter(({ key }) => lastPart(key) !== actor.session_id)
      .sort((a, b) => b.value.created_at - a.value.created_at);
    const gone: Deno.KvKey[] = [];
    for (const { key, value } of others.slice(LIMITS.push_subscriptions - 1)) {
      gone.push(key, keys.pushEndpoint(await hashSecret(value.endpoint)));
    }
    // the account that used this browser before gets no more pushes here
    const { user_id, session_id } = before.value ?? {};
    if (user_id !== undefined && session_id !== undefined && session_id !== actor.session_id) {
      gone.push(keys.push(user_id, session_id));
    }
    if (present.value !== null && present.value.endpoint !== input.endpoint) {
      gone.push(keys.pushEndpoint(await hashSecret(present.value.endpoint)));
    }
    const record: PushRecord = { ...input, created_at: chat.clock.now() };
    const set = [put(own, record), put(byEndpoint, { user_id: actor.user_id, session_id: actor.session_id })];
    return { result: undefined, write: { set, delete: gone }, proof: "repeatable" };
  });
}

/** Whether messages can be encrypted to this key (RFC 8291, 3.1); its form alone does not show that. */
async function isPoint(p256dh: string): Promise<boolean> {
  try {
    const bytes = Uint8Array.fromBase64(p256dh, { alphabet: "base64url" });
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const point = await crypto.subtle.importKey("raw", bytes, curve, false, []);
    // importing looks at the length alone; agreeing on a secret, as each push does, needs a point of the curve
    const { privateKey } = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
    await crypto.subtle.deriveBits({ name: "ECDH", public: point }, privateKey, 256);
    return true;
  } catch {
    return false;
  }
}

export async function isSubscribed(chat: Chat, { user_id, session_id }: Actor): Promise<boolean> {
  return (await chat.kv.get(keys.push(user_id, session_id))).value !== null;
}

export async function unsubscribePush(chat: Chat, actor: Actor): Promise<void> {
  await dropPush(chat, actor.user_id, actor.session_id);
}

/** Drops a subscription, because its session ended or the push service does not know it any more. */
export async function dropPush(chat: Pick<Chat, "kv">, userId: string, sessionId: string): Promise<void> {
  // checked: the browser may be another account's meanwhile, which then has its endpoint
  await change(chat.kv, [keys.push(userId, sessionId)], async ({ key, value }) => {
    if (value === null) return { result: undefined };
    const gone = [key, keys.pushEndpoint(await hashSecret(value.endpoint))];
    return { result: undefined, write: { delete: gone }, proof: "repeatable" };
  });
}
