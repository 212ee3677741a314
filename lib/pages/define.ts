import { createDefine, HttpError } from "fresh";
import type { State } from "./app_state.ts";

/** The answer to a method that a page does not have; it must list those it has (RFC 9110, 15.5.6). */
export class MethodNotAllowed extends HttpError {
  constructor(readonly allow: string) {
    super(405, `Method not allowed: use ${allow}`);
  }
}

const fresh = createDefine<State>();
/** Methods other than GET and HEAD, which every page has, with or without a handler. */
const OTHERS = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** Fresh's helpers with this app's State. */
export const define: typeof fresh = {
  page: fresh.page,
  layout: fresh.layout,
  middleware: fresh.middleware,
  /** Fresh answers 404 if a path has no handler for the method; here that becomes a 405. */
  handlers(handlers) {
    if (typeof handlers === "function") return handlers;
    const missing = OTHERS.filter((method) => !(method in handlers));
    const allow = ["GET", "HEAD", ...OTHERS.filter((method) => method in handlers)].join(", ");
    const refuse = () => Promise.reject(new MethodNotAllowed(allow));
    return Object.assign(handlers, Object.fromEntries(missing.map((method) => [method, refuse])));
  },
};
