/**
 * Preloaded into every test run (tests/run.ts): a test that does not end is failed by name, after a limit of its own.
 * A slow machine is no hang, so the limit is far above what any test takes.
 */
const LIMIT_MINUTES = 20;

type Run = (context: Deno.TestContext) => void | Promise<void>;

/** Fails a test that takes longer than {@linkcode LIMIT_MINUTES}. Work that never yields is for tests/run.ts to end. */
function limited(name: string, run: Run): Run {
  return async (context) => {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new Error(`"${name}" hangs: it did not end within ${LIMIT_MINUTES} minutes`)),
      LIMIT_MINUTES * 60_000,
    );
    try {
      await Promise.race([run(context), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}

const test = Deno.test;
// the tests of this project use the first form, and the one with options
const limit = (first: string | Deno.TestDefinition, run?: Run) => {
  if (typeof first === "string" && run !== undefined) test(first, limited(first, run));
  else if (typeof first === "object") test({ ...first, fn: limited(first.name, first.fn) });
  else throw new TypeError("name the test: Deno.test(name, fn) or Deno.test({ name, fn })");
};
Object.defineProperty(Deno, "test", { value: Object.assign(limit, test), configurable: true });
