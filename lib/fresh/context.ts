import type { ComponentChildren, FunctionComponent } from "preact";
import type { Build } from "./build_cache.ts";
import { renderToResponse } from "./render.ts";
import type { LayoutConfig, PageProps, RouteConfig, ServerComponent } from "./types.ts";

export interface Layout<State> {
  component: ServerComponent<PageProps<unknown, State>>;
  config: LayoutConfig;
}

/** What rendering needs to know about the route that matched. */
export interface Frame<State> {
  build: Build | null;
  app: ServerComponent<PageProps<unknown, State>> | null;
  /** Outermost first. */
  layouts: Layout<State>[];
}

export const FRAME = Symbol("frame");

const LOCAL_INFO: Deno.ServeHandlerInfo = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 0 },
  completed: Promise.resolve(),
};

/**
 * One request, shared by all its middlewares and handlers.
 * Source: https://fresh.deno.dev/docs/concepts/context
 */
export class Context<State> {
  readonly req: Request;
  readonly url: URL;
  readonly info: Deno.ServeHandlerInfo;
  /** The matched pattern, `/rooms/:id`, or null. */
  route: string | null = null;
  params: Record<string, string> = {};
  state: State;
  /** What was thrown, once something was; also visible to a middleware after `await ctx.next()`. */
  error: unknown = null;
  /** In layouts and `_app`: what goes inside. */
  Component: FunctionComponent = () => null;
  /** Runs the next middleware or the handler. */
  next: () => Promise<Response> = () => Promise.reject(new Error("ctx.next() called outside of a middleware"));
  [FRAME]: Frame<State>;

  constructor(req: Request, info: Deno.ServeHandlerInfo | undefined, frame: Frame<State>) {
    this.req = req;
    this.url = new URL(req.url);
    this.info = info ?? LOCAL_INFO;
    this.state = {} as State; // as in Fresh: middlewares fill it
    this[FRAME] = frame;
  }

  /** `//host` and `/\host` would leave the site: a path stays a path. What a header cannot carry is encoded. */
  redirect(pathOrUrl: string, status = 302): Response {
    const location = pathOrUrl.startsWith("/") ? pathOrUrl.replace(/^[/\\]+/, "/") : pathOrUrl;
    return new Response(null, { status, headers: { location: asHeader(location) } });
  }

  /** HTML inside the layouts and `_app` that apply. */
  render(
    children: ComponentChildren,
    init: ResponseInit = {},
    config: Pick<RouteConfig, "skipAppWrapper" | "skipInheritedLayouts"> = {},
  ): Promise<Response> {
    return renderToResponse(this, children, init, config);
  }

  json(value: unknown, init?: ResponseInit): Response {
    return Response.json(value, init);
  }

  text(body: string, init?: ResponseInit): Response {
    return new Response(body, init);
  }
}

/** Printable ASCII, which every header can carry: anything else is percent-encoded as UTF-8. */
function asHeader(text: string): string {
  return text.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent);
}
