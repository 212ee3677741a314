/**
 * Web push: notifies people of messages while they look at none of their pages. It is off the send path: a committed
 * message waits a few seconds, then goes only to people who want it and have not read it. It runs where appends are
 * committed, so each message is considered once.
 */
import { buildPushPayload } from "@block65/webcrypto-web-push";
import { messageOf } from "../../base/errors.ts";
import type { Appended } from "../../log/draft.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import type { MessageItem, PushRecord, RoomRecord, User } from "../../protocol/model.ts";
import { isolated } from "../../protocol/text/bidi.ts";
import { plainTextOf } from "../../protocol/text/plain_text.ts";
import { readSettings, type Settings } from "../../protocol/settings.ts";
import { isQuiet, levelOf } from "../../protocol/telling.ts";
import type { Activity } from "./activity.ts";
import type { Chat } from "../chat.ts";
import { postTo } from "./push_endpoint.ts";
import { dropPush } from "./push_subscriptions.ts";
import { type VapidKeys, vapidKeys } from "./vapid.ts";

/** How long a message waits: people who read it at once get no push. */
const WAIT_MS = 5_000;
const MAX_ROOMS = 1_000;
const MAX_ITEMS = 100;
/** The most subscribers that are looked at: more than a server of the intended size has. */
const MAX_SUBSCRIBERS = 10_000;
const KNOWN_MS = 5_000;
/** Posts under way (one a person), and the most posts that may wait for one person. */
const AT_ONCE = 64;
const MAX_LINE = 20;
const RETRY_MS = [2_000, 15_000, 60_000];
const TTL_S = 4 * 3_600;
const TEXT = 200;

/** The parts of a Chat that push needs; the Chat itself is still being put together. */
export type PushChat = Pick<Chat, "kv" | "bus" | "clock" | "log" | "config" | "directory" | "marks">;

interface Subscriber {
  sessionId: string;
  record: PushRecord;
}

/** Seqs of a room's messages, newest first: the push is about the first that was not deleted. */
interface Place {
  roomId: string;
  seqs: number[];
}

/** The payload for the service worker (lib/client/offline/service_worker.ts). */
export interface PushNote {
  room_id: string;
  message_id: string;
  title: string;
  /** "": this person wants no text to be shown. */
  body: string;
  /** The language of the notification's own words; "auto": the browser's. */
  language: Settings["language"];
}

export class Pusher {
  readonly #chat: PushChat;
  readonly #activity: Activity;
  readonly #waiting = new Map<string, MessageItem[]>();
  readonly #cancels = new Set<() => void>();
  readonly #working = new Set<Promise<void>>();
  #known: { at: number; people: Map<string, Subscriber[]> } | undefined;
  #keys: VapidKeys | undefined;
  /** The posts that wait, by person; `turns` are the persons among them with no post under way. */
  readonly #lines = new Map<string, (() => Promise<void>)[]>();
  readonly #turns: string[] = [];
  #sending = 0;
  #closed = false;

  constructor(chat: PushChat, activity: Activity) {
    this.#chat = chat;
    this.#activity = activity;
  }

  /** Makes the key at the first start. */
  async start(): Promise<void> {
    this.#keys = await vapidKeys(this.#chat.kv);
  }

  /** Takes note of committed events. */
  take(roomId: string, events: Appended[]): void {
    if (this.#closed) return;
    for (const { record } of events) {
      if (record.kind !== "message") continue;
      const waiting = this.#waiting.get(roomId);
      if (waiting === undefined) this.#wait(roomId, record);
      else {
        waiting.push(record);
        // of too many messages the oldest without a mention is dropped: mentions survive a flood
        if (waiting.length > MAX_ITEMS) waiting.splice(Math.max(0, waiting.findIndex((item) => !calls(item))), 1);
      }
    }
  }

  /** Resolves when no message is being looked at and no post is under way. What waits for its time stays. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const cancel of this.#cancels) cancel();
    await this.settled();
  }

  #wait(roomId: string, first: MessageItem): void {
    if (this.#waiting.size >= MAX_ROOMS) return;
    this.#waiting.set(roomId, [first]);
    this.#after(WAIT_MS, async () => {
      const items = this.#waiting.get(roomId) ?? [];
      this.#waiting.delete(roomId);
      await this.#consider(roomId, items);
    });
  }

  #after(ms: number, run: () => Promise<void>): void {
    const cancel = this.#chat.clock.after(ms, () => {
      this.#cancels.delete(cancel);
      const work = run().catch((error: unknown) => {
        this.#chat.log.warn("a push was not sent", { error: messageOf(error) });
      }).finally(() => this.#working.delete(work));
      this.#working.add(work);
    });
    this.#cancels.add(cancel);
  }

  // ---- to whom

  async #consider(roomId: string, items: MessageItem[]): Promise<void> {
    const { kv } = this.#chat;
    const people = await this.#subscribers();
    if (people.size === 0) return;
    const room = (await kv.get(keys.room(roomId))).value;
    if (room === null || room.deleted_at !== undefined) return;
    const ids = [...people.keys()].filter((id) => room.pair === undefined || room.pair.includes(id));
    const members = await kv.getMany(ids.map((id) => keys.member(roomId, id)));
    const joined = ids.filter((_, i) => members[i]?.value?.state === "joined");
    const settings = await kv.getMany(joined.map((id) => keys.settings(id)));
    for (const [i, userId] of joined.entries()) {
      const seqs = this.#wanted(userId, room, items, readSettings(settings[i]?.value));
      if (seqs.length === 0 || this.#activity.isActive(userId)) continue;
      this.#tell(userId, { roomId, seqs }, people.get(userId) ?? []);
    }
  }

  /** The seqs of the messages that this person wants a push for, newest first. */
  #wanted(userId: string, room: RoomRecord, items: MessageItem[], settings: Settings): number[] {
    const level = levelOf(settings, room);
    if (level === "nothing" || isQuiet(settings, this.#chat.clock.now())) return [];
    const wanted = items.filter((item) =>
      item.user_id !== userId &&
      // @here is for those who are here
      (level === "all" || item.mentions_room === "room" || item.mentions?.includes(userId) === true)
    );
    return wanted.map(({ seq }) => seq).reverse();
  }

  async #subscribers(): Promise<Map<string, Subscriber[]>> {
    const now = this.#chat.clock.elapsed();
    if (this.#known !== undefined && now - this.#known.at < KNOWN_MS) return this.#known.people;
    const people = new Map<string, Subscriber[]>();
    let after: Deno.KvKey | null = null;
    const { kv } = this.#chat;
    const limit = kv.limits.entriesABatch;
    for (let count = 0; count < MAX_SUBSCRIBERS; count += limit) {
      const page: { key: Deno.KvKey; value: PushRecord }[] = await kv.list(ranges.allPush(after), { limit });
      for (const { key, value } of page) {
        const userId = String(key[1]);
        const own = people.get(userId) ?? [];
        own.push({ sessionId: lastPart(key), record: value });
        people.set(userId, own);
      }
      after = page.at(-1)?.key ?? null;
      if (page.length < limit) break;
    }
    this.#known = { at: now, people };
    return people;
  }

  // ---- what, and how

  #tell(userId: string, place: Place, browsers: Subscriber[]): void {
    for (const browser of browsers) this.#enqueue(userId, () => this.#send(userId, place, browser, 0));
  }

  /** One person's posts go one after the other, so a slow or hostile push service delays nobody else's. */
  #enqueue(userId: string, send: () => Promise<void>): void {
    const line = this.#lines.get(userId);
    if (line === undefined) {
      this.#lines.set(userId, [send]);
      this.#turns.push(userId);
    } else if (line.length < MAX_LINE) line.push(send);
    this.#pump();
  }

  #pump(): void {
    while (this.#sending < AT_ONCE && !this.#closed) {
      const userId = this.#turns.shift();
      const send = userId === undefined ? undefined : this.#lines.get(userId)?.shift();
      if (userId === undefined || send === undefined) return;
      this.#sending++;
      const work = send().catch((error: unknown) => {
        this.#chat.log.warn("a push was not sent", { error: messageOf(error) });
      }).finally(() => {
        this.#sending--;
        this.#working.delete(work);
        if (this.#lines.get(userId)?.length === 0) this.#lines.delete(userId);
        else this.#turns.push(userId);
        this.#pump();
      });
      this.#working.add(work);
    }
  }

  /** The payload by the present state; null where no message is left, or this person may not read it. */
  async #noteFor(userId: string, { roomId, seqs }: Place): Promise<PushNote | null> {
    const { kv, marks, directory } = this.#chat;
    const [mark, settings, { value: room }, member] = await Promise.all([
      marks.read(userId, roomId),
      kv.get(keys.settings(userId)),
      kv.get(keys.room(roomId)),
      kv.get(keys.member(roomId, userId)),
    ]);
    if (room === null || room.deleted_at !== undefined || member.value?.state !== "joined") return null;
    const message = await this.#standing(userId, roomId, seqs.filter((seq) => seq > mark.seq));
    if (message === undefined) return null;
    const author: User = await directory.one(message.user_id);
    const text = plainTextOf(message.content, TEXT) || "📎";
    const { show_text, language } = readSettings(settings.value);
    return {
      room_id: roomId,
      message_id: message.id,
      language,
      title: room.kind === "direct" ? author.display_name : isolated`${author.display_name} · ${room.name}`,
      body: !show_text ? "" : text,
    };
  }

  /** The first message that was not deleted and whose author this person has not blocked. */
  async #standing(userId: string, roomId: string, seqs: number[]): Promise<MessageItem | undefined> {
    const { kv } = this.#chat;
    for (const seq of seqs) {
      const { value: item } = await kv.get(keys.item(roomId, seq));
      if (item?.kind !== "message" || item.deleted !== undefined) continue;
      if ((await kv.get(keys.block(userId, item.user_id))).value === null) return item;
    }
    return undefined;
  }

  async #send(userId: string, place: Place, browser: Subscriber, tries: number): Promise<void> {
    const { kv, clock, log } = this.#chat;
    const { sessionId, record } = browser;
    const [{ value: session }, { value: present }] = await Promise.all([
      kv.get(keys.session(userId, sessionId)),
      kv.get(keys.push(userId, sessionId)),
    ]);
    // another account subscribes this browser by now
    if (present?.endpoint !== record.endpoint) return;
    if (session === null || session.expires_at <= clock.now()) return await dropPush({ kv }, userId, sessionId);
    // read at each try, so that no push tells of what was deleted or read, or of a room that the person had to leave
    const note = this.#activity.isActive(userId) ? null : await this.#noteFor(userId, place);
    if (note === null) return;
    const status = await this.#post(record, note).catch((error: unknown) => {
      if (error instanceof UnusableKeys) return UNUSABLE;
      log.debug("the push service could not be reached", { error: messageOf(error) });
      return 0;
    });
    if (status >= 200 && status < 300) return;
    if (status === 404 || status === 410 || status === UNUSABLE) return await dropPush({ kv }, userId, sessionId);
    const wait = RETRY_MS[tries];
    if ((status !== 0 && status !== 429 && status < 500) || wait === undefined) {
      return log.warn("a push could not be delivered", { host: new URL(record.endpoint).host, status });
    }
    this.#after(wait, () => {
      this.#enqueue(userId, () => this.#send(userId, place, browser, tries + 1));
      return Promise.resolve();
    });
  }

  async #post({ endpoint, keys }: PushRecord, note: PushNote): Promise<number> {
    const { config } = this.#chat;
    this.#keys ??= await vapidKeys(this.#chat.kv);
    const subject = config.publicUrl?.startsWith("https:") === true ? config.publicUrl : "mailto:push@localhost.local";
    const { headers, body } = await buildPushPayload(
      // one topic a room: of several pushes that wait for a browser only the last is delivered
      { data: { ...note }, options: { ttl: TTL_S, urgency: "high", topic: note.room_id } },
      // the library accepts https alone; postTo() checks the endpoint that is really posted to
      { endpoint: endpoint.replace(/^http:/, "https:"), expirationTime: null, keys },
      { subject, ...this.#keys },
    ).catch((cause) => {
      throw new UnusableKeys("nothing can be encrypted to this subscription's keys", { cause });
    });
    return await postTo(endpoint, headers, body, config.pushLoopback);
  }
}

/** Nothing can be encrypted with this subscription's keys: trying again would not help. */
class UnusableKeys extends Error {}
/** Stands in for an HTTP status, none of which is negative. */
const UNUSABLE = -1;

function calls({ mentions, mentions_room }: MessageItem): boolean {
  return mentions !== undefined || mentions_room === "room";
}
