/** How commits share calls and locks on a real PostgreSQL server. */
import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../../../lib/base/clock.ts";
import type { Key } from "../../../lib/store/keys.ts";
import { put, type Write } from "../../../lib/store/kv.ts";
import { openRemote } from "../../../lib/store/remote.ts";
import { sharedPostgres } from "../../support/postgres.ts";
import { until } from "../../support/until.ts";

const key = (...parts: string[]): Key<unknown> => parts;
const append = (room: string, versionstamp: string | null = null): Write => ({
  room,
  checks: [{ key: key("head", room), versionstamp }],
  set: [put(key("head", room), 1)],
});

Deno.test("[D9] postgres: commits of many rooms at once share calls, and one whose check fails fails alone", async () => {
  const kv = await openRemote(await (await sharedPostgres()).database(), { clock: systemClock, onWait() {} });
  const rooms = Array.from({ length: 60 }, (_, i) => `r${i}`);
  const stamps = await Promise.all(rooms.map((room) => kv.commit(append(room))));
  assert(stamps.every((stamp) => stamp !== null));
  assert(new Set(stamps).size <= 4, `${new Set(stamps).size} calls for 60 rooms`);
  // a key that is there although it was expected to be absent, and one with another stamp
  const again = await Promise.all(
    rooms.map((room, i) => kv.commit(append(room, i === 7 ? null : stamps[i === 9 ? 8 : i] ?? null))),
  );
  const wrong = stamps[8] === stamps[9] ? [7] : [7, 9];
  assertEquals(again.flatMap((stamp, i) => stamp === null ? [i] : []), wrong);
  assert(new Set(again).size <= 6, `${new Set(again).size} calls for 60 rooms`);
  kv.close();
});

Deno.test("[D3] postgres: a guarded key takes no lock, and the commit fails where the key is there", async () => {
  const server = await sharedPostgres();
  const url = await server.database();
  const database = url.slice(url.lastIndexOf("/") + 1);
  const kv = await openRemote(url, { clock: systemClock, onWait() {} });
  const first = await kv.commit({ set: [put(key("head"), 1)] });
  const send = (versionstamp: string | null) =>
    kv.commit({
      checks: [{ key: key("head"), versionstamp }, { key: key("sent", "c1"), versionstamp: null, guarded: true }],
      set: [put(key("head"), 2), put(key("sent", "c1"), 1)],
    });
  // somebody holds the slots of all absent keys
  const holding = server.ask(
    `BEGIN; SELECT pg_advisory_xact_lock(${0x50_41_52_4c}, n) FROM generate_series(0, 1023) n; SELECT pg_sleep(600)`,
    database,
  ).catch(() => {});
  await until(async () =>
    await server.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", database) === "1024"
  );
  const second = await send(first);
  assert(second !== null);
  await server.ask(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()",
    database,
  );
  await holding;
  assertEquals(await send(second), null);
  kv.close();
});
