/**
 * `@std/assert`: the part of the published package that the tests use, over `node:assert/strict`, under the same names and
 * types. Source: https://docs.deno.com/runtime/reference/std/assert/
 */
// the messages are passed only where there are some: node:assert tells an absent one from undefined
import assertModule from "node:assert/strict";

/** What a failed assertion throws. */
export const AssertionError = assertModule.AssertionError;

export function assert(expr: unknown, msg = "expected a truthy value"): asserts expr {
  assertModule.ok(expr, msg);
}

export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (msg === undefined) assertModule.deepStrictEqual(actual, expected);
  else assertModule.deepStrictEqual(actual, expected, msg);
}

export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (msg === undefined) assertModule.notDeepStrictEqual(actual, expected);
  else assertModule.notDeepStrictEqual(actual, expected, msg);
}

export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (msg === undefined) assertModule.match(actual, expected);
  else assertModule.match(actual, expected, msg);
}

export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  assertModule.ok(
    actual.includes(expected),
    msg ?? `expected ${JSON.stringify(expected)} in ${JSON.stringify(actual)}`,
  );
}

export function assertExists<T>(actual: T, msg = "expected a value"): asserts actual is NonNullable<T> {
  assertModule.ok(actual !== null && actual !== undefined, msg);
}

// deno-lint-ignore no-explicit-any -- as in the published package: any constructor of an error
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  expected?: ErrorClass<Error> | string,
  part?: string,
  msg?: string,
): Promise<unknown> {
  let result: PromiseLike<unknown>;
  try {
    result = fn();
  } catch (error) {
    throw new AssertionError({ message: `expected a rejection, but it threw at once: ${error}` });
  }
  try {
    await result;
  } catch (error) {
    return checked(error, expected, part, msg);
  }
  throw new AssertionError({ message: messageOf(expected, msg) ?? "expected a rejection" });
}

export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  expected?: ErrorClass<Error> | string,
  part?: string,
  msg?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    return checked(error, expected, part, msg);
  }
  throw new AssertionError({ message: messageOf(expected, msg) ?? "expected a throw" });
}

function messageOf(expected: ErrorClass<Error> | string | undefined, msg: string | undefined): string | undefined {
  return typeof expected === "string" ? expected : msg;
}

function checked(error: unknown, expected?: ErrorClass<Error> | string, part?: string, msg?: string): unknown {
  if (expected === undefined || typeof expected === "string") return error;
  assertModule.ok(error instanceof expected, msg ?? `expected ${expected.name}, got ${error}`);
  if (part !== undefined) assertStringIncludes(error.message, part, msg);
  return error;
}
