/**
 * Ends a socket that an access token opened when that token ends (SPEC.md, U6), unless its client brings a fresh one of
 * the same session. A socket that a cookie opened lives as long as its session.
 */
import type { Chat } from "../chat/chat.ts";
import { authenticate } from "../chat/sign_in/sessions.ts";
import type { Clock } from "../base/clock.ts";
import { ChatError } from "../base/errors.ts";
import { CLOSE } from "../protocol/close_codes.ts";
import type { Reauthenticate } from "../protocol/frames.ts";
import type { HubSocket } from "./hub_context.ts";
import type { LocalSocket } from "./local.ts";

/** A socket is asked for a fresh token this long before its token ends; where less time is left, after half of it. */
const ASK_MS = 60_000;
/** How long to wait before asking again while `hello`, which must be the first frame, has not been sent. */
const AGAIN_MS = 1_000;

export class TokenLife {
  readonly #connection: LocalSocket;
  readonly #clock: Clock;
  #endsAt: number;
  #cancel: () => void = () => {};
  #isStopped = false;

  constructor(connection: LocalSocket, clock: Clock, endsAt: number) {
    this.#connection = connection;
    this.#clock = clock;
    this.#endsAt = endsAt;
    this.#wait();
  }

  /** Prolongs the socket's life to `endsAt`, unless it lives longer already. Returns when it ends. */
  prolong(endsAt: number): number {
    if (endsAt > this.#endsAt) {
      this.#endsAt = endsAt;
      this.#wait();
    }
    return this.#endsAt;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #wait(): void {
    this.#cancel();
    // a fresh token may be checked while its socket closes
    if (this.#isStopped) return;
    const left = Math.max(0, this.#endsAt - this.#clock.now());
    this.#cancel = this.#clock.after(left - Math.min(ASK_MS, left / 2), () => this.#ask());
  }

  #ask(): void {
    const left = Math.max(0, this.#endsAt - this.#clock.now());
    const { isReady } = this.#connection;
    if (isReady) {
      const frame: Reauthenticate = { type: "reauthenticate", expires_at: new Date(this.#endsAt).toISOString() };
      this.#connection.send(JSON.stringify(frame));
    }
    this.#cancel = isReady || left <= AGAIN_MS
      ? this.#clock.after(left, () => this.#connection.close(CLOSE.token_expired, "the access token has expired"))
      : this.#clock.after(AGAIN_MS, () => this.#ask());
  }
}

/** Takes a fresh access token for a socket. Throws `unauthorized`; the socket then lives on until its old token ends. */
export async function reauthenticate(
  connection: HubSocket,
  token: string,
  chat: Chat,
): Promise<{ expires_at: string }> {
  const { actor, tokenLife } = connection;
  if (tokenLife === undefined) {
    throw new ChatError("forbidden", "A cookie opened this socket: it lives as long as the session, without tokens.");
  }
  const fresh = await authenticate(chat, { bearer: token });
  if (fresh?.user_id !== actor.user_id || fresh.session_id !== actor.session_id) {
    throw new ChatError(
      "unauthorized",
      "This is no valid access token of the session that opened this socket. Get one with POST /api/auth/refresh, or " +
        "open another socket.",
    );
  }
  return { expires_at: new Date(tokenLife.prolong(fresh.token_expires_at ?? 0)).toISOString() };
}
