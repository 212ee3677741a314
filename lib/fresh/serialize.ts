/**
 * Island props as JSON: devalue, which keeps shared and circular references, with Preact signals added. One call
 * covers all islands of a page, so a signal passed to two of them is one signal in the browser as well.
 * Source: https://fresh.deno.dev/docs/concepts/islands
 */
import { Signal, signal } from "@preact/signals";
import { stringify, unflatten } from "devalue";

const reducers = { Signal: (value: unknown) => value instanceof Signal ? [value.peek()] : undefined };
const revivers = { Signal: ([value]: [unknown]) => signal(value) };

/** JSON that is safe inside `<script type="application/json">`. A computed signal becomes a plain one. */
export function serialize(value: unknown): string {
  return stringify(value, reducers).replaceAll("<", "\\u003C");
}

/** Takes what `JSON.parse` makes of {@linkcode serialize}'s result. */
export function deserialize(parsed: unknown[]): unknown {
  return unflatten(parsed, revivers);
}
