/** What one try of the append queue reads: the head, and every key that the rules of its commands need. */
import type { HeadRecord } from "../protocol/model.ts";
import { type Key, keys, type Turn } from "../store/keys.ts";
import type { Entry } from "../store/kv.ts";
import type { AppenderOptions, Pending } from "./append_options.ts";
import { keyName } from "./draft.ts";
import type { Guess, RoomMemory } from "./room_memory.ts";
import type { RoomTurn } from "./room_turn.ts";

export interface ReadOptions extends Pick<AppenderOptions, "kv" | "rules"> {
  roomId: string;
  memory: RoomMemory;
  /** Where other processes append to the room too. */
  turn: RoomTurn | undefined;
  batch: readonly Pending[];
  /** Called before each wait for the store, so that the commit before is announced during the wait. */
  announce(): void;
}

export interface Reading {
  head: HeadRecord | null;
  versionstamp: string | null;
  /** By key name: what was read, remembered or guessed. */
  known: Map<string, unknown>;
  guesses: Guess[];
  /** What was read now, not remembered. */
  entries: Entry<unknown>[];
  /** It is another process's turn to append: a commit would disturb it. */
  isOthersTurn: boolean;
}

/**
 * Reads the head first. What is read after it is at least as new as the head, and the commit checks the head (no
 * phantom reads).
 */
export async function readFor(options: ReadOptions): Promise<Reading> {
  const { roomId, batch, memory, turn, rules } = options;
  const known = new Map(memory.standing?.known);
  const wanted = new Map<string, Key<unknown>>();
  const want = (key: Key<unknown>) => {
    const name = keyName(key);
    if (!known.has(name)) wanted.set(name, key);
  };
  want(keys.room(roomId));
  for (const { command } of batch) rules.needs(roomId, command).forEach(want);
  const guesses = memory.guess(wanted, known, turn?.isHeld === true);
  if (turn?.isWanted(memory.standing !== undefined) === true) {
    if (wanted.size > 0 || turn.mustReadFirst) want(keys.turn(roomId));
    else turn.look();
  }
  const { head, versionstamp } = memory.standing ?? await readHead(options);
  const entries = await readInto(known, wanted, options);
  // the value was set above, with the type that the key promises
  const value = <T>(key: Key<T>) => known.get(keyName(key)) as T | null;
  for (const { command } of batch) rules.follows(roomId, command, value).forEach(want);
  entries.push(...await readInto(known, wanted, options));
  return { head, versionstamp, known, guesses, entries, isOthersTurn: turn !== undefined && isOthers(turn, entries) };
}

function isOthers(turn: RoomTurn, entries: Entry<unknown>[]): boolean {
  const [family] = keys.turn(turn.roomId);
  const read = entries.find(({ key }) => key[0] === family);
  // the key's family says the type of its value
  return read !== undefined && !turn.heard(read as Entry<Turn>);
}

async function readHead({ kv, roomId, announce }: ReadOptions): Promise<Pick<Reading, "head" | "versionstamp">> {
  announce();
  const { value, versionstamp } = await kv.get(keys.head(roomId));
  return { head: value, versionstamp };
}

/** Reads the wanted keys, and moves them from `wanted` to `known`. */
async function readInto(
  known: Map<string, unknown>,
  wanted: Map<string, Key<unknown>>,
  { kv, announce }: ReadOptions,
): Promise<Entry<unknown>[]> {
  if (wanted.size === 0) return [];
  announce();
  const names = [...wanted.keys()];
  const entries = await kv.getMany([...wanted.values()]);
  for (const [i, name] of names.entries()) known.set(name, entries[i]?.value ?? null);
  wanted.clear();
  return entries;
}
