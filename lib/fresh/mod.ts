/**
 * `fresh`: the part of Fresh 2's public API that this app uses, on npm packages (D11).
 *
 * Fresh's API, as documented at https://fresh.deno.dev/docs: `App` (use, get, post, patch, put, delete, head, all,
 * fsRoutes, handler), `createDefine`, `page`, `HttpError`, `staticFiles` and the types below; `fresh/runtime`: `Head`,
 * `IS_BROWSER`, `asset`; `fresh/dev`: `Builder`.
 *
 * Ours:
 * - `main.ts` is the entry and fetches the build: `setBuildCache(app, await loadBuild(...))` of
 *   `lib/fresh/build_cache.ts`, before `app.handler()`. Fresh's generated entry does
 *   that for it (there `setBuildCache` is internal).
 * - `new App({reportError})` receives what answers 500.
 * - A 405 says in `Allow` which methods there are; the Builder makes `/sw.js`, the style sheet, gzip and hashes.
 * - An error page is rendered inside the middlewares of its folder, so they see its Response and `ctx.error`.
 *
 * Not covered: partials, island children and JSX as props, `(_islands)` folders, `_404`, `layout()`, `appWrapper()`,
 * `onError()`, `notFound()`, `mountApp()`, `basePath`, lazy middlewares, Head updates in the browser.
 */
export { App, type AppOptions } from "./app.ts";
export type { Context } from "./context.ts";
export type { Context as FreshContext } from "./context.ts";
export { createDefine, type Define, page } from "./define.ts";
export { HttpError } from "./error.ts";
export { staticFiles } from "./static_files.ts";
export type {
  HandlerByMethod,
  HandlerFn,
  LayoutConfig,
  Method,
  Middleware,
  Middleware as MiddlewareFn,
  PageProps,
  PageResponse,
  RouteConfig,
  RouteHandler,
} from "./types.ts";
