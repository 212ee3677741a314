/**
 * `fresh/runtime`: the functions that pages and islands may use on the server and in the browser.
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
