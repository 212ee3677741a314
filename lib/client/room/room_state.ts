/** A room as this page shows it: events arrive live and by pages, and are kept in a window (room_window.ts). */
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { RoomEvent, User } from "../../protocol/model.ts";
import type { Mine } from "../../protocol/frames.ts";
import { applyChange, type Entry, isChange, type MessageEntry, showPinned } from "./entries.ts";
import type { Environment } from "../connection/environment.ts";
import type { SequencedEvent } from "../connection/schemas.ts";
import type { Pending } from "../writing/outbox.ts";
import { RoomPages } from "./room_pages.ts";
import { RoomPeople } from "./room_people.ts";
import { RoomWindow } from "./room_window.ts";

/** A room's state in a snapshot, or in the page that the server rendered. */
export interface RoomSnapshot {
  events: RoomEvent[];
  has_more: boolean;
  /** `<epoch>:<event id>` */
  cursor: string;
  mine: Mine;
  present?: User[];
  present_count?: number;
}

export interface RoomStateOptions {
  id: string;
  me: User;
  environment: Environment;
  /** Whether a person is blocked: their messages fold into one line. */
  isBlocked?(userId: string): boolean;
  /** Called with events that followed the last ones in order, after they were applied. */
  onApplied?(events: SequencedEvent[]): void;
  /** An event is missing (a gap): later events are dropped until `resumed` or `replace`. */
  onGap?(): void;
}

/** The most events that wait for the next frames; a background tab may get no frames for a long time. */
const INBOX = 1_000;
/**
 * How many events are applied before one paint, so that rendering them fits into the frame. The rest waits for the
 * next.
 */
const FRAME_EVENTS = 20;
export class RoomState {
  readonly id: string;
  /** Who is online, who is typing. */
  readonly people: RoomPeople;
  /** Moves the window over the history. */
  readonly pages: RoomPages;
  #me: User;
  readonly #env: Environment;
  readonly #options: RoomStateOptions;

  readonly #window: RoomWindow;
  /** Whether the first snapshot has arrived. */
  readonly ready = signal(false);
  /** Messages after this seq were unread when the room was opened. It does not change during the visit. */
  readonly divider = signal<number | null>(null);
  /** Other people's messages that arrived while the reader was away from the bottom. */
  readonly newCount = signal(0);
  /** Why the room cannot be shown; null while it can. */
  readonly error = signal<unknown>(null);

  #epoch = "";
  #lastId = "";
  #lastSeq = 0;
  #broken = true;
  #following = true;
  #inbox: SequencedEvent[] = [];
  #cancelFlush: (() => void) | null = null;

  constructor(options: RoomStateOptions, initial?: RoomSnapshot) {
    this.id = options.id;
    this.#me = options.me;
    this.#env = options.environment;
    this.#options = options;
    this.#window = new RoomWindow(options.id, options.me, options.environment, options.isBlocked ?? (() => false));
    this.people = new RoomPeople(options.me.id, options.environment);
    this.pages = new RoomPages(this.#window, {
      flush: () => this.flush(),
      change: (event) => this.#change(event),
    });
    if (initial !== undefined) {
      this.replace(initial);
      this.#broken = true;
    }
  }

  /** The settled entries in the log's order, then the pending ones. */
  get entries(): ReadonlySignal<readonly Entry[]> {
    return this.#window.entries;
  }

  /** Older entries can be loaded. */
  get hasMore(): ReadonlySignal<boolean> {
    return this.#window.hasMore;
  }

  /** The window ends before the present: newer entries can be loaded, live ones are not shown. */
  get hasNewer(): ReadonlySignal<boolean> {
    return this.#window.hasNewer;
  }

  /** Where to resume; undefined before the first snapshot. */
  get cursor(): string | undefined {
    this.flush();
    return this.#lastId === "" ? undefined : `${this.#epoch}:${this.#lastId}`;
  }

  get lastSeq(): number {
    this.flush();
    return this.#lastSeq;
  }

  /** The last seq that arrived, also of events that are not applied yet. */
  get appliedSeq(): number {
    return this.#lastSeq;
  }

  get firstShownSeq(): number {
    return this.#window.firstSeq ?? this.#lastSeq + 1;
  }

  get lastShownSeq(): number {
    return this.#window.lastSeq;
  }

  /** The window has its largest number of entries, though they may fold into few rows. */
  get isFull(): boolean {
    return this.#window.isFull;
  }

  /** Whether this seq is within the window. */
  shows(seq: number): boolean {
    return seq >= this.firstShownSeq && (seq <= this.lastShownSeq || !this.hasNewer.peek());
  }

  /** The entry of a message in the window. */
  find(id: string): MessageEntry | undefined {
    return this.#window.find(id);
  }

  /** The reader's newest message in the window that can be edited. */
  myLast(): MessageEntry | undefined {
    return this.#window.myLast();
  }

  // ---- the log

  /** Takes a live or replayed event. It is applied before the next paint; a burst is spread over several. */
  receive(event: SequencedEvent): void {
    if (this.#broken) return;
    this.#inbox.push(event);
    if (this.#inbox.length >= INBOX) this.flush();
    else this.#nextFrame();
  }

  #nextFrame(): void {
    // A hidden page is not painted and gets few frames, so the events are applied at once.
    this.#cancelFlush ??= this.#env.frame(() => this.flush(this.#env.visible() ? FRAME_EVENTS : INBOX));
  }

  /** Applies the events that wait. */
  flush(most = INBOX): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    if (this.#inbox.length === 0) return;
    const events = this.#inbox.splice(0, most);
    if (this.#inbox.length > 0) this.#nextFrame();
    const applied: SequencedEvent[] = [];
    batch(() => {
      for (const event of events) {
        if (event.seq <= this.#lastSeq) continue;
        if (event.seq !== this.#lastSeq + 1) {
          this.#broken = true;
          this.#inbox = [];
          break;
        }
        this.#lastSeq = event.seq;
        this.#lastId = event.id;
        applied.push(event);
        if (event.type !== "later") this.#apply(event);
      }
      this.#window.publish();
      if (applied.length > 0) this.#options.onApplied?.(applied);
    });
    if (this.#broken) this.#options.onGap?.();
  }

  /**
   * The connection is gone, or the room is joined anew: events before `resumed` or `replace` may be out of order and
   * are dropped.
   */
  suspend(): void {
    this.flush();
    this.#broken = true;
    this.people.setTyping([]);
  }

  resumed(present: User[], count: number): void {
    this.#inbox = [];
    this.#broken = false;
    this.error.value = null;
    this.people.setPresent(present, count);
  }

  /** Starts again from a snapshot. Entries that stay keep their key, so that nothing flickers. */
  replace(snapshot: RoomSnapshot): void {
    batch(() => {
      const at = snapshot.cursor.lastIndexOf(":");
      this.#epoch = snapshot.cursor.slice(0, at);
      this.#lastId = snapshot.cursor.slice(at + 1);
      this.#lastSeq = Number.parseInt(this.#lastId) || 0;
      this.#inbox = [];
      this.#broken = false;
      this.pages.drop();
      this.#window.set(snapshot.events, snapshot.mine, true);
      this.#window.dropAcknowledged(this.#lastSeq);
      this.#window.hasMore.value = snapshot.has_more;
      this.#window.hasNewer.value = false;
      this.newCount.value = 0;
      this.ready.value = true;
      this.error.value = null;
      if (snapshot.present) this.people.setPresent(snapshot.present, snapshot.present_count ?? snapshot.present.length);
      this.#window.publish();
    });
  }

  #apply(event: RoomEvent): void {
    this.pages.applied(event);
    this.#change(event);
    if (isChange(event)) return;
    if (event.type === "chat_message") {
      this.people.stoppedTyping(event.user_id);
      if (!this.#following && event.user_id !== this.#me.id) this.newCount.value++;
    }
    if (!this.#window.has(event.id)) this.#window.follow(event, this.#following);
  }

  /** Applies an event to the message that it is about, if that is in the window. */
  #change(event: RoomEvent): void {
    if (isChange(event)) {
      const target = this.find(event.target);
      if (target !== undefined) applyChange(target, event, this.#me.id);
    } else if (event.type === "message_pinned") {
      const entry = this.find(event.message_id);
      if (entry !== undefined) showPinned(entry);
    }
  }

  /** Sets whether the reader is at the bottom: then new entries push out the oldest ones; else they wait below. */
  setFollowing(following: boolean): void {
    this.#following = following;
    if (following) this.newCount.value = 0;
  }

  // ---- my sends

  /** Shows a pending message, or its new state. */
  showPending(pending: Pending): void {
    this.#window.showPending(pending);
  }

  /** The server acknowledged a message; its entry stays last until the event itself arrives. */
  acknowledge(clientId: string, id: string, seq: number): void {
    this.flush();
    // Its event has been applied already (the acknowledgement was lost, then the page was reloaded).
    if (seq <= this.#lastSeq) this.dropPending(clientId);
    else this.#window.acknowledge(clientId, id, seq);
  }

  dropPending(clientId: string): void {
    this.#window.dropPending(clientId);
  }

  /** A person has a new name or colour: shows it on their messages. */
  renamed(user: User): void {
    if (user.id === this.#me.id) this.#me = user;
    batch(() => {
      this.#window.renamed(user);
      this.people.renamed(user);
    });
  }

  dispose(): void {
    this.#cancelFlush?.();
    this.people.dispose();
  }
}
