/**
 * `fresh`: the part of Fresh 2's public API that this app uses, on npm packages (D11), as documented at
 * https://fresh.deno.dev/docs. For the app it behaves like the published package. It leaves out partials, island
 * children and JSX as props, static files, Head updates in the browser, and more.
 */
export { App } from "./app.ts";
export { createDefine, page } from "./define.ts";
export { HttpError } from "./error.ts";
export type { Context, Middleware } from "./types.ts";
