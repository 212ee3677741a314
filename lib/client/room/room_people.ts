/** Who is online in a room, and who is typing. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { User } from "../../protocol/model.ts";
import type { Environment } from "../connection/environment.ts";

const TYPING_MS = 5_000;

export class RoomPeople {
  readonly #myId: string;
  readonly #env: Environment;
  readonly #typing = signal<ReadonlyMap<string, User>>(new Map());
  readonly #cancel = new Map<string, () => void>();
  /** The other people who are typing. */
  readonly typing: ReadonlySignal<User[]> = computed(() => [...this.#typing.value.values()]);
  /** People who are online, at most 200 of them; `presentCount` is the whole number. */
  readonly present = signal<User[]>([]);
  readonly presentCount = signal(0);

  constructor(myId: string, environment: Environment) {
    this.#myId = myId;
    this.#env = environment;
  }

  setPresent(users: User[], count: number): void {
    this.present.value = users;
    this.presentCount.value = count;
  }

  changed(online: User[], offline: string[], count: number): void {
    const changed = new Set([...offline, ...online.map((user) => user.id)]);
    this.setPresent([...this.present.peek().filter((user) => !changed.has(user.id)), ...online], count);
  }

  /** Takes the whole list of people who are typing. Each is removed after 5 s unless listed again. */
  setTyping(users: User[]): void {
    batch(() => {
      const now = new Set(users.map((user) => user.id));
      for (const id of this.#typing.peek().keys()) if (!now.has(id)) this.stoppedTyping(id);
      for (const user of users) {
        if (user.id === this.#myId) continue;
        this.#cancel.get(user.id)?.();
        this.#cancel.set(user.id, this.#env.after(TYPING_MS, () => this.stoppedTyping(user.id)));
        this.#typing.value = new Map(this.#typing.peek()).set(user.id, user);
      }
    });
  }

  stoppedTyping(userId: string): void {
    if (!this.#typing.peek().has(userId)) return;
    this.#cancel.get(userId)?.();
    this.#cancel.delete(userId);
    this.#typing.value = new Map([...this.#typing.peek()].filter(([id]) => id !== userId));
  }

  renamed(user: User): void {
    this.present.value = this.present.peek().map((other) => other.id === user.id ? user : other);
  }

  dispose(): void {
    for (const cancel of this.#cancel.values()) cancel();
    this.#cancel.clear();
  }
}
