import type { HandlerByMethod, HandlerFn, Middleware, PageProps, PageResponse, RouteHandler } from "./types.ts";
import type { ServerComponent } from "./types.ts";

type DataOf<Result> = Awaited<Result> extends infer R ? R extends PageResponse<infer Data> ? Data : never : never;
type DataOfHandler<H> = H extends (...args: never[]) => infer Result ? DataOf<Result>
  : { [M in keyof H]: H[M] extends (...args: never[]) => infer Result ? DataOf<Result> : never }[keyof H];
type Handlers<State> = RouteHandler<unknown, State>;

/** Helpers that know the app's `State`. Each returns what it is given. */
export interface Define<State> {
  /** Route handlers: one function, or an object by method. */
  handlers<H extends HandlerByMethod<unknown, State> | HandlerFn<unknown, State>>(handlers: H): H;
  /** A page, `_app` or `_error`; `define.page<typeof handler>` types `props.data` by what the handlers return. */
  page<H extends Handlers<State> = never, Data = [H] extends [never] ? unknown : DataOfHandler<H>>(
    component: ServerComponent<PageProps<Data, State>>,
  ): ServerComponent<PageProps<Data, State>>;
  layout(component: ServerComponent<PageProps<unknown, State>>): ServerComponent<PageProps<unknown, State>>;
  middleware<M extends Middleware<State> | Middleware<State>[]>(middleware: M): M;
}

/** Source: https://fresh.deno.dev/docs/advanced/define */
export function createDefine<State>(): Define<State> {
  return { handlers: (h) => h, page: (c) => c, layout: (c) => c, middleware: (m) => m };
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
