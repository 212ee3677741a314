/**
 * The user stream: hello, and after it every change of the user's own list of rooms, read marks, settings and blocks.
 * Each socket has a state, by `isReady`, `missed` and `#said`:
 *
 * | state      | is so while      | what happens                                         | leads to                       |
 * | ---------- | ---------------- | ---------------------------------------------------- | ------------------------------ |
 * | greeting   | not `isReady`    | the list is read; lines are not sent, but noted as   | current: hello went out;       |
 * |            |                  | missed                                               | stale: and lines were missed   |
 * | current    | ready            | each line is sent as it comes                        | stale: the control log is      |
 * |            |                  |                                                      | stale (D6b), signals were lost |
 * |            |                  |                                                      | (`lapse`), or a read failed    |
 * | stale      | `missed`         | while the control log is stale lines are not sent    | refreshing: it reads again,    |
 * |            |                  |                                                      | or AGAIN_MS after a failure    |
 * | refreshing | in `#said`       | the list is read; lines are sent, and kept, since    | current: the list was sent and |
 * |            |                  | the list may be older than they: after it they are   | the kept lines after it;       |
 * |            |                  | sent once more                                       | stale: the read failed, the    |
 * |            |                  |                                                      | control log is stale, or more  |
 * |            |                  |                                                      | than MAX_SAID lines came       |
 *
 * What a user sees of one room is coalesced: changes within COALESCE_MS are one reading and one frame (`#waiting`).
 */
import { listBlocked } from "../chat/people/blocks.ts";
import { Meter } from "../chat/meter.ts";
import { roomView } from "../chat/rooms/membership.ts";
import { listRooms } from "../chat/rooms/rooms.ts";
import { getSettings } from "../chat/people/settings.ts";
import type { Actor, Room } from "../protocol/model.ts";
import { CLOSE } from "../protocol/close_codes.ts";
import type { Hello, UserChange } from "../protocol/frames.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { HubContext } from "./hub_context.ts";
import type { LocalSocket, LocalUser } from "./local.ts";

const FEATURES = [
  "resume",
  "presence",
  "typing",
  "reactions",
  "pins",
  "read_marks",
  "settings",
  "mentions",
  "blocks",
  "draft_replies",
  "reauthenticate",
];
const COALESCE_MS = 50;
const AT_ONCE = 16;
/** After a reading that failed. */
const AGAIN_MS = 1_000;
/** At most so many lines are kept while a socket's list is read; where more come, the list is read once more. */
const MAX_SAID = 100;

export class UserStream {
  readonly #hub: HubContext;
  /** Views that have to be read and sent, by user and room. */
  readonly #waiting = new Map<string, { user: LocalUser; roomId: string }>();
  #running = false;
  /** Sockets whose snapshot is to be sent again. */
  readonly #lapsed = new Set<LocalSocket>();
  #refreshing = false;
  /** The lines sent to each socket whose list is being read: the list may be older, so they are sent again after it. */
  readonly #said = new Map<LocalSocket, string[]>();
  #failed = false;

  constructor(hub: HubContext) {
    this.#hub = hub;
  }

  /** Reads who it is and their rooms, and says hello. */
  async greet(connection: LocalSocket): Promise<void> {
    const { chat } = this.#hub;
    const { actor } = connection;
    // the handshake took a token
    const meter = new Meter(chat);
    try {
      const profile = await chat.directory.one(actor.user_id);
      const [rooms, settings, blocked] = await Promise.all([
        this.#list(connection, profile, meter.chat),
        getSettings(meter.chat, actor.user_id),
        listBlocked(meter.chat, actor.user_id),
      ]);
      meter.charge(actor.user_id, connection.address);
      if (!connection.isOpen) return;
      const hello: Hello = {
        type: "hello",
        version: 1,
        epoch: chat.epoch,
        connection_id: connection.id,
        heartbeat_ms: chat.config.heartbeatMs,
        limits: { ...LIMITS, file_bytes: chat.config.maxFileBytes },
        features: FEATURES,
        user: { ...profile, admin: actor.admin },
        rooms,
        settings,
        blocked,
        server_time: new Date(chat.clock.now()).toISOString(),
      };
      connection.opened(JSON.stringify(hello));
      this.#hub.ephemera.listed(rooms);
    } catch (error) {
      this.#hub.report("hello failed", error);
      connection.close(CLOSE.internal, "the store did not answer; try again");
    }
  }

  async #list(connection: LocalSocket, profile: LocalUser["profile"], chat = this.#hub.chat): Promise<Room[]> {
    const { members } = this.#hub;
    const { user } = connection;
    members.listing(user);
    try {
      const rooms = await listRooms(chat, connection.actor);
      user.profile ??= profile;
      if (connection.isOpen) members.listed(user, rooms);
      else members.listingFailed(user);
      return connection.isOpen ? this.#standing(user, rooms) : rooms;
    } catch (error) {
      members.listingFailed(user);
      throw error;
    }
  }

  /** Without those that were left while they were read; those that were joined meanwhile are told after the list. */
  #standing(user: LocalUser, rooms: Room[]): Room[] {
    const read = new Set(rooms.map(({ id }) => id));
    for (const { id } of user.rooms) if (!read.has(id)) this.roomChanged(user, id);
    return rooms.filter(({ id }) => this.#isMember(user, id));
  }

  /** As the events say that were delivered here. */
  #isMember(user: LocalUser, roomId: string): boolean {
    return this.#hub.rooms.get(roomId)?.members.has(user) === true;
  }

  /** A line of this user's stream, such as a read mark that moved. */
  send(userId: string, line: string): void {
    const user = this.#hub.users.get(userId);
    if (user === undefined) return;
    const fresh = this.#hub.sessionEnds.isFresh();
    for (const connection of user.connections) {
      if (fresh && connection.isReady) this.#tell(connection, line);
      else connection.missed = true;
    }
  }

  #tell(connection: LocalSocket, line: string): void {
    connection.send(line);
    const said = this.#said.get(connection);
    if (said === undefined) return;
    if (said.length < MAX_SAID) said.push(line);
    else connection.missed = true;
  }

  /** The same, at the sockets that have this room not open. */
  tellElsewhere(user: LocalUser, roomId: string, line: string): void {
    const fresh = this.#hub.sessionEnds.isFresh();
    for (const connection of user.connections) {
      if (!fresh || !connection.isReady) connection.missed = true;
      else if (!connection.isSubscribed(roomId)) this.#tell(connection, line);
    }
  }

  /** Retention raised a room's floor, which is no event: what is gone is unread for nobody. */
  trimmed(room_id: string, floor: number, messages: number): void {
    const line = JSON.stringify({ type: "user", change: "trimmed", room_id, floor, messages } satisfies UserChange);
    for (const { id } of this.#hub.rooms.get(room_id)?.members ?? []) this.send(id, line);
  }

  /** What changed in a room was not heard: those of its members who are here are told what they see of it. */
  roomStale(roomId: string): void {
    for (const user of this.#hub.rooms.get(roomId)?.members ?? []) this.roomChanged(user, roomId);
  }

  /** What the user sees of a room changed; several changes are one frame. */
  roomChanged(user: LocalUser, roomId: string): void {
    if (user.connections.size === 0) return;
    this.#waiting.set(`${user.id}/${roomId}`, { user, roomId });
    if (!this.#running) void this.#run();
  }

  roomRemoved(user: LocalUser, roomId: string): void {
    this.#waiting.delete(`${user.id}/${roomId}`);
    this.#change(user.id, { type: "user", change: "room_removed", room_id: roomId });
  }

  /** Sends the whole list again to sockets that may have missed something. */
  async refresh(connection: LocalSocket): Promise<void> {
    if (!connection.missed || !connection.isReady || this.#said.has(connection)) return;
    connection.missed = false;
    const said: string[] = [];
    this.#said.set(connection, said);
    try {
      const [rooms, settings, blocked] = await Promise.all([
        this.#list(connection, connection.user.profile),
        getSettings(this.#hub.chat, connection.actor.user_id),
        listBlocked(this.#hub.chat, connection.actor.user_id),
      ]);
      const frame: UserChange = { type: "user", change: "snapshot", rooms, settings, blocked };
      if (this.#hub.sessionEnds.isFresh()) {
        for (const line of [JSON.stringify(frame), ...said]) connection.send(line);
        this.#hub.ephemera.listed(rooms);
      } else connection.missed = true;
    } catch (error) {
      connection.missed = true;
      this.#hub.report("a list of rooms could not be read", error);
    } finally {
      this.#said.delete(connection);
      if (connection.missed) this.#again();
    }
  }

  /** Signals were lost: sends the lists of everybody, or of one user, again; a few at a time, by one run. */
  async refreshAll(userId?: string): Promise<void> {
    const { connections, users } = this.#hub;
    for (const connection of userId === undefined ? connections : users.get(userId)?.connections ?? []) {
      connection.missed = true;
      this.#lapsed.add(connection);
    }
    await this.#refreshLapsed();
  }

  async #refreshLapsed(): Promise<void> {
    if (this.#refreshing) return;
    this.#refreshing = true;
    while (this.#lapsed.size > 0 && !this.#hub.isClosed) {
      const some = [...this.#lapsed.values().take(AT_ONCE)];
      for (const connection of some) this.#lapsed.delete(connection);
      await Promise.all(some.map((connection) => this.refresh(connection)));
    }
    this.#refreshing = false;
  }

  /**
   * Reads the lists again AGAIN_MS after a failure, once however many failed. While the control log is stale nothing is
   * delivered, and the reading waits for that to end.
   */
  #again(): void {
    if (this.#failed) return;
    this.#failed = true;
    void this.#hub.delay(AGAIN_MS).then(() => {
      this.#failed = false;
      if (!this.#hub.sessionEnds.isFresh()) return;
      for (const connection of this.#hub.connections) if (connection.missed) this.#lapsed.add(connection);
      return this.#refreshLapsed();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    await this.#hub.delay(COALESCE_MS);
    while (this.#waiting.size > 0 && !this.#hub.isClosed) {
      const some = [...this.#waiting.entries().take(AT_ONCE)];
      for (const [name] of some) this.#waiting.delete(name);
      await Promise.all(some.map(([, { user, roomId }]) => this.#sendView(user, roomId)));
    }
    this.#running = false;
  }

  async #sendView(user: LocalUser, roomId: string): Promise<void> {
    try {
      const room = await roomView(this.#hub.chat, user.id, roomId);
      if (room === null || room.role === null) {
        this.#change(user.id, { type: "user", change: "room_removed", room_id: roomId });
      } else if (this.#isMember(user, roomId)) {
        // else it was left while it was read, and that is told
        this.#change(user.id, { type: "user", change: "room", room });
        this.#hub.ephemera.listed([room]);
      }
    } catch (error) {
      this.#hub.report("a room could not be read", error);
      for (const connection of user.connections) connection.missed = true;
      this.#again();
    }
  }

  #change(userId: Actor["user_id"], change: UserChange): void {
    this.send(userId, JSON.stringify(change));
  }
}
