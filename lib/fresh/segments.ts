/** Turns a route module's exports into a handler for each method, inside its folders' layouts and middlewares. */
import type { RequestContext } from "./context.ts";
import { HttpError } from "./error.ts";
import { type Layout, place, type Wrapper } from "./render.ts";
import type { HandlerByMethod, HandlerFn, LayoutConfig, Method, Middleware, RouteModule } from "./types.ts";

/** A middleware that gets the whole context; every other middleware fits this type too. */
export type Step<State> = (ctx: RequestContext<State>) => Response | Promise<Response>;

/** What a folder's `_middleware`, `_layout` and `_error` add to the routes in it. */
export interface Segment<State> {
  middlewares: Middleware<State>[];
  layout: Layout<State> | null;
  error: Route<State> | null;
  /** Only the root has one. */
  app: Wrapper<State> | null;
}

/** The exports of a route's file, or of `_error`. */
export interface Route<State> {
  handler: HandlerFn<unknown, State> | HandlerByMethod<unknown, State>;
  component: Wrapper<State> | null;
  config: LayoutConfig;
}

const PAGE_WITHOUT_DATA = () => ({ data: {} });

export function routeOf<State>(module: RouteModule<State>): Route<State> {
  const component = (module.default ?? null) as Wrapper<State> | null; // in these files the default is the page
  const exported = module.handlers ?? module.handler ??
    (component === null ? notFound : PAGE_WITHOUT_DATA);
  if (Array.isArray(exported)) {
    throw new Error("A route has one handler, or one for each method");
  }
  const handler = typeof exported === "function" || component === null
    ? exported
    : { GET: PAGE_WITHOUT_DATA, ...exported };
  return { handler, component, config: module.config ?? {} };
}

/** From the outermost folder to the innermost: each folder's layout and error page, then its middlewares. */
export function stepsOf<State>(segments: Segment<State>[]): Step<State>[] {
  return segments.flatMap((segment) => [enter(segment), ...segment.middlewares]);
}

/**
 * Puts the folder's layout around the inner steps. An error thrown there, by the folder's own middlewares too, gives
 * the folder's error page; so these middlewares do not see that page's Response.
 */
function enter<State>({ layout, error: errorRoute, app }: Segment<State>): Step<State> {
  return async (ctx) => {
    const outside = ctx.frame;
    const inside = { app: app ?? outside.app, layouts: outside.layouts };
    if (layout !== null) {
      if (layout.config.skipAppWrapper) inside.app = null;
      inside.layouts = layout.config.skipInheritedLayouts ? [layout] : [...outside.layouts, layout];
    }
    ctx.frame = inside;
    try {
      return await ctx.next();
    } catch (error) {
      ctx.error = error;
      if (errorRoute === null) throw error;
      ctx.frame = inside;
      return await answer(ctx, errorRoute, error instanceof HttpError ? error.status : 500);
    } finally {
      ctx.frame = outside;
    }
  };
}

/** A Response passes unchanged: an upgrade (101) must not be copied. */
export async function answer<State>(
  ctx: RequestContext<State>,
  { handler, component, config }: Route<State>,
  status = 200,
): Promise<Response> {
  const method = ctx.req.method as Method;
  const run = typeof handler === "function"
    ? handler
    : handler[method] ?? (method === "HEAD" ? handler.GET : undefined) ??
      notFound;
  const result = await run(ctx);
  if (result instanceof Response) return result;
  const page = component === null ? null : await place(ctx, component, result.data, () => null);
  if (page instanceof Response) return page;
  return await ctx.render(page, {
    status: result.status ?? status,
    headers: new Headers(result.headers),
  }, config);
}

function notFound(): Promise<never> {
  return Promise.reject(new HttpError(404));
}

/** Makes one function of many; `ctx.next` of each calls the next. */
export function chain<State>(steps: Step<State>[]): Step<State> {
  return steps.reduceRight<Step<State>>(
    (inner, step) => (ctx) => {
      ctx.next = async () => await inner(ctx);
      return step(ctx);
    },
    () => Promise.reject(new Error("The last middleware called ctx.next()")),
  );
}
