/**
 * What a store takes at most. Each kind of store says its own (`Kv.limits`), and code that gathers keys or writes keeps
 * within those. The contract suite (tests/store/store_contract.ts) tries a kind's limits on it.
 */
export interface StoreLimits {
  keyBytes: number;
  /** Serialised, as V8 does it. */
  valueBytes: number;
  /** Of one `Write`. */
  checksAWrite: number;
  /** Of one commit, in which the writes of several rooms may go together (file.ts). */
  checks: number;
  mutations: number;
  commitBytes: number;
  commitKeyBytes: number;
  /** In one call of the store; `getMany` takes any number and makes several calls of them. */
  keysAGet: number;
  /** How many entries of a list one answer of the store has; `list` takes any number and asks as often as it has to. */
  entriesABatch: number;
}

/** Those of Deno KV, which a file, the platform's store and KV Connect have in common. */
export const DENO_KV_LIMITS: StoreLimits = {
  keyBytes: 2_048,
  valueBytes: 65_536,
  checksAWrite: 10,
  checks: 100,
  mutations: 1_000,
  commitBytes: 819_200,
  commitKeyBytes: 81_920,
  keysAGet: 10,
  entriesABatch: 500,
};

/**
 * Of a store on PostgreSQL: one statement takes any number of keys and checks. Larger values and commits would do there,
 * and would not move to another kind of store.
 */
export const POSTGRES_LIMITS: StoreLimits = {
  ...DENO_KV_LIMITS,
  checksAWrite: 1_000,
  checks: 1_000,
  keysAGet: 1_000,
};

/**
 * The least that every kind must take. What is laid out in the store in pieces is the same in each of them (a file's
 * chunks, a ring, a page of the search index): it is measured by these, not by the limits of one kind.
 */
export const LEAST_LIMITS: StoreLimits = DENO_KV_LIMITS;

/** Batches whose size is an estimate (of mentions, of several rooms) stay so far below the limit of mutations. */
export function estimatedMutations({ mutations }: StoreLimits): number {
  return mutations - 100;
}

/** Entries that a pass reads at a time, to delete or rewrite them in one commit: an entry may be up to five mutations. */
export function passSlice({ mutations }: StoreLimits): number {
  return Math.floor(mutations / 5);
}

/** Entries that one commit may both check and change, where one may be up to so many mutations. */
export function checkedSlice({ checksAWrite, mutations }: StoreLimits, mutationsEach: number): number {
  return Math.min(checksAWrite, Math.floor(mutations / mutationsEach));
}
