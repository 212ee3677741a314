/** Holds for the published `@std/assert` as well as for ours. */
import {
  assert,
  assertEquals,
  assertExists,
  AssertionError,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";

/** What the assertion threw; undefined if it held. */
function failure(run: () => unknown): Error | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function holds(run: () => unknown): void {
  const error = failure(run);
  if (error !== undefined) throw error;
}

function fails(run: () => unknown, part = ""): void {
  const error = failure(run);
  if (!(error instanceof AssertionError)) throw new Error(`expected an AssertionError, got ${error}`);
  if (!error.message.includes(part)) throw new Error(`${JSON.stringify(error.message)} does not say "${part}"`);
}

Deno.test("@std/assert: values are compared by content, and a failure has the given message", () => {
  holds(() => assert(1));
  fails(() => assert(0, "nothing"), "nothing");
  holds(() => assertEquals({ a: [1, new Date(0)], b: new Set([1]) }, { b: new Set([1]), a: [1, new Date(0)] }));
  fails(() => assertEquals<unknown>({ a: 1 }, { a: 2 }, "differs"), "differs");
  fails(() => assertEquals<unknown>([1, 2], [2, 1]));
  fails(() => assertEquals<unknown>("1", 1));
  holds(() => assertNotEquals([1], [2]));
  fails(() => assertNotEquals([1], [1]));
  holds(() => assertMatch("room 7", /\d/));
  fails(() => assertMatch("room", /\d/));
  holds(() => assertStringIncludes("a room", "room"));
  fails(() => assertStringIncludes("a room", "hall"));
  holds(() => [0, "", false].forEach((value) => assertExists(value)));
  for (const value of [null, undefined]) fails(() => assertExists(value));
});

Deno.test("@std/assert: a thrown error must have the class and the text, and is returned", async () => {
  const range = () => {
    throw new RangeError("too far");
  };
  assertEquals(assertThrows(range, RangeError, "far").message, "too far");
  assert(assertThrows(range) instanceof RangeError);
  fails(() => assertThrows(range, TypeError));
  fails(() => assertThrows(range, RangeError, "near"));
  fails(() => assertThrows(() => 1));
  const rejects = () => Promise.reject(new RangeError("too far"));
  assertEquals((await assertRejects(rejects, RangeError, "far")).message, "too far");
  assert(await assertRejects(rejects) instanceof RangeError);
  await assertRejects(() => assertRejects(rejects, TypeError), AssertionError);
  await assertRejects(() => assertRejects(rejects, RangeError, "near"), AssertionError);
  await assertRejects(() => assertRejects(() => Promise.resolve()), AssertionError);
  // a throw before there is a promise is not a rejection
  await assertRejects(() => assertRejects(range), AssertionError);
});
