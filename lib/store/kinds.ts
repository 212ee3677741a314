/**
 * What differs between the kinds of store, beside the way one is opened (open.ts) and its limits (`Kv.limits`). Code
 * asks this table, never which kind it has.
 */
import { type StoreKind, storeKind } from "../base/config/store_kind.ts";
import { keys, shardOf } from "./keys.ts";
import { type Put, put } from "./kv.ts";

export interface StoreTraits {
  /**
   * How an append wakes readers in other processes. Where this is a function, the append's own atomic also sets these
   * keys, blind, and the other processes watch them. Where it is undefined, the bus wakes them after the commit.
   */
  wakeInAtomic: ((roomId: string) => Put[]) | undefined;
  /** A failover may take back what was committed last (a database whose standby lags). */
  mayGoBack: boolean;
}

const TRAITS: Readonly<Record<StoreKind, StoreTraits>> = {
  memory: { wakeInAtomic: undefined, mayGoBack: false },
  file: { wakeInAtomic: undefined, mayGoBack: false },
  platform: { wakeInAtomic: setWakeKey, mayGoBack: false },
  connect: { wakeInAtomic: setWakeKey, mayGoBack: false },
  postgres: { wakeInAtomic: undefined, mayGoBack: true },
};

export function storeTraits(path: string): StoreTraits {
  return TRAITS[storeKind(path)];
}

/** The key of the room's shard, which the bus between processes watches (bus/kv_watch.ts). */
export function setWakeKey(roomId: string): Put[] {
  return [put(keys.wake(shardOf(roomId)), true as const)];
}
