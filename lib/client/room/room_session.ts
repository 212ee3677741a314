/**
 * An open room: its log as it is shown, and what its reader does in it. Whoever was given one acts on that room, whichever
 * is shown by then.
 */
import * as v from "valibot";
import type { Connection } from "../connection/connection.ts";
import type { Environment } from "../connection/environment.ts";
import type { Requests } from "../connection/requests.ts";
import { reactLocally, undoReaction } from "./entries.ts";
import { loadAround, loadLatest, loadNewer, loadOlder } from "./history.ts";
import type { ReadMarks } from "./read_marks.ts";
import type { RoomState } from "./room_state.ts";

const nothing = v.unknown();
const TYPING_EVERY_MS = 3_000;

/** What the rooms of a page share. */
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

  // ---- history; each rejects with ChatError where the page could not be had

  loadOlder(): Promise<void> {
    return loadOlder(this.#services.requests, this.state);
  }

  loadNewer(): Promise<void> {
    return loadNewer(this.#services.requests, this.state);
  }

  /**
   * Shows the newest messages; the UI then scrolls to the bottom. False: the reader went elsewhere meanwhile. They ask
   * for it, or have sent something: what they marked unread is read again.
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

  /** Everything up to this seq was on the screen. Counts only while the room is seen; told at most every 0.5 s. */
  markRead(seq: number): void {
    this.#services.marks.mark(this.id, Math.min(seq, this.state.appliedSeq));
  }

  /** Makes this message and all after it unread; the divider moves before it. */
  async markUnread(seq: number): Promise<void> {
    this.state.divider.value = seq - 1;
    await this.#services.marks.unread(this.id, seq - 1);
  }

  // ---- messages

  /** Rejects with the server's ChatError; the timeline changes when the event arrives. */
  async edit(message_id: string, content: string): Promise<void> {
    await this.#services.connection.command({ type: "edit_message", room_id: this.id, message_id, content }, nothing);
  }

  /** Adds my emoji, or takes it back; shown at once, and undone where the server refuses. */
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

  /** Tells the others that I type, at most every 3 s; `false` that I stopped. */
  typing(typing = true): void {
    const now = this.#services.environment.now();
    if (typing ? now - this.#typedAt < TYPING_EVERY_MS : this.#typedAt === 0) return;
    this.#typedAt = typing ? now : 0;
    this.#services.connection.notify({ type: "typing", room_id: this.id, typing });
  }

  /** The next letter is told at once: a message went out, or another visit begins. */
  stoppedTyping(): void {
    this.#typedAt = 0;
  }
}
