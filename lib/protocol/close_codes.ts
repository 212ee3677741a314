/**
 * Close codes (RFC 6455, 7.4). The range says what a client does next: 1000-1015 and 4000-4099 reconnect with back-off
 * and resume; 4100-4199 sign in first (ask `GET /api/me`); 4200-4299 do not reconnect, the client itself is at fault.
 */
export const CLOSE = {
  /** The server stops; the reason is `retry in <n>`: reconnect after that many milliseconds. */
  going_away: 1001,
  /** A frame or message over the limit. */
  too_big: 1009,
  internal: 1011,
  /** The client reads too slowly: more bytes than allowed waited for this socket. Resume: nothing is lost. */
  too_slow: 4000,
  /** The other side sent nothing for too long. */
  dead: 4001,
  /** The control log could not be read, so the server cannot know whether the session has ended (D6b). */
  unsure: 4002,
  /** More sockets of this user, or from this address, than are allowed. */
  replaced: 4003,
  /** The session ended: signed out, password changed, expired. */
  session_ended: 4100,
  account_disabled: 4101,
  /** The access token that opened this socket ended, and no fresh one came (`reauthenticate`). */
  token_expired: 4102,
  /** Binary frames are not part of the protocol. */
  unsupported: 4200,
  /** Too many malformed or excess commands, one after the other. */
  abuse: 4201,
} as const;

export function mayReconnect(code: number): boolean {
  return code < 4100;
}

export function mustSignIn(code: number): boolean {
  return code >= 4100 && code < 4200;
}
