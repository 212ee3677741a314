/**
 * What each user here sees of one room: a frame when that changes. Changes within COALESCE_MS are one reading and one
 * frame, and a run reads a few views at a time.
 */
import { roomView } from "../../chat/rooms/membership.ts";
import type { UserChange } from "../../protocol/frames.ts";
import type { HubContext } from "../hub_context.ts";
import type { LocalUser } from "../local.ts";

const COALESCE_MS = 50;
const AT_ONCE = 16;

export interface RoomViewsOptions {
  hub: HubContext;
  send(user: LocalUser, change: UserChange): void;
  /** A view could not be read: the user's sockets have missed something. */
  failed(user: LocalUser): void;
}

export class RoomViews {
  readonly #options: RoomViewsOptions;
  /** Views that have to be read and sent, by user and room. */
  readonly #waiting = new Map<string, { user: LocalUser; roomId: string }>();
  #running = false;

  constructor(options: RoomViewsOptions) {
    this.#options = options;
  }

  changed(user: LocalUser, roomId: string): void {
    if (user.connections.size === 0) return;
    this.#waiting.set(nameOf(user, roomId), { user, roomId });
    if (!this.#running) void this.#run();
  }

  removed(user: LocalUser, roomId: string): void {
    this.#waiting.delete(nameOf(user, roomId));
    this.#options.send(user, { type: "user", change: "room_removed", room_id: roomId });
  }

  async #run(): Promise<void> {
    const { hub } = this.#options;
    this.#running = true;
    await hub.delay(COALESCE_MS);
    while (this.#waiting.size > 0 && !hub.isClosed) {
      const some = [...this.#waiting.entries().take(AT_ONCE)];
      for (const [name] of some) this.#waiting.delete(name);
      await Promise.all(some.map(([, { user, roomId }]) => this.#send(user, roomId)));
    }
    this.#running = false;
  }

  async #send(user: LocalUser, roomId: string): Promise<void> {
    const { hub, send, failed } = this.#options;
    try {
      const room = await roomView(hub.chat, user.id, roomId);
      if (room === null || room.role === null) {
        send(user, { type: "user", change: "room_removed", room_id: roomId });
      } else if (isMember(hub, user, roomId)) {
        // else the room was left while it was read, and the leave sends `room_removed`
        send(user, { type: "user", change: "room", room });
        hub.ephemera.listed([room]);
      }
    } catch (error) {
      hub.report("a room could not be read", error);
      failed(user);
    }
  }
}

/** Whether the user is a member, by the events that were delivered here. */
export function isMember(hub: HubContext, user: LocalUser, roomId: string): boolean {
  return hub.rooms.get(roomId)?.members.has(user) === true;
}

function nameOf(user: LocalUser, roomId: string): string {
  return `${user.id}/${roomId}`;
}
