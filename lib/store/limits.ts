/**
 * What every kind of store takes: the limits of Deno KV, which are those of KV Connect and of the platform. Code that
 * gathers keys or writes keeps within these, and the contract suite (tests/store/store_contract.ts) tries them on each
 * kind of store.
 */
export const STORE_LIMITS = {
  keyBytes: 2_048,
  /** Serialised, as V8 does it. */
  valueBytes: 65_536,
  /** Of one `Write`. What shares a commit among rooms (file.ts) may have more checks in it. */
  checksAWrite: 10,
  checks: 100,
  mutations: 1_000,
  commitBytes: 819_200,
  commitKeyBytes: 81_920,
  /** In one call; `getMany` takes any number and makes several calls of them. */
  keysAGet: 10,
  keysAWatch: 10,
  entriesABatch: 500,
} as const;

/** What gathers by an estimate, of mentions or of several rooms, stays so far below the limit of mutations. */
export const GATHERED_MUTATIONS = STORE_LIMITS.mutations - 100;

/** Entries that a pass reads at a time, to delete or rewrite them in one commit: an entry may be up to five mutations. */
export const PASS_SLICE = STORE_LIMITS.mutations / 5;
