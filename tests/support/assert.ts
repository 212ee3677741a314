/** The part of `@std/assert` that the tests use, over `node:assert/strict`: see deno.json's import map. */
// the messages are passed only where there are some: node:assert tells an absent one from undefined
import assertModule from "node:assert/strict";

export function assert(value: unknown, message = "expected a truthy value"): asserts value {
  assertModule.ok(value, message);
}

export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  if (message === undefined) assertModule.deepStrictEqual(actual, expected);
  else assertModule.deepStrictEqual(actual, expected, message);
}

export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  if (message === undefined) assertModule.notDeepStrictEqual(actual, expected);
  else assertModule.notDeepStrictEqual(actual, expected, message);
}

export function assertMatch(actual: string, pattern: RegExp, message?: string): void {
  if (message === undefined) assertModule.match(actual, pattern);
  else assertModule.match(actual, pattern, message);
}

export function assertStringIncludes(actual: string, part: string, message?: string): void {
  assertModule.ok(actual.includes(part), message ?? `expected ${JSON.stringify(part)} in ${JSON.stringify(actual)}`);
}

export function assertExists<T>(value: T, message = "expected a value"): asserts value is NonNullable<T> {
  assertModule.ok(value !== null && value !== undefined, message);
}

// deno-lint-ignore no-explicit-any -- as in the published package: any constructor of an error
type ErrorClass<E extends Error> = new (...args: any[]) => E;

export async function assertRejects<E extends Error = Error>(
  run: () => Promise<unknown>,
  errorClass?: ErrorClass<E>,
  part?: string,
): Promise<E> {
  try {
    await run();
  } catch (error) {
    return checked(error, errorClass, part);
  }
  throw new assertModule.AssertionError({ message: "expected a rejection" });
}

export function assertThrows<E extends Error = Error>(
  run: () => unknown,
  errorClass?: ErrorClass<E>,
  part?: string,
): E {
  try {
    run();
  } catch (error) {
    return checked(error, errorClass, part);
  }
  throw new assertModule.AssertionError({ message: "expected a throw" });
}

function checked<E extends Error>(error: unknown, errorClass?: ErrorClass<E>, part?: string): E {
  const wanted = errorClass ?? (Error as unknown as ErrorClass<E>);
  assertModule.ok(error instanceof wanted, `expected ${wanted.name}, got ${error}`);
  if (part !== undefined) assertStringIncludes(error.message, part);
  return error;
}
