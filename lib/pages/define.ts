import { createDefine, HttpError } from "fresh";
import type { State } from "./app_state.ts";

/** What a page answers to a method that it does not have: it must name those it has (RFC 9110, 15.5.6). */
export class MethodNotAllowed extends HttpError {
  constructor(readonly allow: string) {
    super(405, `Method not allowed: use ${allow}`);
  }
}

const fresh = createDefine<State>();
/** Without GET and HEAD: every page has them, of its handlers or by itself. */
const OTHERS = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** Fresh's helpers with this app's State. */
export const define: typeof fresh = {
  page: fresh.page,
  layout: fresh.layout,
  middleware: fresh.middleware,
  /** Fresh says 404 where a path has no handler for the method; here that is a 405. */
  handlers(handlers) {
    if (typeof handlers === "function") return handlers;
    const missing = OTHERS.filter((method) => !(method in handlers));
    const allow = ["GET", "HEAD", ...OTHERS.filter((method) => method in handlers)].join(", ");
    const refuse = () => Promise.reject(new MethodNotAllowed(allow));
    return Object.assign(handlers, Object.fromEntries(missing.map((method) => [method, refuse])));
  },
};
