/** The entries of a room that a page holds, and what is being sent after them: a window of the log of bounded size. */
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

/** At most so many rows in the window; a run of joins and leaves, or of a blocked person's messages, is one. */
export const WINDOW = 300;
/** At most so many entries, however few rows they make. */
export const ENTRIES = 2_000;
/** While the reader follows the end there are fewer, for each costs a little of every frame: at most, and after a trim. */
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

  /** `isBlocked`: whose messages fold into one line. */
  constructor(roomId: string, me: User, environment: Environment, isBlocked: (userId: string) => boolean) {
    this.#roomId = roomId;
    this.#me = me;
    this.#env = environment;
    this.#isBlocked = isBlocked;
  }

  /** As `publish` left them: the settled ones in the log's order, then what is being sent. */
  get entries(): ReadonlySignal<readonly Entry[]> {
    return this.#entries;
  }

  get firstSeq(): number | undefined {
    return this.#items[0]?.seq;
  }

  /** It holds all that it may. */
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

  /** My newest message in the window that can be edited; also where its event is not here yet. */
  myLast(): MessageEntry | undefined {
    const entry = this.#entries.peek().findLast((e) =>
      e.type === "chat_message" && e.user_id === this.#me.id && e.view.peek().id && !e.view.peek().deleted
    );
    return entry?.type === "chat_message" ? entry : undefined;
  }

  /** A live event; not shown where the window ends before it. `following`: the reader is at the end. */
  follow(event: ItemEvent, following: boolean): void {
    const entry = this.#entryOf(event, []);
    if (this.hasNewer.peek()) return;
    this.#push(entry);
    // while the end is followed many go at once: what goes above moves every row
    if (following) this.#trim("oldest", FOLLOWED.most, FOLLOWED.least);
    else this.trim("newest");
  }

  /** Those that come after what the window holds. */
  append(events: readonly RoomEvent[], mine: Mine): void {
    for (const event of events) {
      if (!isChange(event) && event.seq > this.lastSeq) this.#push(this.#entryOf(event, mine[event.id] ?? []));
    }
  }

  /** Those that come before what the window holds. */
  prepend(events: RoomEvent[], mine: Mine): void {
    const items = this.#items;
    this.set(events.filter((event) => event.seq < (items[0]?.seq ?? Infinity)), mine, false);
    for (const entry of items) this.#push(entry);
  }

  /** `fresh`: the events are newer than what is shown of them. */
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

  /** Whether an entry stands in the row of the one before it; see `groupRows`. */
  #isFolded(at: number): boolean {
    const [before, entry] = [this.#items[at - 1], this.#items[at]];
    if (before === undefined || entry === undefined) return false;
    return (isTraffic(before) && isTraffic(entry)) || (this.#isHidden(before) && this.#isHidden(entry));
  }

  #isHidden({ type, user_id }: Entry): boolean {
    return type === "chat_message" && this.#isBlocked(user_id);
  }

  /** Shows what has changed. */
  publish(): void {
    const entries = [...this.#items, ...this.#pending];
    const old = this.#entries.peek();
    if (entries.length !== old.length || entries.some((entry, at) => entry !== old[at])) this.#entries.value = entries;
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

  // ---- my sends

  /** Shows a send, or its new state. */
  showPending(pending: Pending): void {
    const known = this.#pending.find((entry) => entry.key === pending.client_id);
    const view = this.#pendingView(pending, known?.view.peek());
    if (known !== undefined) {
      known.view.value = view;
      return;
    }
    // its answer was lost, or another tab sent it: it is here already
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

  /** The server took it: it is at that seq, and stays last until the event itself arrives. */
  acknowledge(clientId: string, id: string, seq: number): void {
    const entry = this.#pending.find((entry) => entry.key === clientId);
    if (entry !== undefined) entry.view.value = { ...entry.view.peek(), id, seq, status: "sent" };
  }

  /** What was acknowledged, and is older than what is shown now. */
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
    // never before what is shown already, whatever this machine's clock says
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
    });
  }
}
