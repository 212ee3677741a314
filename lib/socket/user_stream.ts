/**
 * The user stream: hello, and after it every change of the user's own list of rooms, read marks, settings and blocks.
 * stream_state.ts has the table of the states of a socket's stream; the readings that lead from one to the next are here.
 */
import { listBlocked } from "../chat/people/blocks.ts";
import { Meter } from "../chat/meter.ts";
import type { Chat } from "../chat/chat.ts";
import { listRooms } from "../chat/rooms/rooms.ts";
import { getSettings } from "../chat/people/settings.ts";
import type { Room, User } from "../protocol/model.ts";
import { CLOSE } from "../protocol/close_codes.ts";
import type { Hello, UserChange } from "../protocol/frames.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { HubContext } from "./hub_context.ts";
import type { LocalSocket, LocalUser } from "./local.ts";
import { isMember, RoomViews } from "./joining/room_views.ts";
import { missed, refreshed, refreshing, sent } from "./stream_state.ts";

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
/** Lists that are read at a time. */
const AT_ONCE = 16;
/** The pause after a read that failed. */
const AGAIN_MS = 1_000;

/** What a user sees of the server in their own list, in hello and in a snapshot alike. */
type Listed = Pick<Hello, "rooms" | "settings" | "blocked">;

export class UserStream {
  readonly #hub: HubContext;
  readonly #views: RoomViews;
  /** Stale sockets whose turn to be refreshed comes. */
  readonly #lapsed = new Set<LocalSocket>();
  #refreshing = false;
  /** A reading failed, and AGAIN_MS are not over. */
  #resting = false;

  constructor(hub: HubContext) {
    this.#hub = hub;
    this.#views = new RoomViews({
      hub,
      send: (user, change) => this.send(user.id, JSON.stringify(change)),
      failed: (user) => {
        for (const connection of user.connections) connection.stream = missed(connection.stream);
        this.#again();
      },
    });
  }

  // ---- lines

  /** A line of this user's stream, such as a read mark that moved. */
  send(userId: string, line: string): void {
    const user = this.#hub.users.get(userId);
    if (user === undefined) return;
    const fresh = this.#hub.sessionEnds.isFresh();
    for (const connection of user.connections) this.#send(connection, line, fresh);
  }

  /** Sends a line to those of a user's sockets that do not have this room open. */
  tellElsewhere(user: LocalUser, roomId: string, line: string): void {
    const fresh = this.#hub.sessionEnds.isFresh();
    for (const connection of user.connections) {
      if (!fresh || !connection.isReady || !connection.isSubscribed(roomId)) this.#send(connection, line, fresh);
    }
  }

  #send(connection: LocalSocket, line: string, fresh: boolean): void {
    const { stream } = connection;
    if (!fresh || !connection.isReady) {
      connection.stream = missed(stream);
    } else {
      connection.send(line);
      connection.stream = sent(stream, line);
    }
  }

  /** Retention raised a room's floor, for which there is no event: messages below it no longer count as unread. */
  trimmed(room_id: string, floor: number, messages: number): void {
    const line = JSON.stringify({ type: "user", change: "trimmed", room_id, floor, messages } satisfies UserChange);
    for (const { id } of this.#hub.rooms.get(room_id)?.members ?? []) this.send(id, line);
  }

  /** Signals about a room were lost: its local members are sent their view of it again. */
  roomStale(roomId: string): void {
    for (const user of this.#hub.rooms.get(roomId)?.members ?? []) this.roomChanged(user, roomId);
  }

  /** The user's view of a room changed. Several changes are sent as one frame. */
  roomChanged(user: LocalUser, roomId: string): void {
    this.#views.changed(user, roomId);
  }

  roomRemoved(user: LocalUser, roomId: string): void {
    this.#views.removed(user, roomId);
  }

  // ---- greeting

  /** Reads the user's profile and rooms, and sends `hello`. */
  async greet(connection: LocalSocket): Promise<void> {
    const { chat, ephemera, arrivals } = this.#hub;
    const { actor } = connection;
    // the handshake has paid one rate-limit token
    const meter = new Meter(chat);
    try {
      const greeting = await arrivals.run(async () => {
        if (!connection.isOpen) return undefined;
        const profile = await chat.directory.one(actor.user_id);
        return { profile, listed: await this.#read(connection, profile, meter.chat) };
      });
      if (greeting === undefined) return;
      const { profile, listed } = greeting;
      meter.charge(actor.user_id, connection.address);
      if (!connection.isOpen) return;
      connection.opened(JSON.stringify(helloOf(chat, connection, profile, listed)));
      ephemera.listed(listed.rooms);
    } catch (error) {
      this.#hub.report("the hello of a socket could not be prepared", error);
      connection.close(CLOSE.internal, "the store did not answer; try again");
    }
  }

  async #read(connection: LocalSocket, profile: User | undefined, chat: Chat): Promise<Listed> {
    const [rooms, settings, blocked] = await Promise.all([
      this.#list(connection, profile, chat),
      getSettings(chat, connection.actor.user_id),
      listBlocked(chat, connection.actor.user_id),
    ]);
    return { rooms, settings, blocked };
  }

  async #list(connection: LocalSocket, profile: User | undefined, chat: Chat): Promise<Room[]> {
    const { members } = this.#hub;
    const { user } = connection;
    members.listing(user);
    try {
      const rooms = await listRooms(chat, connection.actor);
      user.profile ??= profile;
      if (connection.isOpen) members.listed(user, rooms);
      else members.listingFailed(user);
      return connection.isOpen ? this.#stillIn(user, rooms) : rooms;
    } catch (error) {
      members.listingFailed(user);
      throw error;
    }
  }

  /**
   * Drops the rooms that were left while the list was read. Rooms that were joined meanwhile are sent after the list.
   */
  #stillIn(user: LocalUser, rooms: Room[]): Room[] {
    const read = new Set(rooms.map(({ id }) => id));
    for (const { id } of user.rooms) if (!read.has(id)) this.roomChanged(user, id);
    return rooms.filter(({ id }) => isMember(this.#hub, user, id));
  }

  // ---- refreshing

  /** Sends a stale socket the whole list again. */
  async refresh(connection: LocalSocket): Promise<void> {
    if (connection.stream.is !== "stale" || !connection.isReady) return;
    const state = refreshing();
    connection.stream = state;
    try {
      const listed = await this.#read(connection, connection.user.profile, this.#hub.chat);
      const frame: UserChange = { type: "user", change: "snapshot", ...listed };
      if (this.#hub.sessionEnds.isFresh()) {
        for (const line of [JSON.stringify(frame), ...state.kept]) connection.send(line);
        this.#hub.ephemera.listed(listed.rooms);
      } else missed(state);
    } catch (error) {
      missed(state);
      this.#hub.report("a list of rooms could not be read", error);
    } finally {
      connection.stream = refreshed(state);
      if (state.missed) this.#again();
    }
  }

  /** Signals were lost: sends the lists of everybody, or of one user, again. */
  async refreshAll(userId?: string): Promise<void> {
    const { connections, users } = this.#hub;
    for (const connection of userId === undefined ? connections : users.get(userId)?.connections ?? []) {
      connection.stream = missed(connection.stream);
      this.#lapsed.add(connection);
    }
    await this.#refreshLapsed();
  }

  /** A few at a time, by one run (thundering herd). */
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
   * delivered, and the reading waits for that to end (hub.ts, `resumeFeeding`).
   */
  #again(): void {
    if (this.#resting) return;
    this.#resting = true;
    void this.#hub.delay(AGAIN_MS).then(() => {
      this.#resting = false;
      if (!this.#hub.sessionEnds.isFresh()) return;
      for (const connection of this.#hub.connections) {
        if (connection.stream.is === "stale") this.#lapsed.add(connection);
      }
      return this.#refreshLapsed();
    });
  }
}

function helloOf(chat: Chat, connection: LocalSocket, profile: User, listed: Listed): Hello {
  const { config, clock, epoch } = chat;
  return {
    type: "hello",
    version: 1,
    epoch,
    connection_id: connection.id,
    heartbeat_ms: config.heartbeatMs,
    limits: { ...LIMITS, file_bytes: config.maxFileBytes },
    features: FEATURES,
    user: { ...profile, admin: connection.actor.admin },
    ...listed,
    server_time: new Date(clock.now()).toISOString(),
  };
}
