/** The store's contract on a real PostgreSQL server. */
import { systemClock } from "../../../lib/base/clock.ts";
import { openPostgres } from "../../../lib/store/postgres/open.ts";
import { sharedPostgres } from "../../support/postgres.ts";
import { storeContract } from "../store_contract.ts";

storeContract("PostgreSQL", async () => {
  const url = await (await sharedPostgres()).database();
  const kv = await openPostgres({ url, clock: systemClock, callMs: 10_000 });
  return { kv, [Symbol.asyncDispose]: () => Promise.resolve(kv.close()) };
});
