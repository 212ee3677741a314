import type { AnyComponent } from "preact";
import type { HandlerByMethod, HandlerFn, Middleware, PageProps, PageResponse, RouteHandler } from "./types.ts";

/** Helpers that know the app's `State`. Each returns what it is given. */
export interface Define<State> {
  /** Route handlers: one function, or an object by method. */
  handlers<Data, Handlers extends RouteHandler<Data, State> = RouteHandler<Data, State>>(handlers: Handlers): Handlers;
  /** A page, `_app` or `_error`; `define.page<typeof handler>` types `props.data` by what the handlers return. */
  page<
    // deno-lint-ignore no-explicit-any -- as published: the handlers' data may have any type
    Handler extends RouteHandler<any, State> = never,
    Data = Handler extends HandlerFn<infer D, State> ? D
      : Handler extends HandlerByMethod<infer D, State> ? D
      : never,
  >(component: AnyComponent<PageProps<Data, State>>): AnyComponent<PageProps<Data, State>>;
  layout(component: AnyComponent<PageProps<unknown, State>>): AnyComponent<PageProps<unknown, State>>;
  middleware<M extends Middleware<State> | Middleware<State>[]>(middleware: M): M;
}

/** Source: https://fresh.deno.dev/docs/advanced/define */
export function createDefine<State>(): Define<State> {
  return {
    handlers: (h) => h,
    page: (c) => c,
    layout: (c) => c,
    middleware: (m) => m,
  };
}

/** Hands data from a handler to the route's component. Source: https://fresh.deno.dev/docs/concepts/data-fetching */
export function page(): PageResponse<undefined>;
export function page<Data>(data: Data, options?: { status?: number; headers?: HeadersInit }): PageResponse<Data>;
export function page<Data>(
  data?: Data,
  options: { status?: number; headers?: HeadersInit } = {},
): PageResponse<Data | undefined> {
  return { data, ...options };
}
