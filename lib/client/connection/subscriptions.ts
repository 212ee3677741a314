/** Which rooms this page follows live, and what becomes of the frames that arrive for them. */
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import * as v from "valibot";
import { ChatError } from "../../base/errors.ts";
import type { DraftRecord, Room, User } from "../../protocol/model.ts";
import type { Settings } from "../../protocol/settings.ts";
import type { Me } from "./api.ts";
import type { Connection } from "./connection.ts";
import type { Environment } from "./environment.ts";
import { isTransient, NoAnswer } from "./failure.ts";
import type { Incoming, SequencedEvent, ServerMessage } from "./frames.ts";
import type { Pending } from "../writing/outbox.ts";
import type { RoomList } from "../room_list.ts";
import { type RoomSnapshot, RoomState } from "../room/room_state.ts";

export type Lost = "left" | "removed" | "room_deleted";

export interface SubscriptionsOptions {
  me: Signal<Me>;
  settings: Signal<Settings>;
  blocked: Signal<ReadonlySet<string>>;
  environment: Environment;
  connection: Connection;
  rooms: RoomList;
  pending(roomId: string): Pending[];
  /** With what one file may have, where the server says it. */
  onHello(serverTime: number, fileBytes: number | undefined, features: readonly string[]): void;
  /** Events of a room that is open here, as they come. */
  onMessages(events: readonly SequencedEvent[]): void;
  /** Something happened after this seq in a room that is not. */
  onElsewhere(roomId: string, after: number): void;
  onMention(roomId: string, messageId: string): void;
  onBookmark(messageId: string, marked: boolean): void;
  onDraft(roomId: string, draft: DraftRecord): void;
  /** The user stream told all rooms again: some of what it tells was missed. */
  onListed(): void;
  /** A mark was moved, here or elsewhere. */
  onRead(roomId: string, seq: number): void;
  /** Another device marked what comes after this seq unread. */
  onUnread(roomId: string, seq: number): void;
  onOtherAccount(): void;
  onReset(): void;
  /** This room is not mine to read any more. */
  onLost(roomId: string, why: Lost): void;
}

/** The active room and the last few before it stay subscribed, so that going back shows them at once. */
const KEPT = 4;
const nothing = v.unknown();

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #activeId: ReadonlySignal<string | null>;
  /** In the order of last use. A signal, so that a room that was forgotten is not shown. */
  readonly #states = signal<ReadonlyMap<string, RoomState>>(new Map());

  constructor(options: SubscriptionsOptions, activeId: ReadonlySignal<string | null>) {
    this.#options = options;
    this.#activeId = activeId;
  }

  get(roomId: string): RoomState | undefined {
    return this.#states.value.get(roomId);
  }

  /** The room's state, now the most recently used. */
  open(roomId: string, initial?: RoomSnapshot): RoomState {
    const states = new Map(this.#states.peek());
    const known = states.get(roomId);
    const state = known ?? this.#create(roomId, initial);
    states.delete(roomId);
    states.set(roomId, state);
    const [oldest] = states.keys();
    if (states.size > KEPT && oldest !== undefined) {
      states.get(oldest)?.dispose();
      states.delete(oldest);
      this.#options.connection.notify({ type: "unsubscribe", room_id: oldest });
    }
    this.#states.value = states;
    if (known === undefined || known.error.peek() !== null) this.#join(state);
    return state;
  }

  all(): RoomState[] {
    return [...this.#states.peek().values()];
  }

  forget(roomId: string): void {
    const states = new Map(this.#states.peek());
    states.get(roomId)?.dispose();
    if (states.delete(roomId)) this.#states.value = states;
  }

  renamed(user: User): void {
    for (const state of this.#states.peek().values()) state.renamed(user);
    this.#options.rooms.renamed(user);
  }

  dispose(): void {
    for (const state of this.#states.peek().values()) state.dispose();
  }

  #create(id: string, initial?: RoomSnapshot): RoomState {
    const { me, environment, rooms } = this.#options;
    const state: RoomState = new RoomState({
      id,
      me: me.peek(),
      environment,
      isBlocked: (userId) => this.#options.blocked.peek().has(userId),
      onApplied: (events) => {
        this.#options.onMessages(events);
        rooms.applied(id, events, me.peek().id, this.#options.blocked.peek());
      },
      onGap: () => this.#rejoin(state),
    }, initial);
    for (const pending of this.#options.pending(id)) state.showPending(pending);
    return state;
  }

  #join(state: RoomState): void {
    const { connection, environment } = this.#options;
    if (connection.state.peek() !== "open") return;
    const since = state.cursor;
    state.suspend();
    connection.command({ type: "join_room", room_id: state.id, ...(since === undefined ? {} : { since }) }, nothing)
      .catch((error: unknown) => {
        // the next hello joins again
        if (error instanceof NoAnswer && connection.state.peek() !== "open") return;
        const wait = error instanceof ChatError && error.retryAfter !== undefined ? error.retryAfter * 1_000 : 3_000;
        if (isTransient(error)) {
          environment.after(wait, () => this.#states.peek().get(state.id) === state && this.#join(state));
          return;
        }
        state.error.value = error;
      });
  }

  #rejoin(state: RoomState): void {
    this.#options.connection.notify({ type: "unsubscribe", room_id: state.id });
    this.#join(state);
  }

  /** Takes everything that the connection hears. */
  take(frame: Exclude<Incoming, { kind: "reply" }>): void {
    if (frame.kind === "event") this.#states.peek().get(frame.event.room_id)?.receive(frame.event);
    else batch(() => this.#message(frame.message));
  }

  #message(message: ServerMessage): void {
    const { rooms } = this.#options;
    switch (message.type) {
      case "hello":
        return this.#hello(message);
      case "snapshot":
        rooms.put(message.room);
        return this.#states.peek().get(message.room_id)?.replace(message);
      case "resumed":
        rooms.viewed(message.room);
        return this.#states.peek().get(message.room_id)?.resumed(message.present, message.present_count);
      case "reset":
        return this.#options.onReset();
      case "unsubscribed":
        if (message.reason !== "asked") this.#lost(message.room_id, message.reason);
        return;
      case "presence":
        return this.#states.peek().get(message.room_id)
          ?.people.changed(message.online, message.offline, message.present_count);
      case "typing":
        return this.#states.peek().get(message.room_id)?.people.setTyping(message.users);
      case "room_activity":
        this.#options.onElsewhere(message.room_id, rooms.get(message.room_id)?.seq ?? message.seq);
        return rooms.activity(message);
      case "user_updated":
        return this.renamed(message.user);
      case "user":
        return this.#userChange(message);
      case "error":
        return;
    }
  }

  #hello(hello: Extract<ServerMessage, { type: "hello" }>): void {
    if (hello.user.id !== this.#options.me.peek().id) return this.#options.onOtherAccount();
    this.#options.me.value = hello.user;
    if (hello.settings !== undefined) this.#options.settings.value = hello.settings;
    if (hello.blocked !== undefined) this.#options.blocked.value = new Set(hello.blocked);
    const { rooms } = this.#options;
    const mine = new Set([...this.#states.peek().keys()].filter((id) => rooms.get(id) !== undefined));
    this.#listed(hello.rooms);
    // the one that is looked at first
    const active = this.#activeId.peek();
    const states = [...this.#states.peek().values()].sort((a, b) => Number(b.id === active) - Number(a.id === active));
    for (const state of states) {
      // joining again would make me a member again
      if ((state.ready.peek() || mine.has(state.id)) && rooms.get(state.id) === undefined) this.#lost(state.id, "left");
      else this.#join(state);
    }
    this.#options.onHello(Date.parse(hello.server_time), hello.limits?.file_bytes, hello.features);
  }

  #userChange(message: Extract<ServerMessage, { type: "user" }>): void {
    const { rooms, me, settings, blocked } = this.#options;
    switch (message.change) {
      case "room":
        return rooms.viewed(message.room);
      case "room_removed":
        if (rooms.get(message.room_id) !== undefined) this.#lost(message.room_id, "removed");
        return;
      case "read":
        // what came before it counts before it: an own message moves the mark too
        this.#states.peek().get(message.room_id)?.flush();
        this.#options.onRead(message.room_id, message.read_seq);
        rooms.read(message.room_id, message);
        // told only of a mark that was moved by hand
        if (message.mentions !== undefined) this.#options.onUnread(message.room_id, message.read_seq);
        return;
      case "trimmed":
        return rooms.trimmed(message.room_id, message.floor, message.messages);
      case "bookmark":
        return this.#options.onBookmark(message.message_id, message.marked);
      case "draft":
        return this.#options.onDraft(message.room_id, message);
      case "mention":
        // what blocked people call does not count
        if (message.user_id !== undefined && blocked.peek().has(message.user_id)) return;
        if (message.mentioned) this.#options.onMention(message.room_id, message.message_id);
        return rooms.mention(message.room_id, message.seq, message.mentioned);
      case "profile":
        me.value = message.user;
        return this.renamed(message.user);
      case "settings":
        if (message.settings !== undefined) settings.value = message.settings;
        return;
      case "block": {
        const others = [...blocked.peek()].filter((id) => id !== message.user_id);
        blocked.value = new Set(message.blocked ? [...others, message.user_id] : others);
        return;
      }
      case "snapshot":
        if (message.settings !== undefined) settings.value = message.settings;
        if (message.blocked !== undefined) blocked.value = new Set(message.blocked);
        this.#options.onListed();
        return this.#listed(message.rooms);
    }
  }

  /** All rooms anew. A mark that is further back than it was here was moved on another device meanwhile. */
  #listed(listed: readonly Room[]): void {
    const { rooms } = this.#options;
    const back = listed.filter(({ id, read_seq }) => read_seq < (rooms.get(id)?.read_seq ?? 0));
    rooms.replace(listed);
    for (const { id, read_seq } of back) this.#options.onUnread(id, read_seq);
  }

  #lost(roomId: string, reason: string): void {
    this.#options.onLost(roomId, reason === "left" || reason === "room_deleted" ? reason : "removed");
  }
}
