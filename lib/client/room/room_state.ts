/** A room as this page shows it: its log as it arrives live and by pages, kept in a window (room_window.ts). */
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

/** What a snapshot, or the page that the server rendered, says of a room. */
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
  /** Whose messages fold into one line. */
  isBlocked?(userId: string): boolean;
  /** Events that came on the heels of the last ones, after they were applied. */
  onApplied?(events: SequencedEvent[]): void;
  /** An event is missing: what follows is dropped until `resumed` or `replace`. */
  onGap?(): void;
}

/** Events that wait for the next frames; in a background tab frames may not come for long. */
const INBOX = 1_000;
/** So many are applied before a paint: what they render fits into the frame, and what is left comes with the next. */
const FRAME_EVENTS = 20;
export class RoomState {
  readonly id: string;
  /** Who is here, who types. */
  readonly people: RoomPeople;
  /** Moves the window over the history. */
  readonly pages: RoomPages;
  #me: User;
  readonly #env: Environment;
  readonly #options: RoomStateOptions;

  readonly #window: RoomWindow;
  /** Whether there was a first snapshot. */
  readonly ready = signal(false);
  /** What came after this seq was unread when the room was opened; it stays still during the visit. */
  readonly divider = signal<number | null>(null);
  /** Others' messages that came while the reader was away from the bottom. */
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

  /** The settled entries in the log's order, then what is being sent. */
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

  /** How far it has come; `lastSeq` without what waits. */
  get appliedSeq(): number {
    return this.#lastSeq;
  }

  get firstShownSeq(): number {
    return this.#window.firstSeq ?? this.#lastSeq + 1;
  }

  get lastShownSeq(): number {
    return this.#window.lastSeq;
  }

  /** The window holds all that it may, though it may fold into a few lines. */
  get isFull(): boolean {
    return this.#window.isFull;
  }

  /** Whether the window reaches over this seq. */
  shows(seq: number): boolean {
    return seq >= this.firstShownSeq && (seq <= this.lastShownSeq || !this.hasNewer.peek());
  }

  /** The entry of a message in the window. */
  find(id: string): MessageEntry | undefined {
    return this.#window.find(id);
  }

  /** My newest message in the window that can be edited. */
  myLast(): MessageEntry | undefined {
    return this.#window.myLast();
  }

  // ---- the log

  /** Takes a live or replayed event; applied with the others of its frame before the next paint, a burst over several. */
  receive(event: SequencedEvent): void {
    if (this.#broken) return;
    this.#inbox.push(event);
    if (this.#inbox.length >= INBOX) this.flush();
    else this.#nextFrame();
  }

  #nextFrame(): void {
    // what nobody looks at is not painted, and its frames are few
    this.#cancelFlush ??= this.#env.frame(() => this.flush(this.#env.visible() ? FRAME_EVENTS : INBOX));
  }

  /** Applies what waits. */
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

  /** The connection is gone, or the room is joined anew: what comes before `resumed` or `replace` is not in order. */
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

  /** Starts over from a snapshot. Entries that stay keep their key, so that nothing flashes. */
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

  /** Writes it into the message that it is about, where that is in the window. */
  #change(event: RoomEvent): void {
    if (isChange(event)) {
      const target = this.find(event.target);
      if (target !== undefined) applyChange(target, event, this.#me.id);
    } else if (event.type === "message_pinned") {
      const entry = this.find(event.message_id);
      if (entry !== undefined) showPinned(entry);
    }
  }

  /** Whether the reader is at the bottom: new entries then push out the oldest ones rather than wait below. */
  setFollowing(following: boolean): void {
    this.#following = following;
    if (following) this.newCount.value = 0;
  }

  // ---- my sends

  /** Shows a send, or its new state. */
  showPending(pending: Pending): void {
    this.#window.showPending(pending);
  }

  /** The server took it; the entry stays last until the event itself arrives. */
  acknowledge(clientId: string, id: string, seq: number): void {
    this.flush();
    // its event is behind us already (an acknowledgement was lost, then the page was reloaded)
    if (seq <= this.#lastSeq) this.dropPending(clientId);
    else this.#window.acknowledge(clientId, id, seq);
  }

  dropPending(clientId: string): void {
    this.#window.dropPending(clientId);
  }

  /** A person has a new name or colour: what they wrote shows it. */
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
