import { STATUS_TEXT } from "@std/http/status";
import type { BuildSnapshot, ProdBuildCache } from "./build_cache.ts";
import { RequestContext } from "./context.ts";
import { HttpError } from "./error.ts";
import { readFileRoutes } from "./fs_routes.ts";
import { Router } from "./router.ts";
import { answer, chain, type Segment, stepsOf } from "./segments.ts";
import { METHODS, type Middleware } from "./types.ts";

type Command<State> = (table: Table<State>) => void;

/** The state that an App's commands build up, in their order. */
interface Table<State> {
  router: Router<State>;
  root: Segment<State>;
  build: BuildSnapshot | null;
}

/** Gives an App its build; before `app.handler()`. */
export let setBuildCache: <State>(
  app: App<State>,
  build: ProdBuildCache,
  mode: "development" | "production",
) => void;

/**
 * Routes requests to middlewares, handlers and pages. A middleware covers what is added after it.
 * Source: https://fresh.deno.dev/docs/concepts/app
 */
export class App<State> {
  readonly #commands: Command<State>[] = [];
  #build: ProdBuildCache | null = null;

  static {
    setBuildCache = (app, build) => {
      app.#build = build;
    };
  }

  /** Middlewares for everything after them. */
  use(...middlewares: Middleware<State>[]): this {
    return this.#add(({ root }) => root.middlewares.push(...middlewares));
  }

  get(path: string, ...handlers: Middleware<State>[]): this {
    return this.#add(({ router, root }) => router.add(path, "GET", chain([...stepsOf([root]), ...handlers])));
  }

  /** The routes of the build. */
  fsRoutes(): this {
    return this.#add(({ router, root, build }) => {
      const { root: own, routes } = readFileRoutes<State>(build?.routes ?? []);
      root.middlewares.push(...own.middlewares);
      root.app = own.app ?? root.app;
      root.layout = own.layout ?? root.layout;
      root.error = own.error ?? root.error;
      for (const { pattern, route, segments } of routes) {
        const run = chain<State>([...stepsOf([{ ...root }, ...segments]), (ctx) => answer(ctx, route)]);
        // the route's methods are known only when it runs
        for (const method of METHODS) router.add(pattern, method, run);
      }
    });
  }

  #add(command: (table: Table<State>) => unknown): this {
    this.#commands.push(command);
    return this;
  }

  /** Composes all routes once, so that a request only matches and runs. */
  handler(): (req: Request, info?: Deno.ServeHandlerInfo) => Promise<Response> {
    const build = this.#build;
    const root: Segment<State> = {
      middlewares: [],
      layout: null,
      error: null,
      app: null,
    };
    const table = { router: new Router<State>(), root, build };
    for (const command of this.#commands) command(table);
    const unmatched = stepsOf([root]);
    return async (req, info) => {
      const ctx = new RequestContext<State>(req, info, build);
      const match = table.router.match(ctx.url);
      ctx.route = match?.pattern ?? null;
      ctx.params = match?.params ?? {};
      const methods = match?.methods;
      const run = methods?.get(req.method) ??
        (req.method === "HEAD" ? methods?.get("GET") : undefined) ??
        chain([...unmatched, () => Promise.reject(new HttpError(methods === undefined ? 404 : 405))]);
      try {
        const response = await run(ctx);
        return req.method === "HEAD" ? new Response(null, response) : response;
      } catch (error) {
        return failure(error);
      }
    };
  }
}

/** The response where there is no error page, or where the error page failed itself. */
function failure(error: unknown): Response {
  if (!(error instanceof HttpError) || error.status >= 500) {
    console.error(error);
  }
  if (!(error instanceof HttpError)) {
    return new Response("Internal server error", { status: 500 });
  }
  return new Response(error.message || STATUS_TEXT[error.status], {
    status: error.status,
  });
}
