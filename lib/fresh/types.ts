import type { ComponentChildren } from "preact";
import type { Context } from "./context.ts";

/** Source: https://fresh.deno.dev/docs/concepts/middleware */
export type Middleware<State> = (ctx: Context<State>) => Response | Promise<Response>;

export const METHODS = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"] as const;
export type Method = typeof METHODS[number];

/** What {@linkcode page} makes: the data for the route's component, with the response's status and headers. */
export interface PageResponse<Data> {
  data: Data;
  status?: number;
  headers?: HeadersInit;
}

type Awaitable<T> = T | Promise<T>;

export type HandlerFn<Data, State> = (ctx: Context<State>) => Awaitable<Response | PageResponse<Data> | void>;
export type HandlerByMethod<Data, State> = { [M in Method]?: HandlerFn<Data, State> };
export type RouteHandler<Data, State> = HandlerFn<Data, State> | HandlerByMethod<Data, State>;

/** What a page, layout, `_app` or `_error` component receives. */
export type PageProps<Data = unknown, State = unknown> =
  & Pick<Context<State>, "req" | "url" | "params" | "state" | "info" | "error" | "route" | "Component">
  & { data: Data };

/** A component that renders on the server only, so it may be async, and may answer with a Response instead. */
export type ServerComponent<Props> = (props: Props) => Awaitable<ComponentChildren | Response>;

/** The `config` export of a route. Source: https://fresh.deno.dev/docs/concepts/file-routing */
export interface RouteConfig {
  /** A URLPattern path used instead of the one the file's name gives. */
  routeOverride?: string;
  skipInheritedLayouts?: boolean;
  skipAppWrapper?: boolean;
}

/** The `config` export of a `_layout`. */
export type LayoutConfig = Omit<RouteConfig, "routeOverride">;

/** A module of `routes/`; which exports count depends on its file's name. */
export interface RouteModule<State> {
  default?: ServerComponent<PageProps<unknown, State>> | Middleware<State> | Middleware<State>[];
  handler?: RouteHandler<unknown, State> | Middleware<State>[];
  handlers?: RouteHandler<unknown, State>;
  config?: RouteConfig;
}
