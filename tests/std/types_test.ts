/**
 * The types of the published packages, as far as we use them: checked when this file is. A call that ours allow and those
 * do not would be found by taking `links` out of deno.json alone.
 */
import * as assertions from "@std/assert";
import * as cookies from "@std/http/cookie";
import * as negotiation from "@std/http/negotiation";
import * as events from "@std/http/server-sent-event-stream";
import * as status from "@std/http/status";

// deno-lint-ignore no-explicit-any -- as published
type Class<T> = abstract new (...args: any[]) => T;

interface Assertions {
  assert(expr: unknown, msg?: string): asserts expr;
  assertEquals<T>(actual: T, expected: T, msg?: string): void;
  assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
  assertMatch(actual: string, expected: RegExp, msg?: string): void;
  assertStringIncludes(actual: string, expected: string, msg?: string): void;
  assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;
  assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
  assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    ErrorClass: Class<E>,
    msgIncludes?: string,
    msg?: string,
  ): Promise<E>;
  assertThrows(fn: () => unknown, msg?: string): unknown;
  assertThrows<E extends Error = Error>(
    fn: () => unknown,
    ErrorClass: Class<E>,
    msgIncludes?: string,
    msg?: string,
  ): E;
}

interface Http {
  getCookies(headers: Headers): Record<string, string>;
  setCookie(headers: Headers, cookie: cookies.Cookie): void;
  acceptsEncodings(request: Pick<Request, "headers">, ...encodings: [string, ...string[]]): string | undefined;
  acceptsLanguages(request: Pick<Request, "headers">, ...langs: [string, ...string[]]): string | undefined;
  ServerSentEventStream: new () => TransformStream<events.ServerSentEventMessage, Uint8Array>;
  isErrorStatus(status: number): boolean;
}

Deno.test("our packages and the published ones have the same types", () => {
  const ours: Assertions = assertions;
  const { AssertionError: _, ...used } = assertions;
  const published: Omit<typeof used, never> = ours;
  const http: Http = { ...cookies, ...negotiation, ...events, ...status };
  const again: Omit<typeof cookies & typeof negotiation, "Cookie"> = http;
  const code: 404 extends status.ErrorStatus ? true : false = true;
  assertions.assert([ours, published, http, again, code].every(Boolean));
});
