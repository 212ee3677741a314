/**
 * An open room: its log as it is shown, and what the reader does in it. A component that was given a session acts on
 * that room, even if another one is shown by then.
 */
import * as v from "../decode.ts";
import type { Connection } from "../connection/connection.ts";
import type { Environment } from "../connection/environment.ts";
import type { Requests } from "../connection/requests.ts";
import { reactLocally, undoReaction } from "./entries.ts";
import { loadAround, loadLatest, loadNewer, loadOlder } from "./history.ts";
import type { ReadMarks } from "./read_marks.ts";
import type { RoomState } from "./room_state.ts";

const nothing = v.unknown;
const TYPING_EVERY_MS = 3_000;

/** What all sessions of a page share. */
export interface SessionServices {
  environment: Environment;
  connection: Connection;
  requests: Requests;
  marks: ReadMarks;
}

export class RoomSession {
  readonly state: RoomState;
  readonly #services: SessionServices;
  #typedAt = 0;

  constructor(state: RoomState, services: SessionServices) {
    this.state = state;
    this.#services = services;
  }

  get id(): string {
    return this.state.id;
  }

  // ---- history; each rejects with ChatError if the page could not be loaded

  loadOlder(): Promise<void> {
    return loadOlder(this.#services.requests, this.state);
  }

  loadNewer(): Promise<void> {
    return loadNewer(this.#services.requests, this.state);
  }

  /**
   * Shows the newest messages; the UI then scrolls to the bottom. False: the reader went elsewhere meanwhile. Called
   * when the reader asks for it or has sent something, so messages that were marked unread are read again.
   */
  jumpToLatest(): Promise<boolean> {
    this.#services.marks.release(this.id);
    return loadLatest(this.#services.requests, this.state);
  }

  /** Shows the message with context on both sides; the UI then centres it. False: the reader went elsewhere meanwhile. */
  loadAround(seq: number): Promise<boolean> {
    return loadAround(this.#services.requests, this.state, seq);
  }

  // ---- read marks

  /** Everything up to this seq was on the screen. Counts only while the room is seen; sent at most every 0.5 s. */
  markRead(seq: number): void {
    this.#services.marks.mark(this.id, Math.min(seq, this.state.appliedSeq));
  }

  /** Marks this message and all after it unread; the divider moves before it. */
  async markUnread(seq: number): Promise<void> {
    this.state.divider.value = seq - 1;
    await this.#services.marks.unread(this.id, seq - 1);
  }

  // ---- messages

  /** Edits an own message. Rejects with the server's ChatError; the timeline changes when the event arrives. */
  async edit(message_id: string, content: string): Promise<void> {
    await this.#services.connection.command({ type: "edit_message", room_id: this.id, message_id, content }, nothing);
  }

  /** Adds an own emoji, or takes it back. Shown at once, and undone if the server refuses. */
  async react(message_id: string, emoji: string): Promise<void> {
    const entry = this.state.find(message_id);
    if (entry === undefined) return;
    const op = entry.view.peek().mine.includes(emoji) ? "remove" : "add";
    reactLocally(entry, emoji, op);
    try {
      await this.#services.connection.command({ type: "react", room_id: this.id, message_id, emoji, op }, nothing);
    } catch (error) {
      undoReaction(entry, emoji, op);
      throw error;
    }
  }

  /** Tells the others that the reader is typing, at most every 3 s; `false`: stopped typing. */
  typing(typing = true): void {
    const now = this.#services.environment.now();
    if (typing ? now - this.#typedAt < TYPING_EVERY_MS : this.#typedAt === 0) return;
    this.#typedAt = typing ? now : 0;
    this.#services.connection.notify({ type: "typing", room_id: this.id, typing });
  }

  /** The next key press is sent at once, because a message went out or a new visit begins. */
  stoppedTyping(): void {
    this.#typedAt = 0;
  }
}
