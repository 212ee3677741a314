/** The reader's account: profile, settings, and the people they have blocked. */
import { type Signal, signal } from "@preact/signals";
import { DEFAULT_SETTINGS, type Settings } from "../protocol/settings.ts";
import type { Me } from "./connection/api.ts";

export class Account {
  readonly me: Signal<Me>;
  readonly settings: Signal<Settings>;
  /** The ids of the people I have blocked. */
  readonly blocked: Signal<ReadonlySet<string>>;

  constructor(me: Me, settings: Settings = DEFAULT_SETTINGS, blocked: readonly string[] = []) {
    this.me = signal(me);
    this.settings = signal(settings);
    this.blocked = signal<ReadonlySet<string>>(new Set(blocked));
  }

  isBlocked(userId: string): boolean {
    return this.blocked.peek().has(userId);
  }

  /** Takes new values from the server. Older servers leave some out; those stay as they were. */
  told({ settings, blocked }: { settings?: Settings; blocked?: readonly string[] }): void {
    if (settings !== undefined) this.settings.value = settings;
    if (blocked !== undefined) this.blocked.value = new Set(blocked);
  }

  setBlocked(userId: string, blocked: boolean): void {
    const others = [...this.blocked.peek()].filter((id) => id !== userId);
    this.blocked.value = new Set(blocked ? [...others, userId] : others);
  }
}
