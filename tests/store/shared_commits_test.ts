/** Rooms share commits. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Key } from "../../lib/store/keys.ts";
import { put, type Write } from "../../lib/store/kv.ts";
import { DENO_KV_LIMITS } from "../../lib/store/limits.ts";
import { type Failed, SharedCommits } from "../../lib/store/shared_commits.ts";

const head = (room: string): Key<unknown> => ["head", room];
const append = (room: string): Write => ({
  room,
  checks: [{ key: head(room), versionstamp: null }],
  set: [put(head(room), 1)],
});

/** Rooms of each commit, in turn; `answer` decides what becomes of it. */
function sharing(lanes: number, answer: (rooms: string[]) => string | Failed | null) {
  const commits: string[][] = [];
  const gates: (() => void)[] = [];
  const shared = new SharedCommits({
    lanes,
    limits: DENO_KV_LIMITS,
    async commit(write) {
      const rooms = (write.set ?? []).map(([key]) => String(key[1]));
      commits.push(rooms);
      await new Promise<void>((resolve) => gates.push(resolve));
      return answer(rooms);
    },
  });
  /** Lets the commits go on until all calls are answered. */
  const finish = async <T>(calls: Promise<T>): Promise<T> => {
    let done = false;
    const settled = calls.finally(() => done = true);
    settled.catch(() => {});
    while (!done) {
      gates.splice(0).forEach((open) => open());
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return await settled;
  };
  return { shared, commits, finish };
}

Deno.test("[D9] what waits while as many commits run as there are lanes goes into the next one together", async () => {
  const { shared, commits, finish } = sharing(2, (rooms) => `${rooms.length}`);
  const stamps = await finish(Promise.all(["a", "b", "c", "d", "e"].map((room) => shared.commit(append(room)))));
  assertEquals(commits, [["a"], ["b"], ["c", "d", "e"]]);
  assertEquals(stamps, ["1", "1", "3", "3", "3"]);
});

Deno.test("[D9] while many rooms are busy, those that come in one turn of the event loop go together from the first on", async () => {
  const { shared, commits, finish } = sharing(1, () => "done");
  const rooms = ["a", "b", "c", "d"];
  const all = () => finish(Promise.all(rooms.map((room) => shared.commit(append(room)))));
  await all();
  await all();
  assertEquals(commits, [["a"], ["b", "c", "d"], rooms]);
  // a room that is alone waits for nobody
  await finish(shared.commit(append("a")));
  void finish(shared.commit(append("a")));
  assertEquals(commits.slice(3), [["a"], ["a"]]);
});

Deno.test("[D9] a commit whose check failed is told so, and the others are done again at once without it", async () => {
  const isStale = (room: unknown) => room === "stale" || room === "old";
  const { shared, commits, finish } = sharing(
    1,
    (rooms) => rooms.some(isStale) ? (key) => isStale(key[1]) : "done",
  );
  const rooms = ["first", "a", "stale", "b", "old", "c"];
  const stamps = await finish(Promise.all(rooms.map((room) => shared.commit(append(room)))));
  assertEquals(stamps, ["done", "done", null, "done", null, "done"]);
  assertEquals(commits.length, 3);
});

Deno.test("[D9] a store that does not say which check failed is asked by halves", async () => {
  const { shared, commits, finish } = sharing(1, (rooms) => rooms.includes("stale") ? null : "done");
  const rooms = ["first", "a", "b", "stale", "c"];
  const stamps = await finish(Promise.all(rooms.map((room) => shared.commit(append(room)))));
  assertEquals(stamps, ["done", "done", "done", null, "done"]);
  assertEquals(commits.at(-1), ["c"]);
});

Deno.test("[D9] after an unknown outcome all rooms of the commit are told, and a limit is found by halves", async () => {
  const lost = sharing(1, (rooms) => {
    if (rooms.length > 1) throw new Error("no answer");
    return "done";
  });
  const results = await lost.finish(
    Promise.allSettled(["first", "a", "b"].map((room) => lost.shared.commit(append(room)))),
  );
  assertEquals(results.map(({ status }) => status), ["fulfilled", "rejected", "rejected"]);
  assertEquals(lost.commits.length, 2);

  const over = sharing(1, (rooms) => {
    if (rooms.includes("big")) throw new TypeError("too large");
    return "done";
  });
  const big = over.shared.commit(append("first")).then(() => over.shared.commit(append("big")));
  await over.finish(assertRejects(() => big, TypeError));
  assert(over.commits.every((rooms) => rooms.length === 1));
});
