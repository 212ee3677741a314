/** A timeline's entries: what a row shows, each behind a signal of its own, so that one edit renders one row. */
import { type Signal, signal } from "@preact/signals";
import type { ChatMessage, ReactionCount, RoomEvent } from "../model.ts";
import type { Groupable } from "./grouping.ts";

export interface MessageView extends ChatMessage {
  /** My own emoji on it. */
  mine: readonly string[];
  /** `pending`: not acknowledged yet; `failed`: refused for good, `error` says why. */
  status: "sent" | "pending" | "failed";
  error?: string;
  error_code?: string;
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

/** Writes a later event into its target. */
export function applyChange(entry: MessageEntry, event: ChangeEvent, myId: string): void {
  const old = entry.view.peek();
  if (old.deleted) return;
  switch (event.type) {
    case "message_edited": {
      // a replay of a message that retention has erased meanwhile
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
    case "reaction":
      entry.view.value = {
        ...old,
        reactions: event.reactions,
        mine: event.user_id === myId ? toggled(old.mine, event.emoji, event.op) : old.mine,
      };
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
    ...rest
  } = old;
  return { ...rest, content: "", deleted: true, mine: [] };
}

/** My own click, shown before the server has answered; what the event says later replaces it. */
export function reactLocally(entry: MessageEntry, emoji: string, op: "add" | "remove"): void {
  const old = entry.view.peek();
  if (old.deleted || old.mine.includes(emoji) === (op === "add")) return;
  const step = op === "add" ? 1 : -1;
  const reactions: ReactionCount[] = (old.reactions ?? []).map((r) =>
    r.emoji === emoji ? { emoji, count: r.count + step } : r
  );
  if (op === "add" && !reactions.some((r) => r.emoji === emoji)) reactions.push({ emoji, count: 1 });
  entry.view.value = {
    ...old,
    reactions: reactions.filter((r) => r.count > 0),
    mine: toggled(old.mine, emoji, op),
  };
}

function toggled(mine: readonly string[], emoji: string, op: "add" | "remove"): string[] {
  const others = mine.filter((other) => other !== emoji);
  return op === "add" ? [...others, emoji] : others;
}
