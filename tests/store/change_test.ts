import { assertEquals, assertRejects } from "@std/assert";
import { ChatError } from "../../lib/base/errors.ts";
import { randomId } from "../../lib/base/ids.ts";
import { change, type ChangeOptions } from "../../lib/store/change.ts";
import { keys } from "../../lib/store/keys.ts";
import { type Kv, put } from "../../lib/store/kv.ts";
import { openAlone } from "../../lib/store/open.ts";
import { alteredKv } from "../support/altered_kv.ts";

const AT_ONCE: ChangeOptions = { pause: () => Promise.resolve() };
const away = () => new ChatError("storage_unavailable", "The store did not answer.");

/** A store in memory whose n-th commit, from 1, goes as `each` says. */
async function withStore(
  run: (kv: Kv, store: { real: Kv; commits: number }) => Promise<void>,
  each: (n: number, commit: () => Promise<string | null>, real: Kv) => Promise<string | null>,
): Promise<void> {
  const real = await openAlone(":memory:");
  const store = { real, commits: 0 };
  try {
    await run(alteredKv(real, { commit: (write) => each(++store.commits, () => real.commit(write), real) }), store);
  } finally {
    real.close();
  }
}

const key = keys.fileUsage("ada");

/** Adds one to a counter: done twice, or not at all, it shows. Each try has a marker of its own. */
function addOne(kv: Kv, options: ChangeOptions = AT_ONCE) {
  return change(kv, [key], ({ value }) => {
    const bytes = (value?.bytes ?? 0) + 1;
    const marker = put(keys.recovery("ada", randomId(12)), { at: bytes });
    return { result: bytes, write: { set: [put(key, { bytes }), marker] }, proof: marker };
  }, options);
}

async function stored(kv: Kv): Promise<number | undefined> {
  return (await kv.get(key)).value?.bytes;
}

Deno.test("change: after a lost race `decide` runs again on the new values", async () => {
  await withStore(async (kv, store) => {
    assertEquals(await addOne(kv), { result: 11, changed: true });
    assertEquals([await stored(kv), store.commits], [11, 2]);
  }, async (n, commit, real) => {
    if (n === 1) await real.commit({ set: [put(key, { bytes: 10 })] });
    return await commit();
  });
});

Deno.test("change: twenty changes of one key at once each happen once", async () => {
  await withStore(async (kv) => {
    await Promise.all(Array.from({ length: 20 }, () => addOne(kv, {})));
    assertEquals(await stored(kv), 20);
  }, (_, commit) => commit());
});

Deno.test("change: a change that loses every race fails with `overloaded` after a bounded number of tries", async () => {
  await withStore(async (kv, store) => {
    const pauses: number[] = [];
    const pause = (n: number) => Promise.resolve(void pauses.push(n));
    const error = await assertRejects(() => addOne(kv, { tries: 5, pause }), ChatError);
    assertEquals([error.code, store.commits, pauses], ["overloaded", 5, [1, 2, 3, 4]]);
  }, async (n, commit, real) => {
    await real.commit({ set: [put(key, { bytes: 100 * n })] });
    return await commit();
  });
});

Deno.test("change: a commit that throws without having happened is tried again", async () => {
  await withStore(async (kv, store) => {
    assertEquals(await addOne(kv), { result: 1, changed: true });
    assertEquals([await stored(kv), store.commits], [1, 2]);
  }, (n, commit) => n === 1 ? Promise.reject(away()) : commit());
});

for (const answer of ["throws", "is that a check failed"]) {
  Deno.test(`change: a commit that happened, but whose answer ${answer}, succeeds and is not repeated`, async () => {
    await withStore(async (kv, store) => {
      assertEquals(await addOne(kv), { result: 1, changed: true });
      assertEquals([await stored(kv), store.commits], [1, 1]);
    }, async (_, commit) => {
      await commit();
      if (answer === "throws") throw away();
      return null;
    });
  });
}

Deno.test("change: a refusal that was caused by the change's own earlier commit counts as success", async () => {
  await withStore(async (kv, store) => {
    await store.real.commit({ set: [put(key, { bytes: 7 })] });
    // a code that is good once, as a recovery code is
    const useUp = () =>
      change(kv, [key], ({ value }) => {
        if (value === null) throw new ChatError("bad_credentials", "used before");
        const marker = put(keys.recovery("ada", "marker"), { at: 1 });
        return { result: value.bytes, write: { set: [marker], delete: [key] }, proof: marker };
      }, AT_ONCE);
    assertEquals(await useUp(), { result: 7, changed: true });
    assertEquals((await assertRejects(useUp, ChatError)).code, "bad_credentials");
    assertEquals(store.commits, 1);
  }, async (_, commit) => {
    await commit();
    throw away();
  });
});

Deno.test("change: a commit that lands after the next read is found, and not repeated", async () => {
  let late: () => Promise<string | null> = () => Promise.resolve(null);
  await withStore(async (kv, store) => {
    assertEquals(await addOne(kv), { result: 1, changed: true });
    assertEquals([await stored(kv), store.commits], [1, 2]);
  }, async (n, commit) => {
    if (n === 1) {
      late = commit;
      throw away();
    }
    await late();
    return await commit();
  });
});

Deno.test("change: a late commit that lands after the next one fails its check", async () => {
  let late: () => Promise<string | null> = () => Promise.resolve(null);
  await withStore(async (kv) => {
    await addOne(kv);
    assertEquals([await late(), await stored(kv)], [null, 1]);
  }, (n, commit) => {
    if (n > 1) return commit();
    late = commit;
    return Promise.reject(away());
  });
});

Deno.test("change: while the store stays away a change fails with the store's error after three calls, never with `overloaded`", async () => {
  await withStore(async (kv, store) => {
    const error = await assertRejects(() => addOne(kv), ChatError);
    assertEquals([error.code, store.commits], ["storage_unavailable", 3]);
  }, () => Promise.reject(away()));
  const real = await openAlone(":memory:");
  let gets = 0;
  const unread = alteredKv(real, { get: () => Promise.reject(gets++ < 9 ? away() : new Error("too often")) });
  assertEquals((await assertRejects(() => addOne(unread), ChatError)).code, "storage_unavailable");
  assertEquals(gets, 1, "what was not begun is not tried again");
  real.close();
});

Deno.test("change: a store that fails at the commit, and cannot be read afterwards, fails the change with the store's error", async () => {
  let isAway = false;
  await withStore(async (kv) => {
    const unread = alteredKv(kv, { get: (wanted) => isAway ? Promise.reject(away()) : kv.get(wanted) });
    assertEquals((await assertRejects(() => addOne(unread), ChatError)).code, "storage_unavailable");
  }, () => {
    isAway = true;
    return Promise.reject(away());
  });
});

Deno.test("change: a decision that writes nothing commits nothing", async () => {
  await withStore(async (kv, store) => {
    assertEquals(await change(kv, [key], () => ({ result: "as it is" })), { result: "as it is", changed: false });
    assertEquals(store.commits, 0);
  }, (_, commit) => commit());
});

for (const [when, expected] of [["lost", true], ["given", false]] as const) {
  Deno.test(`change: a repeatable set whose answer was ${when} is reported as ${expected ? "a" : "no"} change`, async () => {
    await withStore(async (kv, store) => {
      const set = () =>
        change(kv, [key], ({ value }) => {
          if (value?.bytes === 5) return { result: 5 };
          return { result: 5, write: { set: [put(key, { bytes: 5 })] }, proof: "repeatable" };
        }, AT_ONCE);
      if (when === "given") await store.real.commit({ set: [put(key, { bytes: 5 })] });
      assertEquals(await set(), { result: 5, changed: expected });
      assertEquals(store.commits, expected ? 1 : 0);
    }, async (_, commit) => {
      await commit();
      throw away();
    });
  });
}

Deno.test("change: a decision that writes none of the checked keys throws a TypeError", async () => {
  await withStore(async (kv, store) => {
    const write = { set: [put(keys.fileUsage("bob"), { bytes: 1 })] };
    const blind = () => change(kv, [key], () => ({ result: 0, write, proof: "repeatable" }));
    await assertRejects(blind, TypeError, "must write one of the keys that it checks");
    assertEquals(store.commits, 0);
  }, (_, commit) => commit());
});
