/**
 * Whether a socket's user stream (user_stream.ts) is up to date: the list of rooms that was sent, and the lines after it.
 *
 * | state      | what a line does                                             | leads to                               |
 * | ---------- | ------------------------------------------------------------ | -------------------------------------- |
 * | greeting   | it is not sent: the list that `hello` brings is being read   | current: hello went out;               |
 * |            |                                                              | stale: it did, and a line was missed   |
 * | current    | it is sent as it comes                                       | stale: a line could not be sent (the   |
 * |            |                                                              | control log is stale, D6b), a signal   |
 * |            |                                                              | was lost (`lapse`), or a read failed   |
 * | stale      | it is sent, except while the control log is stale            | refreshing: the control log reads      |
 * |            |                                                              | again, or AGAIN_MS after a failure     |
 * | refreshing | it is sent, and kept: the list that is being read may be     | current: the list was sent, and the    |
 * |            | older than the line, so the line is sent once more after it  | kept lines after it;                   |
 * |            |                                                              | stale: a line was missed meanwhile,    |
 * |            |                                                              | MAX_KEPT came, or the read failed      |
 */
export type StreamState =
  | { readonly is: "greeting"; readonly missed: boolean }
  | { readonly is: "current" }
  | { readonly is: "stale" }
  | { readonly is: "refreshing"; readonly kept: string[]; missed: boolean };

/** At most so many lines are kept while a socket's list is read; where more come, the list is read once more. */
const MAX_KEPT = 100;

export const GREETING: StreamState = { is: "greeting", missed: false };
const GREETING_STALE: StreamState = { is: "greeting", missed: true };
const CURRENT: StreamState = { is: "current" };
const STALE: StreamState = { is: "stale" };

/** A line was not sent, or a signal was lost: what the client has is out of date. */
export function missed(state: StreamState): StreamState {
  if (state.is === "greeting") return GREETING_STALE;
  if (state.is !== "refreshing") return STALE;
  state.missed = true;
  return state;
}

/** A line was sent. */
export function sent(state: StreamState, line: string): StreamState {
  if (state.is !== "refreshing") return state;
  if (state.kept.length >= MAX_KEPT) return missed(state);
  state.kept.push(line);
  return state;
}

/** hello went out. */
export function greeted(state: StreamState): StreamState {
  return state.is === "greeting" && state.missed ? STALE : CURRENT;
}

export function refreshing(): StreamState & { is: "refreshing" } {
  return { is: "refreshing", kept: [], missed: false };
}

/** The read of the list is over: the list was sent, or the stream has missed something. */
export function refreshed(state: StreamState & { is: "refreshing" }): StreamState {
  return state.missed ? STALE : CURRENT;
}
