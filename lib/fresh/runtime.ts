/**
 * `fresh/runtime`: what pages and islands may use on both sides.
 * Source: https://fresh.deno.dev/docs/advanced/api-reference
 */
import type { ComponentChildren } from "preact";
import { rendering } from "./rendering.ts";

/** True in the browser, false on the server. */
export const IS_BROWSER = typeof document !== "undefined";

/**
 * Adds its children to `<head>`. A `<title>` replaces the one of `_app`; among several Heads the last of equal
 * title, `key`, `id` or meta `name` stays. In the browser it does nothing (Fresh would update the document).
 * Source: https://fresh.deno.dev/docs/advanced/head
 */
export function Head(props: { children?: ComponentChildren }): null {
  rendering.current?.head.push(props.children);
  return null;
}

/**
 * The path of a static file with its content hash as a query, which is served as immutable for a year. In the browser,
 * and for a file that the build does not know, the path as it is.
 * Source: https://fresh.deno.dev/docs/concepts/static-files
 */
export function asset(path: string): string {
  return rendering.current?.asset(path) ?? path;
}
