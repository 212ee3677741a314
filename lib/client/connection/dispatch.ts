/** Gives each frame from the connection to the room, the list of rooms or the account that it is about. */
import { batch } from "@preact/signals";
import type { DraftRecord, Room, User } from "../../protocol/model.ts";
import type { Account } from "../account.ts";
import type { Rooms } from "../rooms.ts";
import type { Incoming, ServerMessage } from "./frames.ts";

export interface DispatchOptions {
  account: Account;
  rooms: Rooms;
  /** Called on hello, with the largest size of a file if the server says it. */
  onHello(serverTime: number, fileBytes: number | undefined, features: readonly string[]): void;
  /** Something happened after this seq in a room that is not open here. */
  onElsewhere(roomId: string, after: number): void;
  onMention(roomId: string, messageId: string): void;
  onBookmark(messageId: string, marked: boolean): void;
  onDraft(roomId: string, draft: DraftRecord): void;
  /** The user stream sent all rooms again, because some of its frames were missed. */
  onListed(): void;
  /** A read mark was moved, here or on another device. */
  onRead(roomId: string, seq: number): void;
  onOtherAccount(): void;
  onReset(): void;
}

export class Dispatch {
  readonly #options: DispatchOptions;

  constructor(options: DispatchOptions) {
    this.#options = options;
  }

  /** Takes every frame from the connection. */
  take(frame: Exclude<Incoming, { kind: "reply" }>): void {
    if (frame.kind === "event") this.#stateOf(frame.event.room_id)?.receive(frame.event);
    else batch(() => this.#message(frame.message));
  }

  #stateOf(roomId: string) {
    return this.#options.rooms.sessions.peek(roomId)?.state;
  }

  #message(message: ServerMessage): void {
    const { list } = this.#options.rooms;
    switch (message.type) {
      case "hello":
        return this.#hello(message);
      case "snapshot":
        list.put(message.room);
        return this.#stateOf(message.room_id)?.replace(message);
      case "resumed":
        list.viewed(message.room);
        return this.#stateOf(message.room_id)?.resumed(message.present, message.present_count);
      case "reset":
        return this.#options.onReset();
      case "unsubscribed":
        if (message.reason !== "asked") this.#lost(message.room_id, message.reason);
        return;
      case "presence":
        return this.#stateOf(message.room_id)
          ?.people.changed(message.online, message.offline, message.present_count);
      case "typing":
        return this.#stateOf(message.room_id)?.people.setTyping(message.users);
      case "room_activity":
        this.#options.onElsewhere(message.room_id, list.get(message.room_id)?.seq ?? message.seq);
        return list.activity(message);
      case "user_updated":
        return this.#renamed(message.user);
      case "user":
        return this.#userChange(message);
      case "error":
        return;
    }
  }

  #hello(hello: Extract<ServerMessage, { type: "hello" }>): void {
    const { account, rooms: { list, sessions, activeId } } = this.#options;
    if (hello.user.id !== account.me.peek().id) return this.#options.onOtherAccount();
    account.me.value = hello.user;
    account.told(hello);
    const mine = new Set(sessions.all().flatMap(({ id }) => list.get(id) === undefined ? [] : [id]));
    this.#listed(hello.rooms);
    const active = activeId.peek();
    const open = sessions.all().sort((a, b) => Number(b.id === active) - Number(a.id === active));
    for (const session of open) {
      const { id, state } = session;
      // Joining again would make the reader a member again.
      if ((state.ready.peek() || mine.has(id)) && list.get(id) === undefined) this.#lost(id, "left");
      else sessions.join(session);
    }
    this.#options.onHello(Date.parse(hello.server_time), hello.limits?.file_bytes, hello.features);
  }

  #renamed(user: User): void {
    this.#options.rooms.sessions.renamed(user);
    this.#options.rooms.list.renamed(user);
  }

  #userChange(message: Extract<ServerMessage, { type: "user" }>): void {
    const { account, rooms: { list } } = this.#options;
    switch (message.change) {
      case "room":
        return list.viewed(message.room);
      case "room_removed":
        if (list.get(message.room_id) !== undefined) this.#lost(message.room_id, "removed");
        return;
      case "read":
        // Events before this one must be counted before it: an own message moves the mark too.
        this.#stateOf(message.room_id)?.flush();
        this.#options.onRead(message.room_id, message.read_seq);
        list.read(message.room_id, message);
        // The server sends these only for a mark that was moved by hand.
        if (message.mentions !== undefined) this.#options.rooms.unreadElsewhere(message.room_id, message.read_seq);
        return;
      case "trimmed":
        return list.trimmed(message.room_id, message.floor, message.messages);
      case "bookmark":
        return this.#options.onBookmark(message.message_id, message.marked);
      case "draft":
        return this.#options.onDraft(message.room_id, message);
      case "mention":
        // Mentions by blocked people do not count.
        if (message.user_id !== undefined && account.isBlocked(message.user_id)) return;
        if (message.mentioned) this.#options.onMention(message.room_id, message.message_id);
        return list.mention(message.room_id, message.seq, message.mentioned);
      case "profile":
        account.me.value = message.user;
        return this.#renamed(message.user);
      case "settings":
        return account.told(message);
      case "block":
        return account.setBlocked(message.user_id, message.blocked);
      case "snapshot":
        account.told(message);
        this.#options.onListed();
        return this.#listed(message.rooms);
    }
  }

  /** Takes all rooms anew. A read mark that is further back than here was moved back on another device meanwhile. */
  #listed(listed: readonly Room[]): void {
    const { rooms } = this.#options;
    const back = listed.filter(({ id, read_seq }) => read_seq < (rooms.list.get(id)?.read_seq ?? 0));
    rooms.list.replace(listed);
    for (const { id, read_seq } of back) rooms.unreadElsewhere(id, read_seq);
  }

  #lost(roomId: string, reason: string): void {
    this.#options.rooms.lost(roomId, reason === "left" || reason === "room_deleted" ? reason : "removed");
  }
}
