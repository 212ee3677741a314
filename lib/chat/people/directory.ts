/** Public profiles by id: a bounded cache over the store. */
import type { Bus } from "../../bus/bus.ts";
import { keys } from "../../store/keys.ts";
import type { Kv } from "../../store/kv.ts";
import type { User, UserRecord } from "../../protocol/model.ts";
import { COLORS } from "../../protocol/colors.ts";

/** The name of deleted accounts; it is reserved, so that nobody can take it. */
export const DELETED_NAME = "unknown";
const MAX_CACHED = 20_000;

export class Directory {
  readonly #kv: Kv;
  readonly #max: number;
  /** The least recently used first. */
  readonly #users = new Map<string, User>();
  /** Counts profiles that were forgotten because their signals were lost: a read from before may be older. */
  #lapses = 0;
  readonly #unsubscribe: () => void;

  constructor(kv: Kv, bus: Bus, max = MAX_CACHED) {
    this.#kv = kv;
    this.#max = max;
    // stored even where it was not cached: a read that is under way may return the older profile
    this.#unsubscribe = bus.subscribe((signal) => {
      if (signal.type === "profile") this.#remember(signal.user);
      else if (signal.type === "stale" && signal.of === "profile") this.#lapse(signal.id);
      else if (signal.type === "lapse" && signal.user_id === undefined) this.#lapse();
    });
  }

  /** From the cache alone. */
  get(id: string): User | undefined {
    const user = this.#users.get(id);
    if (user !== undefined) this.#remember(user);
    return user;
  }

  /** Profiles of all the ids; an id without an account gets the profile of a deleted user. */
  async many(ids: Iterable<string>): Promise<Map<string, User>> {
    const found = new Map<string, User>();
    const missing = new Set<string>();
    for (const id of ids) {
      const user = this.get(id);
      if (user === undefined) missing.add(id);
      else found.set(id, user);
    }
    if (missing.size === 0) return found;
    const wanted = [...missing];
    const lapses = this.#lapses;
    const entries = await this.#kv.getMany(wanted.map((id) => keys.user(id)));
    for (const [i, id] of wanted.entries()) {
      const record = entries[i]?.value ?? null;
      if (record !== null) this.read(record, lapses);
      found.set(id, this.#users.get(id) ?? (record === null ? deletedUser(id) : publicUser(record)));
    }
    return found;
  }

  async one(id: string): Promise<User> {
    return (await this.many([id])).get(id) ?? deletedUser(id);
  }

  get lapses(): number {
    return this.#lapses;
  }

  /**
   * Somebody's record was read: their profile will not have to be. What was signalled meanwhile is newer; where signals
   * were lost since `lapses` was what it was before the read, the record may be older than what they said.
   */
  read(record: UserRecord, lapses: number): void {
    if (lapses === this.#lapses && !this.#users.has(record.id)) this.#remember(publicUser(record));
  }

  close(): void {
    this.#unsubscribe();
    this.#users.clear();
  }

  #lapse(id?: string): void {
    this.#lapses++;
    if (id === undefined) this.#users.clear();
    else this.#users.delete(id);
  }

  #remember(user: User): void {
    this.#users.delete(user.id);
    this.#users.set(user.id, user);
    if (this.#users.size <= this.#max) return;
    const oldest = this.#users.keys().next();
    if (!oldest.done) this.#users.delete(oldest.value);
  }
}

/** The public part of a record. */
export function publicUser({ id, username, display_name, color, avatar }: UserRecord): User {
  return { id, username, display_name, color, ...(avatar === undefined ? {} : { avatar }) };
}

/** Actors without an account that may change or end a room. */
const NO_ACCOUNTS: Record<string, string> = { operator: "The server's operator", server: "The server" };

/** The profile that stands in for an account that does not exist any more. */
export function deletedUser(id: string): User {
  const display_name = NO_ACCOUNTS[id] ?? "Deleted user";
  return { id, username: DELETED_NAME, display_name, color: COLORS[23] };
}
