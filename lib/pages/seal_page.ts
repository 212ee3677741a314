import type { Context } from "fresh";
import type { State } from "./app_state.ts";
import { nonceOf, pageHeaders } from "./page_rules.ts";
import { keepSettings } from "./reader.ts";

/**
 * Adds the headers and cookies of every page. Fresh renders an error page outside of the middlewares, so it is called
 * in two places: by the middleware for pages, by `_error.tsx` for error pages.
 */
export function sealPage({ state, url, req }: Context<State>, response: Response): Response {
  for (const [name, value] of pageHeaders(url, nonceOf(response))) response.headers.set(name, value);
  // Use prolongs a session, on the server and in the browser. A cookie that the page itself set or cleared is left
  // alone.
  if (state.renewal && !response.headers.has("set-cookie")) response.headers.append("set-cookie", state.renewal);
  // An error before the middleware has no reader.
  if (state.actor && state.settings !== undefined) {
    for (const kept of keepSettings(state.settings, req)) response.headers.append("set-cookie", kept);
  }
  return response;
}
