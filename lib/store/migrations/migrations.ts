/**
 * Brings an older database to this server's schema. A step adds and never takes away, and may be cut off and run again.
 * Of several processes one does it, the others wait. While a process of an older version uses the store, the steps that
 * it does not know wait for its end (versions.ts).
 */
import type { Clock } from "../../base/clock.ts";
import { randomId } from "../../base/ids.ts";
import { type Ephemera, keys, type Meta, ranges } from "../keys.ts";
import { entriesOf, type Kv, put, removeRange } from "../kv.ts";
import type { RoomRecord } from "../../protocol/model.ts";
import { LeaseWatch } from "../jobs/lease_watch.ts";
import { foldReactions } from "./reaction_forms.ts";
import { claimName } from "../room_names.ts";
import { settleSums, settleUnshown, SUMS_SCHEMA } from "../unshown.ts";

export interface Migration {
  /** The schema version that it leads to, from the one before. */
  to: number;
  run(kv: Kv): Promise<void>;
}

export const MIGRATIONS: readonly Migration[] = [
  // files, settings, pins, blocks and more: new keys and optional fields, which a server of version 1 would not erase
  { to: 2, run: () => Promise.resolve() },
  // the keys of deleted messages, which a server of version 2 neither wrote nor erased
  { to: 3, run: countShown },
  // the names of public rooms, which a server of version 3 neither claimed nor gave up
  { to: 4, run: (kv) => eachRoom(kv, (room) => claimName(kv, room)) },
  // the sums of the keys of deleted messages, which a server of version 4 did not raise; and one form of each emoji,
  // which servers of version 2 and before did not keep
  { to: SUMS_SCHEMA, run: sumAndFold },
];

async function countShown(kv: Kv): Promise<void> {
  await eachRoom(kv, async ({ id, deleted_at }) => {
    if (deleted_at !== undefined) await removeRange(kv, ranges.unshown(id, 0));
    else await settleUnshown(kv, id);
  });
}

async function sumAndFold(kv: Kv): Promise<void> {
  await eachRoom(kv, ({ id }) => settleSums(kv, id));
  await foldReactions(kv);
}

async function eachRoom(kv: Kv, run: (room: RoomRecord) => Promise<unknown>): Promise<void> {
  for await (const { value } of entriesOf(kv, ranges.rooms(), ROOMS)) await run(value);
}

export const SCHEMA_VERSION = MIGRATIONS.at(-1)?.to ?? 1;

const ROOMS = 100;
/** The processes that the store's leases name; a store has a thousand at most (bus/ring_reader.ts). */
const PROCESSES = 1_000;
/** A lease that stands unchanged for so long is a dead process's (lease_watch.ts). */
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
const LOOK_MS = 200;

export interface MigrationOptions {
  clock: Clock;
  /** Called with a line that says that another process runs the migration. */
  onWait(message: string): void;
  migrations?: readonly Migration[];
}

/** The schema that a process knows, by its lease: those that do not say it know the second at most. */
export function schemaOf({ schema = 2 }: Ephemera): number {
  return schema;
}

/** Returns the meta record as it then is: of an older schema while a process that knows no newer one lives. */
export async function migrate(kv: Kv, options: MigrationOptions): Promise<Meta> {
  const { clock, migrations = MIGRATIONS } = options;
  const by = randomId(12);
  const watch = new LeaseWatch(clock);
  for (let waited = false;; waited = true) {
    const { value: meta } = await kv.get(keys.meta());
    if (meta === null) throw new Error("a store without a meta record cannot be migrated");
    const next = migrations.find(({ to }) => to > meta.schema_version);
    if (next === undefined || await isUsedByOlder(kv, next.to)) return meta;
    const lease = await kv.get(keys.migrating());
    const isFree = lease.value === null || watch.isOver("migrating", lease.versionstamp, LEASE_MS);
    const taken = isFree && await kv.commit({
          checks: [{ key: lease.key, versionstamp: lease.versionstamp }],
          set: [put(keys.migrating(), { by, expires_at: clock.now() + LEASE_MS })],
        }) !== null;
    if (taken) await step(kv, clock, by, next);
    else {
      if (!waited) {
        options.onWait("Another process is upgrading the database to this version's schema; waiting for it.");
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

/** Whether a process of an older version uses the store. A killed one counts until its lease has run out. */
async function isUsedByOlder(kv: Kv, schema: number): Promise<boolean> {
  const leases = await kv.list(ranges.ephemera(), { limit: PROCESSES });
  return leases.some(({ value }) => schemaOf(value) < schema);
}

async function step(kv: Kv, clock: Clock, by: string, { to, run }: Migration): Promise<void> {
  const renewing = setInterval(() => {
    // where a renewal is lost, another process may run the step as well, which does no harm
    kv.commit({ set: [put(keys.migrating(), { by, expires_at: clock.now() + LEASE_MS })] }).catch(() => {});
  }, RENEW_MS);
  try {
    await run(kv);
    const { key, value: meta, versionstamp } = await kv.get(keys.meta());
    if (meta === null || meta.schema_version >= to) return;
    await kv.commit({
      checks: [{ key, versionstamp }],
      set: [put(keys.meta(), { ...meta, schema_version: to })],
      delete: [keys.migrating()],
    });
  } finally {
    clearInterval(renewing);
    await release(kv, by);
  }
}

async function release(kv: Kv, by: string): Promise<void> {
  const { key, value, versionstamp } = await kv.get(keys.migrating());
  if (value?.by === by) await kv.commit({ checks: [{ key, versionstamp }], delete: [key] });
}
