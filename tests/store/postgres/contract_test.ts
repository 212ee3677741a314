/** The store's contract, and the append queue's, on a real PostgreSQL server. */
import { systemClock } from "../../../lib/base/clock.ts";
import { storeTraits } from "../../../lib/store/kinds.ts";
import { openRemote } from "../../../lib/store/remote.ts";
import { sharedPostgres } from "../../support/postgres.ts";
import { appendContract, queueOn } from "../append_contract.ts";
import { storeContract } from "../store_contract.ts";

async function open() {
  const url = await (await sharedPostgres()).database();
  const kv = await openRemote(url, { clock: systemClock, onWait() {} });
  return { kv, appender: queueOn(kv, storeTraits(url)), [Symbol.asyncDispose]: () => Promise.resolve(kv.close()) };
}

storeContract("PostgreSQL", open);
appendContract("PostgreSQL", open);
