/** A timeline's entries. Each has its content in a signal of its own, so that one edit renders one row. */
import { type Signal, signal } from "@preact/signals";
import type { ChatMessage, ReactionCount, RoomEvent } from "../../protocol/model.ts";
import type { Groupable } from "./grouping.ts";

export interface MessageView extends ChatMessage {
  /** The reader's own emoji on it. */
  mine: readonly string[];
  /** `pending`: not acknowledged yet; `failed`: refused for good, `error` says why. */
  status: "sent" | "pending" | "failed";
  /**
   * Set while an own change is shown that the server has not confirmed: the server's state, and the own changes over
   * it.
   */
  unconfirmed?: Unconfirmed;
  error?: string;
  error_code?: string;
}

export interface Unconfirmed extends Reactions {
  ops: ReadonlyMap<string, "add" | "remove">;
}

interface Reactions {
  reactions: readonly ReactionCount[];
  mine: readonly string[];
}

export type ItemEvent = Exclude<RoomEvent, { target: string }>;
export type ChangeEvent = Extract<RoomEvent, { target: string }>;
export type SystemEvent = Exclude<ItemEvent, ChatMessage>;

interface EntryBase extends Groupable {
  /** The event's id; "" while pending. */
  readonly id: string;
}
export interface MessageEntry extends EntryBase {
  readonly type: "chat_message";
  readonly view: Signal<MessageView>;
}
export interface SystemEntry extends EntryBase {
  readonly type: SystemEvent["type"];
  readonly view: Signal<SystemEvent>;
}
/** `key` stays the same from the optimistic send on; `seq` is Infinity while pending. */
export type Entry = MessageEntry | SystemEntry;

export function isChange(event: RoomEvent): event is ChangeEvent {
  return "target" in event;
}

export function toEntry(event: ItemEvent, mine: readonly string[] = []): Entry {
  const base = { key: event.id, id: event.id, seq: event.seq, user_id: event.user_id, at: Date.parse(event.timestamp) };
  return event.type === "chat_message"
    ? { ...base, type: event.type, view: signal<MessageView>({ ...event, mine, status: "sent" }) }
    : { ...base, type: event.type, view: signal<SystemEvent>(event) };
}

/** The settled form of a pending entry: the same key and the same signal, so that its DOM node stays. */
export function settle(pending: MessageEntry, event: ChatMessage, mine: readonly string[] = []): MessageEntry {
  pending.view.value = { ...event, mine, status: "sent" };
  return { ...pending, id: event.id, seq: event.seq, at: Date.parse(event.timestamp) };
}

/** Applies a later event (edit, delete, reaction) to its target. */
export function applyChange(entry: MessageEntry, event: ChangeEvent, myId: string): void {
  const old = entry.view.peek();
  if (old.deleted) return;
  switch (event.type) {
    case "message_edited": {
      // A replay may name a message that retention has erased meanwhile.
      if (event.content === "") {
        entry.view.value = tombstone(old);
        return;
      }
      const { mentions: _, mentions_room: __, ...rest } = old;
      entry.view.value = {
        ...rest,
        content: event.content,
        ...(event.edited_at === undefined ? {} : { edited_at: event.edited_at }),
        ...(event.mentions === undefined ? {} : { mentions: event.mentions }),
        ...(event.mentions_room === undefined ? {} : { mentions_room: event.mentions_room }),
      };
      return;
    }
    case "message_deleted": {
      entry.view.value = {
        ...tombstone(old),
        ...(event.removed_by === undefined ? {} : { removed_by: event.removed_by }),
        ...(event.reason === undefined ? {} : { reason: event.reason }),
      };
      return;
    }
    case "message_unpinned": {
      const { pinned: _, ...rest } = old;
      entry.view.value = rest;
      return;
    }
    case "reaction": {
      const mine = event.user_id === myId;
      const said = old.unconfirmed ?? old;
      const ops = new Map(old.unconfirmed?.ops);
      if (mine) ops.delete(event.emoji);
      entry.view.value = withReactions(old, {
        reactions: event.reactions,
        mine: mine ? toggled(said.mine, event.emoji, event.op) : said.mine,
      }, ops);
    }
  }
}

export function showPinned(entry: MessageEntry): void {
  const old = entry.view.peek();
  if (!old.deleted) entry.view.value = { ...old, pinned: true };
}

function tombstone(old: MessageView): MessageView {
  const {
    reactions: _,
    edited_at: __,
    pinned: ___,
    mentions: ____,
    mentions_room: _____,
    files: ______,
    unconfirmed: _______,
    ...rest
  } = old;
  return { ...rest, content: "", deleted: true, mine: [] };
}

/** Shows an own click before the server has answered; its event settles it. */
export function reactLocally(entry: MessageEntry, emoji: string, op: "add" | "remove"): void {
  const old = entry.view.peek();
  if (old.deleted) return;
  const said = saidOf(old);
  const ops = new Map(old.unconfirmed?.ops);
  if (said.mine.includes(emoji) === (op === "add")) ops.delete(emoji);
  else ops.set(emoji, op);
  entry.view.value = withReactions(old, said, ops);
}

/** The click was refused, or no answer came: shows the server's latest state again. */
export function undoReaction(entry: MessageEntry, emoji: string, op: "add" | "remove"): void {
  const old = entry.view.peek();
  const ops = new Map(old.unconfirmed?.ops);
  if (ops.get(emoji) !== op) return;
  ops.delete(emoji);
  entry.view.value = withReactions(old, saidOf(old), ops);
}

/** The content without unconfirmed own changes, for the offline store. */
export function confirmed(view: MessageView): MessageView {
  return view.unconfirmed === undefined ? view : withReactions(view, saidOf(view), new Map());
}

function saidOf({ unconfirmed, reactions = [], mine }: MessageView): Reactions {
  return unconfirmed ?? { reactions, mine };
}

function withReactions(view: MessageView, said: Reactions, ops: Unconfirmed["ops"]): MessageView {
  const { unconfirmed: _, ...rest } = view;
  let { reactions, mine } = said;
  for (const [emoji, op] of ops) {
    if (mine.includes(emoji) === (op === "add")) continue;
    mine = toggled(mine, emoji, op);
    reactions = counted(reactions, emoji, op === "add" ? 1 : -1);
  }
  const shown = { ...rest, reactions: [...reactions], mine };
  return ops.size === 0 ? shown : { ...shown, unconfirmed: { reactions: said.reactions, mine: said.mine, ops } };
}

function counted(reactions: readonly ReactionCount[], emoji: string, step: 1 | -1): ReactionCount[] {
  const known = reactions.some((one) => one.emoji === emoji);
  const all = known || step < 0 ? reactions : [...reactions, { emoji, count: 0 }];
  return all.map((one) => one.emoji === emoji ? { emoji, count: one.count + step } : one).filter(({ count }) =>
    count > 0
  );
}

function toggled(mine: readonly string[], emoji: string, op: "add" | "remove"): string[] {
  const others = mine.filter((other) => other !== emoji);
  return op === "add" ? [...others, emoji] : others;
}
