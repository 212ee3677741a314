/** From a route module's exports to what runs for each method, and from a throw to an error page. */
import { STATUS_TEXT } from "@std/http/status";
import { type Context, FRAME, type Frame } from "./context.ts";
import { HttpError, MethodNotAllowed } from "./error.ts";
import { renderPage } from "./render.ts";
import type { HandlerFn, Middleware, PageProps, RouteModule, ServerComponent } from "./types.ts";

type Component<State> = ServerComponent<PageProps<unknown, State>>;

/** Called with each error that is not an HttpError, and with an HttpError of status 500 or more. */
export type ErrorReporter<State> = (error: unknown, ctx: Context<State>) => void;

/** By method, and `otherwise` where one function handles all. */
export function methodsOf<State>(
  module: RouteModule<State>,
): { methods: Map<string, Middleware<State>>; otherwise: Middleware<State> | null } {
  const component = (module.default ?? null) as Component<State> | null; // in a route file the default is the page
  const exported = module.handlers ?? module.handler;
  const methods = new Map<string, Middleware<State>>();
  if (typeof exported === "function") {
    return { methods, otherwise: responder(exported, component, module) };
  }
  for (const [method, handler] of Object.entries(exported ?? {})) {
    if (typeof handler === "function") methods.set(method, responder(handler, component, module));
  }
  if (component !== null && !methods.has("GET")) methods.set("GET", responder(null, component, module));
  return { methods, otherwise: null };
}

/** A Response passes as it is: an upgrade (101) must not be touched. */
function responder<State>(
  handler: HandlerFn<unknown, State> | null,
  component: Component<State> | null,
  { config }: RouteModule<State>,
): Middleware<State> {
  return async (ctx) => {
    const result = await handler?.(ctx);
    if (result !== undefined && !("data" in result)) return result;
    if (component === null) throw new Error(`${ctx.route}: the handler returned no Response and there is no page`);
    return await renderPage(ctx, component, result ?? { data: undefined }, config ?? {});
  };
}

export function notAllowed<State>(methods: Iterable<string>): Middleware<State> {
  const allowed = new Set(methods);
  if (allowed.has("GET")) allowed.add("HEAD");
  const allow = [...allowed].toSorted().join(", ");
  return () => Promise.reject(new MethodNotAllowed(allow));
}

/**
 * Turns what is thrown inside into an error page. It sits inside the folder's middlewares: they see its Response, so a
 * header that they add is on error pages too.
 */
export function errorBoundary<State>(
  page: Component<State> | null,
  frame: Frame<State>,
  report: ErrorReporter<State>,
): Middleware<State> {
  return async (ctx) => {
    try {
      return await ctx.next();
    } catch (error) {
      ctx[FRAME] = frame;
      return await renderError(ctx, error, page, report);
    }
  };
}

export async function renderError<State>(
  ctx: Context<State>,
  error: unknown,
  page: Component<State> | null,
  report: ErrorReporter<State>,
): Promise<Response> {
  ctx.error = error;
  const status = error instanceof HttpError ? error.status : 500;
  if (status >= 500) report(error, ctx);
  const headers = new Headers({ "cache-control": "no-store" });
  if (error instanceof MethodNotAllowed) headers.set("allow", error.allow);
  if (page !== null) {
    try {
      return await renderPage(ctx, page, { data: undefined, status, headers }, {});
    } catch (broken) {
      report(broken, ctx);
    }
  }
  return new Response(STATUS_TEXT[status], { status, headers });
}
