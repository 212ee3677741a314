/** The bus between processes on a real PostgreSQL server. */
import { assert, assertEquals } from "@std/assert";
import { FakeClock, systemClock } from "../../../lib/base/clock.ts";
import type { Signal } from "../../../lib/bus/bus.ts";
import { PostgresBus } from "../../../lib/bus/postgres.ts";
import { shardOf } from "../../../lib/store/keys.ts";
import { openRemote } from "../../../lib/store/remote.ts";
import { busContract, type Ends, listen, throws } from "../../bus/bus_contract.ts";
import { PostgresServer, sharedPostgres } from "../../support/postgres.ts";
import { until } from "../../support/until.ts";

async function open(
  url: string,
  onError = throws,
  clock = systemClock,
): Promise<Ends & { a: PostgresBus; b: PostgresBus }> {
  const ends = new AsyncDisposableStack();
  const bus = async (isolate: string) => {
    const kv = ends.adopt(await openRemote(url, { clock: systemClock, onWait: throws }), (kv) => kv.close());
    const options = { kv, url, listenUrl: undefined, clock, isolate, onSchema() {}, onError };
    return ends.adopt(await PostgresBus.open(options), (one) => one.close());
  };
  const a = await bus("a");
  return {
    a,
    b: await bus("b"),
    // the commit itself tells nobody
    append: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => ends.disposeAsync(),
  };
}

busContract("PostgreSQL", async () => await open(await (await sharedPostgres()).database()));

const wake: Signal = { type: "wake", shard: shardOf("general") };

function isWake(signal: Signal): boolean {
  return signal.type === "wake" && signal.shard === shardOf("general");
}

Deno.test("[D5] postgres bus: changes that were missed while the server was away are found when it is back", async () => {
  await using server = await PostgresServer.start();
  const url = await server.database("chat");
  await using ends = await open(url, () => {});
  await server.down();
  const there = listen(ends.b);
  ends.a.publish(wake);
  await server.up();
  await until(() => there.some(isWake));
});

Deno.test("[D5] postgres bus: followed rooms are read again every 30 s in parts, even if notifications arrive", async () => {
  const url = await (await sharedPostgres()).database();
  const clock = new FakeClock();
  await using ends = await open(url, throws, clock);
  const there = listen(ends.b);
  clock.tick(15_000);
  const shards = () => new Set(there.flatMap((one) => one.type === "wake" ? [one.shard] : []));
  assert(shards().size > 0 && shards().size < 9, `${shards().size} of 9 after half of the time`);
  clock.tick(16_000);
  assertEquals(shards().size, 9);
});
