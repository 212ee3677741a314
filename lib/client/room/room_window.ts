/**
 * The entries of a room that the page has loaded: a window of the log, of bounded size, followed by pending messages.
 */
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { ChatMessage, RoomEvent, User } from "../../protocol/model.ts";
import type { Mine } from "../../protocol/frames.ts";
import {
  type Entry,
  isChange,
  type ItemEvent,
  type MessageEntry,
  type MessageView,
  settle,
  toEntry,
} from "./entries.ts";
import type { Environment } from "../connection/environment.ts";
import { isTraffic } from "./grouping.ts";
import type { Pending } from "../writing/outbox.ts";

/** The most rows in the window; a run of joins and leaves, or of a blocked person's messages, counts as one. */
export const WINDOW = 300;
/** The most entries, however few rows they make. */
export const ENTRIES = 2_000;
/**
 * The most rows while the reader follows the end, and how many a trim leaves: fewer, because each row costs a little of
 * every frame.
 */
const FOLLOWED = { most: 200, least: 150 } as const;

export class RoomWindow {
  readonly #entries = signal<readonly Entry[]>([]);
  /** Older entries can be loaded. */
  readonly hasMore = signal(false);
  /** The window ends before the present: newer entries can be loaded, live ones are not shown. */
  readonly hasNewer = signal(false);
  readonly #roomId: string;
  #me: User;
  readonly #env: Environment;
  readonly #isBlocked: (userId: string) => boolean;
  #items: Entry[] = [];
  #pending: MessageEntry[] = [];
  #byId = new Map<string, Entry>();

  /** `isBlocked`: whether a person's messages fold into one line. */
  constructor(roomId: string, me: User, environment: Environment, isBlocked: (userId: string) => boolean) {
    this.#roomId = roomId;
    this.#me = me;
    this.#env = environment;
    this.#isBlocked = isBlocked;
  }

  /** The entries after the last `publish`: the settled ones in the log's order, then the pending ones. */
  get entries(): ReadonlySignal<readonly Entry[]> {
    return this.#entries;
  }

  get firstSeq(): number | undefined {
    return this.#items[0]?.seq;
  }

  /** It has its largest number of rows or entries. */
  get isFull(): boolean {
    return this.#items.length >= ENTRIES;
  }

  get lastSeq(): number {
    return this.#items.at(-1)?.seq ?? 0;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** The entry of a message in the window. */
  find(id: string): MessageEntry | undefined {
    const entry = this.#byId.get(id);
    return entry?.type === "chat_message" ? entry : undefined;
  }

  /** The reader's newest message in the window that can be edited, even if its event has not arrived yet. */
  myLast(): MessageEntry | undefined {
    const entry = this.#entries.peek().findLast((e) =>
      e.type === "chat_message" && e.user_id === this.#me.id && e.view.peek().id && !e.view.peek().deleted
    );
    return entry?.type === "chat_message" ? entry : undefined;
  }

  /** Takes a live event; not shown if the window ends before it. `following`: the reader is at the end. */
  follow(event: ItemEvent, following: boolean): void {
    const entry = this.#entryOf(event, []);
    if (this.hasNewer.peek()) return;
    this.#push(entry);
    // While the reader follows the end, many entries are removed at once: each removal above moves every row.
    if (following) this.#trim("oldest", FOLLOWED.most, FOLLOWED.least);
    else this.trim("newest");
  }

  /** Adds a page after the window. */
  append(events: readonly RoomEvent[], mine: Mine): void {
    for (const event of events) {
      if (!isChange(event) && event.seq > this.lastSeq) this.#push(this.#entryOf(event, mine[event.id] ?? []));
    }
  }

  /** Adds a page before the window. */
  prepend(events: RoomEvent[], mine: Mine): void {
    const items = this.#items;
    this.set(events.filter((event) => event.seq < (items[0]?.seq ?? Infinity)), mine, false);
    for (const entry of items) this.#push(entry);
  }

  /** `fresh`: the events are newer than their state on the page. */
  set(events: RoomEvent[], mine: Mine, fresh: boolean): void {
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

  trim(end: "oldest" | "newest"): void {
    this.#trim(end, WINDOW, WINDOW);
  }

  #trim(end: "oldest" | "newest", most: number, least: number): void {
    if (this.#items.length <= most) return;
    const rows = this.#items.flatMap((_, at) => this.#isFolded(at) ? [] : [at]);
    const over = Math.max(0, this.#items.length - ENTRIES);
    if (rows.length <= most && over === 0) return;
    const [oldest, newest] = rows.length <= most
      ? [0, this.#items.length]
      : [rows[rows.length - least] ?? 0, rows[least] ?? this.#items.length];
    const gone = end === "oldest"
      ? this.#items.splice(0, Math.max(oldest, over))
      : this.#items.splice(Math.min(newest, this.#items.length - over));
    for (const entry of gone) this.#byId.delete(entry.id);
    if (end === "oldest") this.hasMore.value = true;
    else this.hasNewer.value = true;
  }

  /** Whether an entry is in the same row as the one before it; see `groupRows`. */
  #isFolded(at: number): boolean {
    const [before, entry] = [this.#items[at - 1], this.#items[at]];
    if (before === undefined || entry === undefined) return false;
    return (isTraffic(before) && isTraffic(entry)) || (this.#isHidden(before) && this.#isHidden(entry));
  }

  #isHidden({ type, user_id }: Entry): boolean {
    return type === "chat_message" && this.#isBlocked(user_id);
  }

  /** Publishes changes to the page. */
  publish(): void {
    const entries = [...this.#items, ...this.#pending];
    const old = this.#entries.peek();
    if (entries.length !== old.length || entries.some((entry, at) => entry !== old[at])) this.#entries.value = entries;
  }

  /** Turns a pending entry into a settled one if the event is the one it waited for. */
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

  // ---- my sends

  /** Shows a pending message, or its new state. */
  showPending(pending: Pending): void {
    const known = this.#pending.find((entry) => entry.key === pending.client_id);
    const view = this.#pendingView(pending, known?.view.peek());
    if (known !== undefined) {
      known.view.value = view;
      return;
    }
    // Its event is here already: its answer was lost, or another tab sent it.
    if (this.#isHere(pending.client_id)) return;
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
    this.publish();
  }

  #isHere(clientId: string): boolean {
    return this.#items.some((entry) =>
      entry.type === "chat_message" && entry.user_id === this.#me.id && entry.view.peek().client_id === clientId
    );
  }

  /** The server acknowledged a message with this seq; its entry stays last until the event itself arrives. */
  acknowledge(clientId: string, id: string, seq: number): void {
    const entry = this.#pending.find((entry) => entry.key === clientId);
    if (entry !== undefined) entry.view.value = { ...entry.view.peek(), id, seq, status: "sent" };
  }

  /** Drops acknowledged entries up to this seq: the window is past them. */
  dropAcknowledged(upTo: number): void {
    this.#pending = this.#pending.filter(({ view }) => view.peek().status !== "sent" || view.peek().seq > upTo);
  }

  dropPending(clientId: string): void {
    const left = this.#pending.filter((entry) => entry.key !== clientId);
    if (left.length === this.#pending.length) return;
    this.#pending = left;
    this.publish();
  }

  #pendingView(pending: Pending, old: MessageView | undefined): MessageView {
    // Never earlier than the entries before it, whatever this machine's clock says (clock skew).
    const at = Math.max(this.#env.now(), this.#items.at(-1)?.at ?? 0);
    const base: ChatMessage = {
      type: "chat_message",
      room_id: this.#roomId,
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

  /** A person has a new name or colour: shows it on their messages. */
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
    });
  }
}
