/** `GET /metrics`: numbers for a collector with METRICS_TOKEN, and for administrators. Nobody else. */
import { timingSafeEqual } from "node:crypto";
import type { Chat } from "../chat/chat.ts";
import { authenticate } from "../chat/sign_in/sessions.ts";
import { readCookie } from "../chat/sign_in/cookies.ts";
import type { ClientInfo } from "../chat/sign_in/client.ts";
import { ChatError } from "../base/errors.ts";
import { hashSecret } from "../base/ids.ts";
import { merged, METRICS_TYPE, metricsText } from "../base/metrics.ts";
import { bearerOf } from "./guard.ts";

/** Throws `unauthorized`, `forbidden` or `rate_limited`. */
export async function metricsPage(chat: Chat, request: Request, client: ClientInfo): Promise<Response> {
  await requireReader(chat, request, client);
  return new Response(metricsText(merged(await chat.metrics.gather())), { headers: { "content-type": METRICS_TYPE } });
}

async function requireReader(chat: Chat, request: Request, client: ClientInfo): Promise<void> {
  const bearer = bearerOf(request);
  if (await isToken(bearer, chat.config.metricsToken)) return;
  const cookie = readCookie(chat.config, request.headers);
  const actor = await authenticate(chat, { bearer, cookie });
  if (actor?.admin === true) return;
  chat.rates.checkCommand(actor?.user_id ?? null, client.address);
  if (actor !== null) {
    throw new ChatError("forbidden", "Only administrators, and clients that send METRICS_TOKEN, may read the metrics.");
  }
  throw new ChatError("unauthorized", "Send Authorization: Bearer <METRICS_TOKEN>, or sign in as an administrator.");
}

/** Compares hashes, because timingSafeEqual() needs two values of one length. */
async function isToken(given: string | undefined, token: string | undefined): Promise<boolean> {
  if (given === undefined || token === undefined) return false;
  const bytes = new TextEncoder();
  return timingSafeEqual(bytes.encode(await hashSecret(given)), bytes.encode(await hashSecret(token)));
}
