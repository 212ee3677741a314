/**
 * Island props as JSON: devalue, which keeps shared and circular references, with Preact signals added. One call
 * covers all islands of a page, so a signal passed to two of them is one signal in the browser as well.
 * Source: https://fresh.deno.dev/docs/concepts/islands
 */
import { Signal, signal } from "@preact/signals";
import { stringify, unflatten } from "devalue";

const reducers = { Signal: (value: unknown) => value instanceof Signal ? [value.peek()] : undefined };
const revivers = { Signal: ([value]: [unknown]) => signal(value) };

/** Whether JSON alone can carry the value: no object twice, no undefined, class or signal. Most pages need no more. */
export function isPlain(value: unknown, seen: Set<unknown> = new Set()): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || seen.has(value)) return false;
  seen.add(value);
  if (Array.isArray(value)) return Object.keys(value).length === value.length && value.every((v) => isPlain(v, seen));
  return Object.getPrototypeOf(value) === Object.prototype && !Object.hasOwn(value, "toJSON") &&
    Object.entries(value).every(([key, v]) => key !== "__proto__" && isPlain(v, seen));
}

/** JSON that is safe as an expression in an inline script. A computed signal becomes a plain one. */
export function serialize(value: unknown): string {
  return inScript(stringify(value, reducers));
}

/** The same for a value that {@linkcode isPlain}: the browser can use it without reviving. */
export function serializePlain(value: unknown): string {
  return inScript(JSON.stringify(value));
}

function inScript(json: string): string {
  return json.replaceAll("<", "\\u003C");
}

/** Takes the value of {@linkcode serialize}'s expression. */
export function deserialize(parsed: unknown[]): unknown {
  return unflatten(parsed, revivers);
}
