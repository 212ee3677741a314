import { assert, assertEquals, assertRejects } from "@std/assert";
import { NoAnswer } from "../../../lib/client/connection/failure.ts";
import { Requests } from "../../../lib/client/connection/requests.ts";
import { bySteps } from "../../../lib/client/writing/upload.ts";
import { FakeEnvironment } from "../support.ts";

/** What is asked hangs, as on a connection that died without a word. */
function hung() {
  const env = new FakeEnvironment();
  const signals: AbortSignal[] = [];
  /** Since when what hung had shown no sign of life. */
  const told: number[] = [];
  const requests = new Requests({
    now: env.now,
    after: env.after,
    onHung: (since) => told.push(since),
    fetch: (_, init) => {
      const { signal } = init ?? {};
      assert(signal);
      signals.push(signal);
      return new Promise(() => {});
    },
  });
  return { env, requests, signals, told };
}

Deno.test("requests: a request without an answer ends after 15 s and is aborted", async () => {
  const { env, requests, signals } = hung();
  const asked = assertRejects(() => requests.ask("/api/rooms"), NoAnswer);
  env.tick(14_999);
  assertEquals(signals[0]?.aborted, false);
  env.tick(1);
  await asked;
  assert(signals[0]?.aborted);
});

Deno.test("requests: a request that hangs is reported once, after 3 s; one that ended before is not", async () => {
  const { env, requests, told } = hung();
  const since = env.now();
  const given = new AbortController();
  const up = assertRejects(() => requests.ask("/api/me", {}, { signal: given.signal }), NoAnswer);
  await requests.bounded(() => Promise.resolve(), { ms: 15_000 });
  const asked = assertRejects(() => requests.ask("/api/rooms"), NoAnswer);
  env.tick(2_999);
  given.abort();
  await up;
  assertEquals(told, []);
  env.tick(1);
  assertEquals(told, [since]);
  env.tick(12_000);
  await asked;
  assertEquals(told, [since]);
});

Deno.test("requests: an answer whose body stalls ends as well", async () => {
  const env = new FakeEnvironment();
  const requests = new Requests({
    now: env.now,
    after: env.after,
    fetch: () => Promise.resolve(new Response(new ReadableStream())),
  });
  const asked = assertRejects(() => requests.ask("/api/rooms"), NoAnswer);
  await Promise.resolve();
  env.tick(15_000);
  await asked;
});

Deno.test("requests: a retry gives up requests that hang and leaves those that just began", async () => {
  const { env, requests, signals } = hung();
  const old = assertRejects(() => requests.ask("/api/old"), NoAnswer);
  env.tick(3_000);
  const young = assertRejects(() => requests.ask("/api/young"), NoAnswer);
  requests.giveUpHung();
  await old;
  assertEquals(signals.map(({ aborted }) => aborted), [true, false]);
  env.tick(15_000);
  await young;
});

Deno.test("requests: an upload goes on while it makes progress; one that stalls for 30 s is given up", async () => {
  const env = new FakeEnvironment();
  const requests = new Requests({ now: env.now, after: env.after });
  let moved = (_: number) => {};
  const seen: number[] = [];
  const send = bySteps(requests, (_, { onProgress }) => {
    moved = onProgress;
    return new Promise(() => {});
  });
  const { signal } = new AbortController();
  const sent = assertRejects(
    () => send(new File(["x"], "x"), { signal, onProgress: (done) => seen.push(done) }),
    NoAnswer,
  );
  for (const done of [0.1, 0.2, 0.3]) {
    env.tick(29_000);
    moved(done);
  }
  env.tick(2_000);
  requests.giveUpHung();
  assertEquals(seen, [0.1, 0.2, 0.3]);
  env.tick(28_000);
  await sent;
});

Deno.test("requests: no file of the page but requests.ts calls the server", async () => {
  const root = new URL("../../../", import.meta.url);
  const found: string[] = [];
  const look = async (dir: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(new URL(dir, root))) {
      const path = `${dir}/${name}`;
      if (isDirectory) await look(path);
      else if (/\bfetch\(|new XMLHttpRequest|sendBeacon\(/.test(await Deno.readTextFile(new URL(path, root)))) {
        found.push(path);
      }
    }
  };
  for (const dir of ["lib/client", "lib/ui", "islands"]) await look(dir);
  assertEquals(found.sort(), [
    "lib/client/connection/requests.ts",
    "lib/client/offline/service_worker.ts",
    // Uploads hands it to requests.ts (bySteps)
    "lib/client/writing/upload.ts",
  ]);
});
