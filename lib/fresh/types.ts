/** The API's types. Implementations import this file, never the other way round. */
import type { AnyComponent, FunctionComponent, RenderableProps, VNode } from "preact";

// deno-lint-ignore no-explicit-any -- an element of whatever component
export type Html = VNode<any>;

/**
 * One request, shared by all its middlewares and handlers.
 * Source: https://fresh.deno.dev/docs/concepts/context
 */
export interface Context<State> {
  readonly req: Request;
  /** Several slashes in a row are one. */
  readonly url: URL;
  readonly info: Deno.ServeHandlerInfo;
  /** The matched pattern, `/rooms/:id`, or null. */
  readonly route: string | null;
  readonly params: Record<string, string>;
  /** Filled by middlewares. */
  readonly state: State;
  /** The thrown error, on an error page. */
  error: unknown;
  /** In layouts and `_app`: the component to render inside. */
  Component: FunctionComponent;
  /** Runs the next middleware or the handler. */
  next(): Promise<Response>;
  /** HTML inside the layouts and `_app` that apply. */
  render(vnode: Html | null, init?: ResponseInit, config?: LayoutConfig): Promise<Response>;
}

/** Source: https://fresh.deno.dev/docs/concepts/middleware */
export type Middleware<State> = (ctx: Context<State>) => Response | Promise<Response>;

export const METHODS = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"] as const;
export type Method = typeof METHODS[number];

/** The result of {@linkcode page}: the data for the route's component, and the response's status and headers. */
export interface PageResponse<Data> {
  data: Data;
  status?: number;
  headers?: HeadersInit;
}

export type HandlerFn<Data, State> = (
  ctx: Context<State>,
) => Response | PageResponse<Data> | Promise<Response | PageResponse<Data>>;
export type HandlerByMethod<Data, State> = {
  [M in Method]?: HandlerFn<Data, State>;
};
export type RouteHandler<Data, State> =
  | HandlerFn<Data, State>
  | HandlerByMethod<Data, State>;

/** The props of a page, layout, `_app` or `_error` component. */
export type PageProps<Data = unknown, State = unknown> =
  & Pick<Context<State>, "req" | "url" | "params" | "state" | "info" | "error" | "route" | "Component">
  & { data: Data };

/** Renders on the server only, so it may be async, and may answer with a Response instead. */
export type AsyncComponent<Props> = (props: RenderableProps<Props>) => Promise<Html | Response | null>;
export type ServerComponent<Props> =
  | AnyComponent<Props>
  | AsyncComponent<Props>;

/** The `config` export of a `_layout`. */
export interface LayoutConfig {
  skipInheritedLayouts?: boolean;
  skipAppWrapper?: boolean;
}

/** The `config` export of a route. Source: https://fresh.deno.dev/docs/concepts/file-routing */
export interface RouteConfig extends LayoutConfig {
  /** A URLPattern path used instead of the one the file's name gives. */
  routeOverride?: string;
}

/** A module of `routes/`; which exports count depends on its file's name. */
export interface RouteModule<State> {
  default?:
    | ServerComponent<PageProps<unknown, State>>
    | Middleware<State>
    | Middleware<State>[];
  handler?: RouteHandler<unknown, State> | Middleware<State>[];
  handlers?: RouteHandler<unknown, State>;
  config?: RouteConfig;
}
