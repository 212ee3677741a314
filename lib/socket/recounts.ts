/**
 * Pages count unread messages by themselves, with the seqs of the newest 1,000 deleted messages after a read mark. Where
 * there are more, what happens before those seqs is sent as the room's view (SPEC.md, N5).
 */
import { LIMITS } from "../protocol/limits.ts";
import { keys, ranges } from "../store/keys.ts";
import type { HubContext } from "./hub_context.ts";
import type { LocalRoom, LocalUser } from "./local.ts";

/** Many messages are deleted at once: they are one reading. */
const COALESCE_MS = 1_000;

export class Recounts {
  readonly #hub: HubContext;
  /** The lowest and the highest seq at which something changed in a room. */
  readonly #waiting = new Map<LocalRoom, [lowest: number, highest: number]>();
  #running = false;

  constructor(hub: HubContext) {
    this.#hub = hub;
  }

  /** A message was deleted at this seq, or the floor rose to it: whoever has not read so far may need the view. */
  changed(room: LocalRoom, seq: number): void {
    if (room.members.size === 0 || isNear(room, seq)) return;
    const [lowest, highest] = this.#waiting.get(room) ?? [seq, seq];
    this.#waiting.set(room, [Math.min(seq, lowest), Math.max(seq, highest)]);
    if (!this.#running) void this.#run();
  }

  /** Somebody's read mark was moved to this seq. */
  marked(userId: string, roomId: string, seq: number): void {
    const user = this.#hub.users.get(userId);
    const room = this.#hub.rooms.get(roomId);
    if (user === undefined || room === undefined || isNear(room, seq)) return;
    this.#isCrowded(room, seq).then((is) => {
      if (is) this.#hub.stream.roomChanged(user, roomId);
    }).catch(() => this.#hub.stream.roomChanged(user, roomId));
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.size > 0 && !this.#hub.isClosed) {
      await this.#hub.delay(COALESCE_MS);
      const rooms = [...this.#waiting];
      this.#waiting.clear();
      for (const [room, [lowest, highest]] of rooms) {
        for (const user of await this.#behind(room, lowest, highest)) this.#hub.stream.roomChanged(user, room.id);
      }
    }
    this.#running = false;
  }

  /** The people here who have not read past all that changed; where that cannot be read, all: their views say so then. */
  async #behind(room: LocalRoom, lowest: number, highest: number): Promise<LocalUser[]> {
    const { kv, marks } = this.#hub.chat;
    const users = [...room.members];
    try {
      if (!await this.#isCrowded(room, lowest)) return [];
      const stored = await kv.getMany(users.map(({ id }) => keys.read(id, room.id)));
      return users.filter(({ id }, i) => marks.present(id, room.id, stored[i]?.value ?? null).seq <= highest);
    } catch {
      return users;
    }
  }

  /** Whether as many messages as a page knows of were deleted after the seq. */
  async #isCrowded(room: LocalRoom, seq: number): Promise<boolean> {
    const limit = LIMITS.unshown_counted;
    return (await this.#hub.chat.kv.list(ranges.unshown(room.id, seq + 1), { limit })).length === limit;
  }
}

/** No room for so many after it. */
function isNear({ lastSeq }: LocalRoom, seq: number): boolean {
  return lastSeq - seq < LIMITS.unshown_counted;
}
