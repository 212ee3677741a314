/** Sends a person's new profile to everybody who shares a room with them, at most once a second for each person. */
import { roomsOf } from "../chat/rooms/room_slots.ts";
import type { User } from "../protocol/model.ts";
import type { UserUpdated } from "../protocol/frames.ts";
import type { HubContext } from "./hub_context.ts";
import type { LocalSocket } from "./local.ts";

const EVERY_MS = 1_000;

interface News {
  /** The newest. */
  profile: User;
  isTold: boolean;
}

export class ProfileNews {
  readonly #hub: HubContext;
  /** People whose profile changed within the last second, or whose new profile has not been sent yet. */
  readonly #recent = new Map<string, News>();

  /** Counts the profiles that changed, or may have. */
  version = 0;

  constructor(hub: HubContext) {
    this.#hub = hub;
  }

  take(profile: User): void {
    this.version++;
    const user = this.#hub.users.get(profile.id);
    if (user !== undefined) user.profile = profile;
    this.#hub.remotePresence.renamed(profile);
    const recent = this.#recent.get(profile.id);
    if (recent === undefined) {
      const news = { profile, isTold: false };
      this.#recent.set(profile.id, news);
      void this.#run(news);
    } else {
      recent.profile = profile;
      recent.isTold = false;
    }
  }

  /** Signals were lost: any profile may have changed. */
  lapsed(): void {
    this.version++;
  }

  /** The signal of a change was lost: reads the profile from the store. */
  async look(userId: string): Promise<void> {
    this.version++;
    try {
      this.take(await this.#hub.chat.directory.one(userId));
    } catch (error) {
      this.#hub.report("a changed profile could not be read", error);
    }
  }

  async #run(news: News): Promise<void> {
    const { id } = news.profile;
    while (!news.isTold && !this.#hub.isClosed) {
      try {
        await this.#tell(news);
      } catch (error) {
        this.#hub.report("a person's rooms could not be read", error);
      }
      await this.#hub.delay(EVERY_MS);
    }
    this.#recent.delete(id);
  }

  async #tell(news: News): Promise<void> {
    const rooms = await this.#roomsOf(news.profile.id);
    // nothing is delivered while the control log is stale (D6b): the next try is a second later
    if (!this.#hub.sessionEnds.isFresh()) return;
    const told = new Set<LocalSocket>();
    for (const roomId of rooms) {
      for (const { connections } of this.#hub.rooms.get(roomId)?.members ?? []) {
        for (const connection of connections) told.add(connection);
      }
    }
    news.isTold = true;
    const frame: UserUpdated = { type: "user_updated", user: news.profile };
    const line = JSON.stringify(frame);
    for (const connection of told) if (connection.isReady) connection.send(line);
  }

  /**
   * The rooms of a person: from the hub, where they have a socket here and their list was read; else from the store.
   */
  async #roomsOf(userId: string): Promise<string[]> {
    const user = this.#hub.users.get(userId);
    if (user === undefined || user.listings > 0) return await roomsOf(this.#hub.chat, userId);
    return Array.from(user.rooms, ({ id }) => id);
  }
}
