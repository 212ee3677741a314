/** Which local users are members of which rooms: filled when a user connects, kept by the rooms' own events. */
import type { EncodedEvent } from "../../bus/bus.ts";
import type { Room } from "../../protocol/model.ts";
import type { HubContext } from "../hub_context.ts";
import type { LocalRoom, LocalUser } from "../local.ts";

export class Members {
  readonly #hub: HubContext;

  constructor(hub: HubContext) {
    this.#hub = hub;
  }

  /** Call before a user's rooms are read, and `listed` or `listingFailed` after. */
  listing(user: LocalUser): void {
    user.listings++;
    user.changes ??= new Map();
  }

  listingFailed(user: LocalUser): void {
    if (--user.listings === 0) user.changes = undefined;
  }

  /** Applies a list that was read. Changes that arrived since the read began are newer, so they win over the list. */
  listed(user: LocalUser, rooms: Room[]): void {
    const joined = new Map<string, Room | undefined>(rooms.map((room) => [room.id, room]));
    for (const [roomId, isMember] of user.changes ?? []) {
      if (!isMember) joined.delete(roomId);
      else if (!joined.has(roomId)) joined.set(roomId, undefined);
    }
    this.listingFailed(user);
    for (const room of user.rooms) if (!joined.has(room.id)) this.#remove(user, room);
    for (const [roomId, view] of joined) {
      const room = this.#hub.follower.roomOf(roomId);
      if (room.state === "new" && view !== undefined) room.begin(view.seq, view.messages);
      this.#add(user, room);
    }
    this.#hub.remotePresence.changed(user);
  }

  /** A membership or room event was delivered. */
  apply(room: LocalRoom, event: EncodedEvent, deleted: boolean): void {
    const { stream } = this.#hub;
    if (event.type === "room_updated") {
      for (const member of room.members) {
        if (deleted) this.#left(member, room);
        else stream.roomChanged(member, room.id);
      }
      return;
    }
    const user = this.#hub.users.get(event.user_id);
    if (user === undefined) return;
    if (event.type === "join") {
      user.changes?.set(room.id, true);
      this.#add(user, room);
      stream.roomChanged(user, room.id);
    } else if (event.type === "leave") {
      this.#left(user, room);
    } else {
      stream.roomChanged(user, room.id);
    }
  }

  /**
   * Adds a user who is a member by the store. Where the room was opened before their join was announced, that event is
   * not delivered here.
   */
  found(user: LocalUser, room: LocalRoom): void {
    if (room.members.has(user)) return;
    user.changes?.set(room.id, true);
    this.#add(user, room);
    this.#hub.stream.roomChanged(user, room.id);
  }

  /** The user's last socket is gone for good. */
  forget(user: LocalUser): void {
    for (const room of user.rooms) this.#remove(user, room);
    this.#hub.remotePresence.changed(user);
  }

  #left(user: LocalUser, room: LocalRoom): void {
    user.changes?.set(room.id, false);
    this.#remove(user, room);
    this.#hub.stream.roomRemoved(user, room.id);
  }

  #add(user: LocalUser, room: LocalRoom): void {
    if (room.members.has(user)) return;
    this.#hub.ephemera.presenceChanges(room, user.id);
    room.members.add(user);
    user.rooms.add(room);
    this.#hub.remotePresence.changed(user);
  }

  #remove(user: LocalUser, room: LocalRoom): void {
    if (!room.members.has(user)) return;
    this.#hub.ephemera.presenceChanges(room, user.id);
    room.members.delete(user);
    user.rooms.delete(room);
    this.#hub.remotePresence.changed(user);
    room.usedAt = this.#hub.chat.clock.elapsed();
  }
}
