import type { Context } from "fresh";
import type { State } from "./app_state.ts";
import { nonceOf, pageHeaders } from "./page_rules.ts";
import { keepSettings } from "./reader.ts";

/**
 * Adds what every page is sent with. Fresh makes an error page outside of the middlewares, so both do this: the middleware
 * with what comes back, and the error page with itself.
 */
export function sealPage({ state, url, req }: Context<State>, response: Response): Response {
  for (const [name, value] of pageHeaders(url, nonceOf(response))) response.headers.set(name, value);
  // use keeps a session alive, here and in the browser; a page that set or cleared the cookie itself has the last word
  if (state.renewal && !response.headers.has("set-cookie")) response.headers.append("set-cookie", state.renewal);
  // what failed before the middleware knows nobody
  if (state.actor && state.settings !== undefined) {
    for (const kept of keepSettings(state.settings, req)) response.headers.append("set-cookie", kept);
  }
  return response;
}
