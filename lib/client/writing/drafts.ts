/**
 * The unsent texts of each room, kept in the browser by account so that they survive a change of room and a reload: a
 * draft, the message that it answers, and unsaved edits. Each has a key of its own, because pages of older versions
 * read and write the text alone.
 */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import * as v from "../decode.ts";
import type { DraftRecord } from "../../protocol/model.ts";

/** The most rooms with a draft; beyond it, a new draft drops an old one. */
const MOST = 100;

const edit = v.object({ id: v.string, was: v.string, text: v.string });
/** An edit of an own message: the text when the edit began, and the new text. */
export type Edit = v.Decoded<typeof edit>;

/** What the composer does instead of writing a plain new message: answer or edit. */
export type Composing = { kind: "reply"; id: string } | { kind: "edit"; id: string; was: string } | null;

export class Drafts {
  readonly #storage: Storage | null;
  readonly #text: string;
  readonly #reply: string;
  readonly #edit: string;
  readonly #unsaved: string;
  /** The values that were read or written, by storage key. */
  readonly #known = new Map<string, string>();
  readonly #composing = new Map<string, Signal<Composing>>();
  #loaded = false;
  /** Called when the reader changed a draft. */
  onEdited: (roomId: string) => void = () => {};

  constructor(userId: string, storage: Storage | null) {
    this.#storage = storage;
    this.#text = `parley:draft:${userId}:`;
    this.#reply = `parley:reply:${userId}:`;
    this.#edit = `parley:edit:${userId}:`;
    this.#unsaved = `parley:unsaved:${userId}:`;
  }

  /** Shows the drafts that an earlier page left. Call it after hydration, which must find what the server rendered. */
  load(): void {
    this.#loaded = true;
    for (const roomId of this.#composing.keys()) this.show(roomId);
  }

  get(roomId: string): string {
    return this.#read(this.#text + roomId);
  }

  /** The message that the draft answers. */
  replyTo(roomId: string): string | undefined {
    return this.#read(this.#reply + roomId) || undefined;
  }

  /** The edit that is under way. */
  editOf(roomId: string): Edit | undefined {
    return this.#edits(roomId)[0];
  }

  /** Whether the composer of a room answers or edits. */
  composing(roomId: string): ReadonlySignal<Composing> {
    return this.#composingIn(roomId);
  }

  #composingIn(roomId: string): Signal<Composing> {
    let now = this.#composing.get(roomId);
    if (now === undefined) this.#composing.set(roomId, now = signal(this.#loaded ? this.#composed(roomId) : null));
    return now;
  }

  /** Updates what the composer does. An edit that could not be saved comes back once nothing else is being written. */
  show(roomId: string): void {
    const now = this.#composingIn(roomId);
    const next = this.#composed(roomId);
    if (now.peek()?.kind !== next?.kind || now.peek()?.id !== next?.id) now.value = next;
  }

  #composed(roomId: string): Composing {
    const editing = this.editOf(roomId);
    if (editing !== undefined) return { kind: "edit", id: editing.id, was: editing.was };
    const id = this.replyTo(roomId);
    return id === undefined ? null : { kind: "reply", id };
  }

  /** Takes the text that the reader wrote. "" removes the draft. */
  set(roomId: string, text: string): void {
    if (this.get(roomId) === text) return;
    this.#write(this.#text, roomId, text);
    this.onEdited(roomId);
  }

  /** Begins an answer, or with `undefined` ends it. */
  answer(roomId: string, messageId: string | undefined): void {
    if (this.replyTo(roomId) !== messageId) {
      this.#write(this.#reply, roomId, messageId ?? "");
      this.onEdited(roomId);
    }
    this.show(roomId);
  }

  /** The draft was sent: removes it. */
  empty(roomId: string): void {
    this.set(roomId, "");
    this.answer(roomId, undefined);
  }

  /** Begins an edit, or continues it. `later`: shows it once nothing else is being written. */
  edit(roomId: string, edit: Edit, later = false): void {
    const others = this.#edits(roomId).filter(({ id }) => id !== edit.id);
    this.#writeEdits(roomId, later ? [...others, edit] : [edit, ...others]);
    if (!later) this.show(roomId);
  }

  endEdit(roomId: string): void {
    this.#writeEdits(roomId, this.#edits(roomId).slice(1));
    this.show(roomId);
  }

  /** Takes a draft from another device. */
  adopt(roomId: string, { content, reply_to }: Pick<DraftRecord, "content" | "reply_to">): void {
    this.#write(this.#text, roomId, content);
    this.#write(this.#reply, roomId, reply_to ?? "");
    this.show(roomId);
  }

  /** The drafts that were not sent to the server yet, with the time of writing. */
  unsaved(): [roomId: string, at: number][] {
    try {
      return this.#keys(this.#unsaved).slice(0, MOST).map((key) => [
        key.slice(this.#unsaved.length),
        Number(this.#storage?.getItem(key)) || 0,
      ]);
    } catch {
      return [];
    }
  }

  /** One storage key for each room, so that two tabs can write in two rooms. */
  markUnsaved(roomId: string, at: number): void {
    try {
      this.#storage?.setItem(this.#unsaved + roomId, String(at));
    } catch {
      // full or forbidden: it lives as long as the page
    }
  }

  /** The server has the draft of this time. A draft that another tab wrote since stays to be sent. */
  markSaved(roomId: string, at: number): void {
    try {
      const written = Number(this.#storage?.getItem(this.#unsaved + roomId));
      if (written <= at) this.#storage?.removeItem(this.#unsaved + roomId);
    } catch {
      // forbidden: then there is nothing
    }
  }

  /** For sign-out. */
  clear(): void {
    this.#known.clear();
    for (const now of this.#composing.values()) now.value = null;
    try {
      for (const prefix of [this.#text, this.#reply, this.#edit, this.#unsaved]) {
        for (const key of this.#keys(prefix)) this.#storage?.removeItem(key);
      }
    } catch {
      // forbidden: then there are none
    }
  }

  #edits(roomId: string): Edit[] {
    const stored = this.#read(this.#edit + roomId);
    try {
      return stored === "" ? [] : v.array(edit)(JSON.parse(stored));
    } catch {
      return []; // not ours
    }
  }

  #writeEdits(roomId: string, edits: Edit[]): void {
    const text = (some: Edit[]) => some.length === 0 ? "" : JSON.stringify(some);
    // An edit without a change is not stored, so that another tab does not begin it.
    this.#write(this.#edit, roomId, text(edits.filter((one) => one.text !== one.was)));
    this.#known.set(this.#edit + roomId, text(edits));
  }

  #read(key: string): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    try {
      return this.#storage?.getItem(key) ?? "";
    } catch {
      return "";
    }
  }

  /** Writes a value; "" removes it. */
  #write(prefix: string, roomId: string, value: string): void {
    const key = prefix + roomId;
    this.#known.set(key, value);
    try {
      if (value === "") return this.#storage?.removeItem(key);
      const others = this.#keys(prefix).filter((other) => other !== key);
      for (const other of others.slice(MOST - 1)) this.#storage?.removeItem(other);
      this.#storage?.setItem(key, value);
    } catch {
      // full or forbidden: it lives as long as the page
    }
  }

  #keys(prefix: string): string[] {
    const storage = this.#storage;
    if (storage === null) return [];
    return Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? "")
      .filter((key) => key.startsWith(prefix));
  }
}
