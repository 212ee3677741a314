/**
 * The types of the published package that the app uses, written from its source (2.x). A test compares our types with
 * these; nothing here is ever run.
 */
import type { AnyComponent, ComponentChildren, FunctionComponent, VNode } from "preact";
import type { ErrorStatus } from "@std/http/status";

interface LayoutConfig {
  skipInheritedLayouts?: boolean;
  skipAppWrapper?: boolean;
}

export interface Context<State> {
  req: Request;
  readonly url: URL;
  readonly info: Deno.ServeHandlerInfo;
  readonly route: string | null;
  readonly params: Record<string, string>;
  readonly state: State;
  data: unknown;
  error: unknown | null;
  readonly isPartial: boolean;
  Component: FunctionComponent;
  next: () => Promise<Response>;
  // deno-lint-ignore no-explicit-any -- as published
  render(vnode: VNode<any> | null, init?: ResponseInit, config?: LayoutConfig): Promise<Response>;
}

export type Middleware<State> = (ctx: Context<State>) => Response | Promise<Response>;

type Method = "HEAD" | "GET" | "POST" | "PATCH" | "PUT" | "DELETE" | "OPTIONS";

interface PageResponse<Data> {
  data: Data;
  headers?: HeadersInit;
  status?: number;
}

interface HandlerFn<Data, State> {
  (ctx: Context<State>): Response | PageResponse<Data> | Promise<Response | PageResponse<Data>>;
}
type HandlerByMethod<Data, State> = { [M in Method]?: HandlerFn<Data, State> };
type RouteHandler<Data, State> = HandlerFn<Data, State> | HandlerByMethod<Data, State>;

type PageProps<Data, State> =
  & Pick<
    Context<State>,
    "url" | "req" | "params" | "info" | "state" | "isPartial" | "Component" | "error" | "route"
  >
  & { data: Data };

interface Define<State> {
  handlers<Data, Handlers extends RouteHandler<Data, State> = RouteHandler<Data, State>>(handlers: Handlers): Handlers;
  page<
    // deno-lint-ignore no-explicit-any -- as published
    Handler extends RouteHandler<any, State> = never,
    Data = Handler extends HandlerFn<infer D, State> ? D : Handler extends HandlerByMethod<infer D, State> ? D : never,
  >(render: AnyComponent<PageProps<Data, State>>): AnyComponent<PageProps<Data, State>>;
  layout(render: AnyComponent<PageProps<unknown, State>>): AnyComponent<PageProps<unknown, State>>;
  middleware<M extends Middleware<State> | Middleware<State>[]>(middleware: M): M;
}

export interface App<State> {
  use(...middleware: Middleware<State>[]): this;
  get(path: string, ...middlewares: Middleware<State>[]): this;
  fsRoutes(pattern?: string): this;
  handler(): (request: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;
}

interface BuildOptions {
  target?: string | string[];
  root?: string;
  outDir?: string;
  staticDir?: string;
  islandDir?: string;
  routeDir?: string;
  serverEntry?: string;
}

export interface Builder {
  config: Required<BuildOptions>;
  build(options?: { mode?: "development" | "production"; snapshot?: "disk" | "memory" }): Promise<unknown>;
}

/** Values by their names. */
export interface Published {
  App: new <State>() => App<State>;
  HttpError: new (status: ErrorStatus, message?: string, options?: ErrorOptions) => Error & { status: ErrorStatus };
  createDefine<State>(): Define<State>;
  page: {
    <Data>(data: Data, options?: { headers?: HeadersInit; status?: number }): PageResponse<Data>;
    (): PageResponse<undefined>;
  };
  Builder: new (options?: BuildOptions) => Builder;
  Head(props: { children?: ComponentChildren }): ComponentChildren;
  IS_BROWSER: boolean;
}
