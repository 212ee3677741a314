/** The rooms that this page follows live: the active one, and the last few before it. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import * as v from "../decode.ts";
import { ChatError } from "../../base/errors.ts";
import type { User } from "../../protocol/model.ts";
import type { Me } from "../connection/api.ts";
import { isTransient, NoAnswer } from "../connection/failure.ts";
import type { SequencedEvent } from "../connection/schemas.ts";
import type { RoomList } from "../room_list.ts";
import type { Pending } from "../writing/outbox.ts";
import { RoomSession, type SessionServices } from "./room_session.ts";
import { type RoomSnapshot, RoomState } from "./room_state.ts";

/** How many rooms stay subscribed, so that going back to one shows it at once. */
const KEPT = 4;
const AGAIN_MS = 3_000;
const nothing = v.unknown;

export interface OpenRoomsOptions extends SessionServices {
  me: ReadonlySignal<Me>;
  blocked: Signal<ReadonlySet<string>>;
  rooms: RoomList;
  /** The reader's messages that wait to be sent there. */
  pending(roomId: string): Pending[];
  /** Called with the new events of an open room. */
  onMessages(events: readonly SequencedEvent[]): void;
}

export class OpenRooms {
  readonly #options: OpenRoomsOptions;
  /** In the order of last use. A signal, so that the page stops showing a room that was dropped. */
  readonly #sessions = signal<ReadonlyMap<string, RoomSession>>(new Map());

  constructor(options: OpenRoomsOptions) {
    this.#options = options;
  }

  /** Reads a signal. */
  get(roomId: string): RoomSession | undefined {
    return this.#sessions.value.get(roomId);
  }

  peek(roomId: string): RoomSession | undefined {
    return this.#sessions.peek().get(roomId);
  }

  all(): RoomSession[] {
    return [...this.#sessions.peek().values()];
  }

  /** Returns the room's session and makes it the most recently used. */
  open(roomId: string, initial?: RoomSnapshot): RoomSession {
    const sessions = new Map(this.#sessions.peek());
    const known = sessions.get(roomId);
    const session = known ?? this.#create(roomId, initial);
    sessions.delete(roomId);
    sessions.set(roomId, session);
    const [oldest] = sessions.keys();
    if (sessions.size > KEPT && oldest !== undefined) {
      sessions.get(oldest)?.state.dispose();
      sessions.delete(oldest);
      this.#options.connection.notify({ type: "unsubscribe", room_id: oldest });
    }
    this.#sessions.value = sessions;
    if (known === undefined || known.state.error.peek() !== null) this.join(session);
    return session;
  }

  forget(roomId: string): void {
    const sessions = new Map(this.#sessions.peek());
    sessions.get(roomId)?.state.dispose();
    if (sessions.delete(roomId)) this.#sessions.value = sessions;
  }

  renamed(user: User): void {
    for (const { state } of this.all()) state.renamed(user);
  }

  dispose(): void {
    for (const { state } of this.all()) state.dispose();
  }

  #create(id: string, initial?: RoomSnapshot): RoomSession {
    const { me, environment, rooms, blocked } = this.#options;
    const state: RoomState = new RoomState({
      id,
      me: me.peek(),
      environment,
      isBlocked: (userId) => blocked.peek().has(userId),
      onApplied: (events) => {
        this.#options.onMessages(events);
        rooms.applied(id, events, me.peek().id, blocked.peek());
      },
      onGap: () => this.#rejoin(session),
    }, initial);
    const session = new RoomSession(state, this.#options);
    for (const pending of this.#options.pending(id)) state.showPending(pending);
    return session;
  }

  /** Subscribes to the room's events, from its cursor on. */
  join(session: RoomSession): void {
    const { connection } = this.#options;
    if (connection.state.peek() !== "open") return;
    const { id, state } = session;
    const since = state.cursor;
    state.suspend();
    connection.command({ type: "join_room", room_id: id, ...(since === undefined ? {} : { since }) }, nothing)
      .catch((error: unknown) => this.#notJoined(session, error));
  }

  #notJoined(session: RoomSession, error: unknown): void {
    const { connection, environment } = this.#options;
    // The next hello joins the room again.
    if (error instanceof NoAnswer && connection.state.peek() !== "open") return;
    if (!isTransient(error)) {
      session.state.error.value = error;
      return;
    }
    const wait = error instanceof ChatError && error.retryAfter !== undefined ? error.retryAfter * 1_000 : AGAIN_MS;
    environment.after(wait, () => this.peek(session.id) === session && this.join(session));
  }

  #rejoin(session: RoomSession): void {
    this.#options.connection.notify({ type: "unsubscribe", room_id: session.id });
    this.join(session);
  }
}
