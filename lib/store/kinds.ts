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
  /**
   * For how many idle rooms an append queue remembers the head and the members. 0 where a lost race, after another
   * process has written, costs much more than reading first.
   */
  remember: number;
  /** How many keys a commit may assume to be absent instead of reading them. The commit checks the assumption. */
  guesses: number;
  /** A failover may take back what was committed last (a database whose standby lags). */
  mayGoBack: boolean;
}

const REMEMBERED_ROOMS = 300;
/** Within the checks of one commit of a file, with the head and the files of a message. */
const GUESSES = 90;

const TRAITS: Readonly<Record<StoreKind, StoreTraits>> = {
  memory: { wakeInAtomic: undefined, remember: REMEMBERED_ROOMS, guesses: GUESSES, mayGoBack: false },
  file: { wakeInAtomic: undefined, remember: REMEMBERED_ROOMS, guesses: GUESSES, mayGoBack: false },
  platform: { wakeInAtomic: setWakeKey, remember: 0, guesses: 0, mayGoBack: false },
  connect: { wakeInAtomic: setWakeKey, remember: 0, guesses: 0, mayGoBack: false },
  postgres: { wakeInAtomic: undefined, remember: REMEMBERED_ROOMS, guesses: GUESSES, mayGoBack: true },
};

export function storeTraits(path: string): StoreTraits {
  return TRAITS[storeKind(path)];
}

/** The key of the room's shard, which the bus between processes watches (bus/kv_watch.ts). */
export function setWakeKey(roomId: string): Put[] {
  return [put(keys.wake(shardOf(roomId)), true as const)];
}
