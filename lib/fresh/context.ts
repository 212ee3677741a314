import type { FunctionComponent } from "preact";
import type { BuildSnapshot } from "./build_cache.ts";
import { type Frame, renderToResponse } from "./render.ts";
import type { Context, Html, LayoutConfig } from "./types.ts";

const LOCAL_INFO: Deno.ServeHandlerInfo = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 0 },
  completed: Promise.resolve(),
};

/** The context that an App makes for each request. */
export class RequestContext<State> implements Context<State> {
  readonly req: Request;
  readonly url: URL;
  readonly info: Deno.ServeHandlerInfo;
  route: string | null = null;
  params: Record<string, string> = {};
  readonly state: State = {} as State; // as in Fresh: middlewares fill it
  error: unknown = null;
  Component: FunctionComponent = () => null;
  next: () => Promise<Response> = () => Promise.reject(new Error("ctx.next() called outside of a middleware"));
  /** The layouts and error page at the request's present step; segments set it on the way in and back. */
  frame: Frame<State> = { app: null, layouts: [] };
  readonly #build: BuildSnapshot | null;

  constructor(req: Request, info: Deno.ServeHandlerInfo | undefined, build: BuildSnapshot | null) {
    this.req = req;
    this.url = new URL(req.url);
    this.url.pathname = this.url.pathname.replace(/\/+/g, "/");
    this.info = info ?? LOCAL_INFO;
    this.#build = build;
  }

  render(vnode: Html | null, init: ResponseInit = {}, config: LayoutConfig = {}): Promise<Response> {
    return renderToResponse(this, this.frame, this.#build, vnode, init, config);
  }
}
