import type { Build } from "./build_cache.ts";
import { Context, FRAME, type Frame } from "./context.ts";
import { HttpError } from "./error.ts";
import { type FileRoute, type Folder, readFileRoutes } from "./fs_routes.ts";
import { errorBoundary, type ErrorReporter, methodsOf, notAllowed, renderError } from "./handlers.ts";
import { chain, type Route, Router } from "./router.ts";
import type { Method, Middleware } from "./types.ts";

type Step<State> =
  | { kind: "use"; middlewares: Middleware<State>[] }
  | { kind: "route"; method: Method | "ALL"; path: string; handlers: Middleware<State>[] }
  | { kind: "files"; mount: string };

/** Ours: Fresh has no such option and logs by `console.error`. */
export interface AppOptions<State> {
  /** Gets errors that answer 500 or more. Default: `console.error`. */
  reportError?: ErrorReporter<State>;
}

/**
 * Routes requests to middlewares, handlers and pages. What is added later is inner: a middleware covers what comes
 * after it. Source: https://fresh.deno.dev/docs/concepts/app
 */
export class App<State> {
  #steps: Step<State>[] = [];
  #build: Build | null = null;
  #report: ErrorReporter<State>;

  constructor(options: AppOptions<State> = {}) {
    this.#report = options.reportError ?? ((error) => console.error(error));
  }

  /** Middlewares for everything after them, or for what is under a path. */
  use(...middlewares: Middleware<State>[]): this;
  use(path: string, ...middlewares: Middleware<State>[]): this;
  use(first: string | Middleware<State>, ...rest: Middleware<State>[]): this {
    const middlewares = typeof first === "string" ? rest.map((m) => under(first, m)) : [first, ...rest];
    this.#steps.push({ kind: "use", middlewares });
    return this;
  }

  get(path: string, ...handlers: Middleware<State>[]): this {
    return this.#route("GET", path, handlers);
  }
  post(path: string, ...handlers: Middleware<State>[]): this {
    return this.#route("POST", path, handlers);
  }
  patch(path: string, ...handlers: Middleware<State>[]): this {
    return this.#route("PATCH", path, handlers);
  }
  put(path: string, ...handlers: Middleware<State>[]): this {
    return this.#route("PUT", path, handlers);
  }
  delete(path: string, ...handlers: Middleware<State>[]): this {
    return this.#route("DELETE", path, handlers);
  }
  head(path: string, ...handlers: Middleware<State>[]): this {
    return this.#route("HEAD", path, handlers);
  }
  all(path: string, ...handlers: Middleware<State>[]): this {
    return this.#route("ALL", path, handlers);
  }

  #route(method: Method | "ALL", path: string, handlers: Middleware<State>[]): this {
    this.#steps.push({ kind: "route", method, path, handlers });
    return this;
  }

  /** The routes of the build, optionally under a path. */
  fsRoutes(mount = ""): this {
    this.#steps.push({ kind: "files", mount: mount.replace(/\/+$/, "") });
    return this;
  }

  /** Used by `setBuildCache`. */
  attach(build: Build): void {
    this.#build = build;
  }

  /** Everything is composed here, once: a request only matches and runs. */
  handler(): (req: Request, info?: Deno.ServeHandlerInfo) => Promise<Response> {
    const { router, unmatched, errorPage, base } = compile(this.#steps, this.#build, this.#report);
    return async (req, info) => {
      const ctx = new Context<State>(req, info, base);
      try {
        const match = router.match(ctx.url);
        if (match === null) return await unmatched(ctx);
        ctx.route = match.route.pattern;
        ctx.params = match.params;
        return await answer(match.route, ctx);
      } catch (error) {
        return await renderError(ctx, error, errorPage, this.#report); // thrown by an outermost middleware
      }
    };
  }
}

/** HEAD falls back to GET, without the body. */
async function answer<State>(route: Route<State>, ctx: Context<State>): Promise<Response> {
  const { method } = ctx.req;
  const run = route.methods.get(method);
  if (run !== undefined) return await run(ctx);
  const get = method === "HEAD" ? route.methods.get("GET") : undefined;
  if (get === undefined) return await route.otherwise(ctx);
  const response = await get(ctx);
  await response.body?.cancel();
  return new Response(null, response);
}

function compile<State>(steps: Step<State>[], build: Build | null, report: ErrorReporter<State>) {
  const router = new Router<State>();
  const files = readFileRoutes<State>(build?.routes ?? []);
  const errorPage = files.root.error;
  const base: Frame<State> = { build, app: files.app, layouts: layoutsOf([files.root]) };
  const boundary = errorBoundary(errorPage, base, report);
  const outer: Middleware<State>[] = [];
  const root: Middleware<State>[] = []; // routes/_middleware, for paths that match nothing
  const byPath = new Map<string, Route<State>>();

  for (const step of steps) {
    if (step.kind === "use") {
      outer.push(...step.middlewares);
    } else if (step.kind === "route") {
      addRoute(router, byPath, step, [...outer, boundary]);
    } else {
      root.push(...files.root.middlewares);
      for (const route of files.routes) router.add(fileRoute(route, step.mount, base, outer, report));
    }
  }
  const unmatched = chain<State>([...outer, ...root, boundary, () => Promise.reject(new HttpError(404, "Not found"))]);
  return { router, unmatched, errorPage, base };
}

function addRoute<State>(
  router: Router<State>,
  byPath: Map<string, Route<State>>,
  step: Step<State> & { kind: "route" },
  before: Middleware<State>[],
): void {
  let route = byPath.get(step.path);
  if (route === undefined) {
    route = { pattern: step.path, methods: new Map(), otherwise: () => Promise.reject(new HttpError(404)) };
    byPath.set(step.path, route);
    router.add(route);
  }
  if (step.method === "ALL") route.otherwise = chain([...before, ...step.handlers]);
  else {
    route.methods.set(step.method, chain([...before, ...step.handlers]));
    route.otherwise = chain([...before, notAllowed(route.methods.keys())]);
  }
}

function fileRoute<State>(
  { pattern, module, folders }: FileRoute<State>,
  mount: string,
  base: Frame<State>,
  outer: Middleware<State>[],
  report: ErrorReporter<State>,
): Route<State> {
  const frame = { ...base, layouts: layoutsOf(folders) };
  const before: Middleware<State>[] = [...outer];
  folders.forEach((folder, depth) => {
    before.push(...folder.middlewares);
    if (folder.error === null && depth > 0) return;
    const outside = { ...base, layouts: layoutsOf(folders.slice(0, depth + 1)) };
    before.push(errorBoundary(folder.error, outside, report));
  });
  before.push((ctx) => {
    ctx[FRAME] = frame;
    return ctx.next();
  });
  const { methods, otherwise } = methodsOf(module);
  const last = otherwise ?? notAllowed<State>(methods.keys());
  return {
    pattern: mount === "" ? pattern : mount + (pattern === "/" ? "" : pattern),
    methods: new Map([...methods].map(([method, handler]) => [method, chain([...before, handler])])),
    otherwise: chain([...before, last]),
  };
}

function layoutsOf<State>(folders: Folder<State>[]): Frame<State>["layouts"] {
  return folders.flatMap((folder) => folder.layout ?? []);
}

function under<State>(path: string, middleware: Middleware<State>): Middleware<State> {
  if (path === "*" || path === "/") return middleware;
  const folder = path.replace(/\/+$/, "") + "/";
  return (ctx) => `${ctx.url.pathname}/`.startsWith(folder) ? middleware(ctx) : ctx.next();
}
