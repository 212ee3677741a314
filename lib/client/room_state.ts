/** A room as this page shows it: a window of its log that follows the live events, plus what is being sent. */
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { ChatMessage, RoomEvent, User } from "../model.ts";
import type { Mine } from "../protocol/frames.ts";
import {
  applyChange,
  type Entry,
  isChange,
  type ItemEvent,
  type MessageEntry,
  type MessageView,
  settle,
  showPinned,
  toEntry,
} from "./entries.ts";
import type { Environment } from "./environment.ts";
import { isTraffic } from "./grouping.ts";
import type { Page, SequencedEvent } from "./frames.ts";
import type { Pending } from "./outbox.ts";
import { RoomPeople } from "./room_people.ts";

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
  /** Events that came on the heels of the last ones, after they were applied. */
  onApplied?(events: SequencedEvent[]): void;
  /** An event is missing: what follows is dropped until `resumed` or `replace`. */
  onGap?(): void;
}

/** At most so many rows in the window; a run of joins and leaves is one, however long it is. */
export const WINDOW = 300;
/** What is left of it when it is full while the reader follows the end. */
const FOLLOWED = 150;
/** Events that wait for the next frame; in a background tab frames may not come for long. */
const INBOX = 1_000;
/** Live events kept while a page loads; past that the page is followed by a gap that `loadNewer` closes. */
const MEANWHILE = 2_000;

/** A page on its way, and the live events that came in the meantime. */
interface Load {
  meanwhile: RoomEvent[];
}

export class RoomState {
  readonly id: string;
  /** Who is here, who types. */
  readonly people: RoomPeople;
  #me: User;
  readonly #env: Environment;
  readonly #options: RoomStateOptions;

  readonly #entries = signal<readonly Entry[]>([]);
  /** Whether there was a first snapshot. */
  readonly ready = signal(false);
  /** Older entries can be loaded. */
  readonly hasMore = signal(false);
  /** The window ends before the present: newer entries can be loaded, live ones are not shown. */
  readonly hasNewer = signal(false);
  readonly loading = signal<"" | "older" | "newer" | "jump">("");
  /** What came after this seq was unread when the room was opened; it stays still during the visit. */
  readonly divider = signal<number | null>(null);
  /** Others' messages that came while the reader was away from the bottom. */
  readonly newCount = signal(0);
  /** Why the room cannot be shown; "" while it can. */
  readonly error = signal("");

  #items: Entry[] = [];
  #pending: MessageEntry[] = [];
  #byId = new Map<string, Entry>();
  #epoch = "";
  #lastId = "";
  #lastSeq = 0;
  #broken = true;
  #following = true;
  #inbox: SequencedEvent[] = [];
  #cancelFlush: (() => void) | null = null;
  /** The page that is being loaded; what a later one replaced is dropped when it arrives. */
  #load: Load | null = null;

  constructor(options: RoomStateOptions, initial?: RoomSnapshot) {
    this.id = options.id;
    this.#me = options.me;
    this.#env = options.environment;
    this.#options = options;
    this.people = new RoomPeople(options.me.id, options.environment);
    if (initial !== undefined) {
      this.replace(initial);
      this.#broken = true;
    }
  }

  /** The settled entries in the log's order, then what is being sent. */
  get entries(): ReadonlySignal<readonly Entry[]> {
    return this.#entries;
  }

  get typing(): ReadonlySignal<User[]> {
    return this.people.typing;
  }

  get present(): ReadonlySignal<User[]> {
    return this.people.present;
  }

  get presentCount(): ReadonlySignal<number> {
    return this.people.presentCount;
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

  get firstShownSeq(): number {
    return this.#items[0]?.seq ?? this.#lastSeq + 1;
  }

  get lastShownSeq(): number {
    return this.#items.at(-1)?.seq ?? 0;
  }

  /** Whether the window reaches over this seq. */
  shows(seq: number): boolean {
    return seq >= this.firstShownSeq && (seq <= this.lastShownSeq || !this.hasNewer.peek());
  }

  /** The entry of a message in the window. */
  find(id: string): MessageEntry | undefined {
    const entry = this.#byId.get(id);
    return entry?.type === "chat_message" ? entry : undefined;
  }

  /** My newest message in the window that can be edited. */
  myLast(): MessageEntry | undefined {
    const entry = this.#items.findLast((e) =>
      e.type === "chat_message" && e.user_id === this.#me.id && !e.view.peek().deleted
    );
    return entry?.type === "chat_message" ? entry : undefined;
  }

  // ---- the log

  /** Takes a live or replayed event; applied with the others of its frame before the next paint. */
  receive(event: SequencedEvent): void {
    if (this.#broken) return;
    this.#inbox.push(event);
    if (this.#inbox.length >= INBOX) this.flush();
    else this.#cancelFlush ??= this.#env.frame(() => this.flush());
  }

  /** Applies what waits. */
  flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    const events = this.#inbox;
    if (events.length === 0) return;
    this.#inbox = [];
    const applied: SequencedEvent[] = [];
    batch(() => {
      for (const event of events) {
        if (event.seq <= this.#lastSeq) continue;
        if (event.seq !== this.#lastSeq + 1) {
          this.#broken = true;
          break;
        }
        this.#lastSeq = event.seq;
        this.#lastId = event.id;
        applied.push(event);
        if (event.type !== "later") this.#apply(event);
      }
      this.#publish();
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
      this.#load = null;
      this.loading.value = "";
      this.#setItems(snapshot.events, snapshot.mine, true);
      // acknowledged, and older than what the snapshot shows
      this.#pending = this.#pending.filter(({ view }) =>
        view.peek().status !== "sent" || view.peek().seq > this.#lastSeq
      );
      this.hasMore.value = snapshot.has_more;
      this.hasNewer.value = false;
      this.newCount.value = 0;
      this.ready.value = true;
      this.error.value = "";
      if (snapshot.present) this.people.setPresent(snapshot.present, snapshot.present_count ?? snapshot.present.length);
      this.#publish();
    });
  }

  #apply(event: RoomEvent): void {
    if (this.#load !== null && this.#load.meanwhile.push(event) > MEANWHILE) this.#load.meanwhile.shift();
    if (isChange(event)) return this.#change(event);
    if (event.type === "message_pinned") this.#pinned(event.message_id);
    if (event.type === "chat_message") {
      this.people.stoppedTyping(event.user_id);
      if (!this.#following && event.user_id !== this.#me.id) this.newCount.value++;
    }
    if (this.#byId.has(event.id)) return;
    const entry = this.#entryOf(event, []);
    if (this.hasNewer.peek()) return;
    this.#push(entry);
    // while the end is followed many go at once: what goes above moves every row
    if (this.#items.length > WINDOW) this.#following ? this.#trim("oldest", FOLLOWED) : this.#trim("newest");
  }

  #change(event: Extract<RoomEvent, { target: string }>): void {
    const target = this.find(event.target);
    if (target !== undefined) applyChange(target, event, this.#me.id);
  }

  #pinned(messageId: string): void {
    const entry = this.find(messageId);
    if (entry !== undefined) showPinned(entry);
  }

  /** Takes the place of my pending entry where the event is its fulfilment. */
  #entryOf(event: ItemEvent, mine: readonly string[]): Entry {
    if (event.type !== "chat_message" || event.client_id === undefined || event.user_id !== this.#me.id) {
      return toEntry(event, mine);
    }
    const at = this.#pending.findIndex((entry) => entry.view.peek().client_id === event.client_id);
    if (at < 0) return toEntry(event, mine);
    const [pending] = this.#pending.splice(at, 1);
    return pending === undefined ? toEntry(event, mine) : settle(pending, event, mine);
  }

  #push(entry: Entry): void {
    this.#items.push(entry);
    this.#byId.set(entry.id, entry);
  }

  #trim(end: "oldest" | "newest", most = WINDOW): void {
    if (this.#items.length <= WINDOW) return;
    const begins = (entry: Entry, at: number, all: Entry[]) => {
      const before = all[at - 1];
      return before === undefined || !isTraffic(entry) || !isTraffic(before);
    };
    const rows = this.#items.flatMap((entry, at, all) => begins(entry, at, all) ? [at] : []);
    if (rows.length <= WINDOW) return;
    const gone = end === "oldest"
      ? this.#items.splice(0, rows[rows.length - most])
      : this.#items.splice(rows[WINDOW] ?? this.#items.length);
    for (const entry of gone) this.#byId.delete(entry.id);
    if (end === "oldest") this.hasMore.value = true;
    else this.hasNewer.value = true;
  }

  /** `fresh`: the events are newer than what is shown of them. */
  #setItems(events: RoomEvent[], mine: Mine, fresh: boolean): void {
    const old = this.#byId;
    this.#items = [];
    this.#byId = new Map();
    for (const event of events) {
      if (isChange(event)) continue;
      const known = old.get(event.id);
      if (known === undefined) this.#push(this.#entryOf(event, mine[event.id] ?? []));
      else {
        if (fresh && known.type === "chat_message" && event.type === "chat_message") {
          known.view.value = { ...event, mine: mine[event.id] ?? [], status: "sent" };
        }
        this.#push(known);
      }
    }
  }

  #publish(): void {
    const entries = [...this.#items, ...this.#pending];
    const old = this.#entries.peek();
    if (entries.length !== old.length || entries.some((entry, at) => entry !== old[at])) this.#entries.value = entries;
  }

  // ---- pages

  /** Loads the page before the window. */
  loadOlder(fetchPage: (before: number) => Promise<Page>): Promise<void> {
    if (!this.hasMore.peek() || this.loading.peek() !== "") return Promise.resolve();
    return this.#loading("older", () => fetchPage(this.firstShownSeq), (page) => {
      const items = this.#items;
      const older = page.events.filter((event) => event.seq < (items[0]?.seq ?? Infinity));
      this.#setItems(older, page.mine, false);
      for (const entry of items) this.#push(entry);
      this.hasMore.value = page.has_more;
      this.#trim("newest");
    });
  }

  /** Loads the page after the window. */
  loadNewer(fetchPage: (after: number) => Promise<Page>): Promise<void> {
    if (!this.hasNewer.peek() || this.loading.peek() !== "") return Promise.resolve();
    return this.#loading("newer", () => fetchPage(this.lastShownSeq), (page, meanwhile) => {
      for (const event of page.events) {
        if (!isChange(event) && event.seq > this.lastShownSeq) {
          this.#push(this.#entryOf(event, page.mine[event.id] ?? []));
        }
      }
      this.#reachedEnd(!page.has_more, meanwhile);
      this.#trim("oldest");
    });
  }

  /** Replaces the window: by the newest page, or by one around a seq. */
  jump(fetchPage: () => Promise<Page & { has_newer: boolean }>): Promise<void> {
    return this.#loading("jump", fetchPage, (page, meanwhile) => {
      this.#setItems(page.events, page.mine, false);
      this.hasMore.value = page.has_more;
      this.#reachedEnd(!page.has_newer, meanwhile);
    });
  }

  async #loading<P>(
    what: "older" | "newer" | "jump",
    fetchPage: () => Promise<P>,
    merge: (page: P, meanwhile: RoomEvent[]) => void,
  ): Promise<void> {
    this.flush();
    const load: Load = this.#load = { meanwhile: [] };
    this.loading.value = what;
    try {
      const page = await fetchPage();
      if (this.#load !== load) return;
      this.flush();
      batch(() => {
        merge(page, load.meanwhile);
        // what changed between the server's reading of the page and its arrival here
        for (const event of load.meanwhile) {
          if (isChange(event)) this.#change(event);
          else if (event.type === "message_pinned") this.#pinned(event.message_id);
        }
        this.#publish();
      });
    } finally {
      if (this.#load === load) {
        this.#load = null;
        this.loading.value = "";
      }
    }
  }

  /** The page was the last one: the live events that came meanwhile follow it, unless too many came. */
  #reachedEnd(last: boolean, meanwhile: RoomEvent[]): void {
    const reached = last && meanwhile.length < MEANWHILE;
    this.hasNewer.value = !reached;
    if (!reached) return;
    for (const event of meanwhile) {
      if (!isChange(event) && event.seq > this.lastShownSeq) this.#push(this.#entryOf(event, []));
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
    const known = this.#pending.find((entry) => entry.key === pending.client_id);
    const view = this.#pendingView(pending, known?.view.peek());
    if (known !== undefined) {
      known.view.value = view;
      return;
    }
    const at = Date.parse(view.timestamp);
    this.#pending.push({
      key: pending.client_id,
      id: "",
      seq: Infinity,
      type: "chat_message",
      user_id: this.#me.id,
      at,
      view: signal(view),
    });
    this.#publish();
  }

  /** The server took it; the entry stays last until the event itself arrives. */
  acknowledge(clientId: string, id: string, seq: number): void {
    this.flush();
    const entry = this.#pending.find((entry) => entry.key === clientId);
    if (entry === undefined) return;
    // its event is behind us already (an acknowledgement was lost, then the page was reloaded)
    if (seq <= this.#lastSeq) this.dropPending(clientId);
    else entry.view.value = { ...entry.view.peek(), id, seq, status: "sent" };
  }

  dropPending(clientId: string): void {
    const left = this.#pending.filter((entry) => entry.key !== clientId);
    if (left.length === this.#pending.length) return;
    this.#pending = left;
    this.#publish();
  }

  #pendingView(pending: Pending, old: MessageView | undefined): MessageView {
    // never before what is shown already, whatever this machine's clock says
    const at = Math.max(this.#env.now(), this.#items.at(-1)?.at ?? 0);
    const base: ChatMessage = {
      type: "chat_message",
      room_id: this.id,
      seq: Infinity,
      id: "",
      user_id: this.#me.id,
      username: this.#me.username,
      display_name: this.#me.display_name,
      color: this.#me.color,
      ...(this.#me.avatar === undefined ? {} : { avatar: this.#me.avatar }),
      timestamp: old?.timestamp ?? new Date(at).toISOString(),
      content: pending.content,
      client_id: pending.client_id,
      ...(pending.reply_to === undefined ? {} : { reply_to: pending.reply_to }),
      ...(pending.files === undefined ? {} : { files: pending.files }),
    };
    return pending.failed === undefined
      ? { ...base, mine: [], status: "pending" }
      : { ...base, mine: [], status: "failed", error: pending.failed, error_code: pending.failed_code ?? "" };
  }

  // ---- people

  /** A person has a new name or colour: what they wrote shows it. */
  renamed(user: User): void {
    const { username, display_name, color, avatar } = user;
    const names = { username, display_name, color };
    if (user.id === this.#me.id) this.#me = user;
    batch(() => {
      for (const entry of [...this.#items, ...this.#pending]) {
        if (entry.user_id !== user.id) continue;
        if (entry.type === "chat_message") {
          const { avatar: _, ...rest } = entry.view.peek();
          entry.view.value = { ...rest, ...names, ...(avatar === undefined ? {} : { avatar }) };
        } else entry.view.value = { ...entry.view.peek(), ...names };
      }
      this.people.renamed(user);
    });
  }

  dispose(): void {
    this.#cancelFlush?.();
    this.people.dispose();
  }
}
