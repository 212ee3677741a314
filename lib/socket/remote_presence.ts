/**
 * Presence between isolates and processes: who is online elsewhere, and the signals about the people here. A signal
 * holds the whole state of a person, so one that arrives twice or late does no harm.
 */
import type { Online, PresenceSignal } from "../bus/bus.ts";
import type { User } from "../protocol/model.ts";
import type { HubContext } from "./hub_context.ts";
import type { LocalUser } from "./local.ts";

/** People in one signal. */
const AT_ONCE = 50;

interface Elsewhere {
  user: User;
  /** In how many isolates the person is online. */
  count: number;
}

export class RemotePresence {
  readonly #hub: HubContext;
  readonly #isolates = new Map<string, Map<string, Online>>();
  readonly #rooms = new Map<string, Map<string, Elsewhere>>();
  readonly #changed = new Set<LocalUser>();

  constructor(hub: HubContext) {
    this.#hub = hub;
  }

  /** Asks the other isolates who is online there. */
  start(): void {
    if (this.#hub.chat.bus.isolate !== undefined) this.#hub.chat.bus.publish({ type: "who" });
  }

  // ---- elsewhere

  isOnline(userId: string): boolean {
    return this.#isolates.values().some((people) => people.has(userId));
  }

  *roomsOf(userId: string): Generator<string> {
    for (const people of this.#isolates.values()) yield* people.get(userId)?.rooms ?? [];
  }

  has(roomId: string, userId: string): boolean {
    return this.#rooms.get(roomId)?.has(userId) === true;
  }

  user(roomId: string, userId: string): User | undefined {
    return this.#rooms.get(roomId)?.get(userId)?.user;
  }

  /** The members of a room who are online elsewhere. */
  *of(roomId: string): Generator<User> {
    for (const { user } of this.#rooms.get(roomId)?.values() ?? []) yield user;
  }

  take({ isolate, online, offline, all }: PresenceSignal): void {
    if (isolate === this.#hub.chat.bus.isolate) return;
    const people = this.#isolates.get(isolate) ?? new Map<string, Online>();
    this.#isolates.set(isolate, people);
    if (all) {
      const still = new Set(online.map(({ user }) => user.id));
      for (const id of people.keys()) if (!still.has(id)) this.#put(people, id, undefined);
    }
    for (const id of offline) this.#put(people, id, undefined);
    for (const one of online) this.#put(people, one.user.id, one);
    if (people.size === 0) this.#isolates.delete(isolate);
  }

  renamed(user: User): void {
    for (const people of this.#isolates.values()) {
      const one = people.get(user.id);
      if (one === undefined) continue;
      one.user = user;
      for (const roomId of one.rooms) {
        const there = this.#rooms.get(roomId)?.get(user.id);
        if (there === undefined) continue;
        there.user = user;
        const room = this.#hub.rooms.get(roomId);
        if (room !== undefined) room.shown = undefined;
      }
    }
  }

  #put(people: Map<string, Online>, userId: string, now: Online | undefined): void {
    const before = people.get(userId)?.rooms ?? [];
    if (now === undefined) people.delete(userId);
    else people.set(userId, now);
    const after = new Set(now?.rooms);
    for (const roomId of before) if (!after.delete(roomId)) this.#leave(roomId, userId);
    if (now !== undefined) { for (const roomId of after) this.#enter(roomId, now.user); }
  }

  #enter(roomId: string, user: User): void {
    this.#changes(roomId, user.id);
    let room = this.#rooms.get(roomId);
    if (room === undefined) this.#rooms.set(roomId, room = new Map());
    const there = room.get(user.id);
    if (there === undefined) room.set(user.id, { user, count: 1 });
    else there.count++;
  }

  #leave(roomId: string, userId: string): void {
    this.#changes(roomId, userId);
    const room = this.#rooms.get(roomId);
    const there = room?.get(userId);
    if (room === undefined || there === undefined || --there.count > 0) return;
    room.delete(userId);
    if (room.size === 0) this.#rooms.delete(roomId);
  }

  #changes(roomId: string, userId: string): void {
    const room = this.#hub.rooms.get(roomId);
    if (room !== undefined) this.#hub.ephemera.presenceChanges(room, userId);
  }

  // ---- here

  /** A local user came online, went offline, or their rooms changed. */
  changed(user: LocalUser): void {
    if (this.#hub.chat.bus.isolate !== undefined) this.#changed.add(user);
  }

  /** Publishes what changed since the last call. */
  tell(): void {
    if (this.#changed.size === 0) return;
    const changed = [...this.#changed];
    this.#changed.clear();
    for (let i = 0; i < changed.length; i += AT_ONCE) this.#publish(changed.slice(i, i + AT_ONCE));
  }

  /** Publishes everybody who is online here, for an isolate that started later. */
  tellAll(): void {
    const users = [...this.#hub.users.values()];
    this.#publish(users.splice(0, AT_ONCE), true);
    while (users.length > 0) this.#publish(users.splice(0, AT_ONCE));
  }

  #publish(users: LocalUser[], all = false): void {
    const { bus } = this.#hub.chat;
    if (bus.isolate === undefined) return;
    const online: Online[] = [];
    const offline: string[] = [];
    for (const user of users) {
      const { profile } = user;
      // a user who came back meanwhile has a new LocalUser
      const present = this.#hub.users.get(user.id);
      if (present === user && profile !== undefined) {
        online.push({ user: profile, rooms: Array.from(user.rooms, ({ id }) => id) });
      } else if (present === undefined) {
        offline.push(user.id);
      }
    }
    if (!all && online.length + offline.length === 0) return;
    bus.publish({ type: "presence", isolate: bus.isolate, online, offline, ...(all ? { all } : {}) });
  }
}
