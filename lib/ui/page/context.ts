/** What the chat's components share: the store, and the state of this page alone (menus, dialogs, edits). */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ChatStore } from "../../client/store.ts";
import type { Notifier } from "../../client/offline/notifier.ts";
import type { Composing } from "../../client/writing/drafts.ts";
import type { MessageEntry, MessageView } from "../../client/room/entries.ts";
import type { User } from "../../protocol/model.ts";
import type { PartStrings, Strings } from "../strings/language.ts";
import { errorText } from "../strings/error_text.ts";
import { loadPartStrings } from "../strings/load.ts";
import type { Writing } from "../composer/writing_part.ts";

export type DialogName =
  | {
    name:
      | "create"
      | "browse"
      | "message"
      | "switch"
      | "edit-room"
      | "leave"
      | "delete-room"
      | "add"
      | "pins"
      | "reports";
  }
  | { name: "mentions" | "search" | "bookmarks" | "notify" | "unsent" | "invite" }
  | { name: "delete" | "report" | "react" | "history"; entry: MessageEntry }
  | { name: "reactions"; entry: MessageEntry; emoji?: string }
  | { name: "image"; file_id: string }
  | { name: "person"; user: User }
  /** After a ban: the links by which somebody could come back. */
  | { name: "invitations"; invitations: readonly { code: string; uses_left: number }[] }
  /** Asks whether to discard a changed edit; then `action` runs. */
  | { name: "drop-edit"; action: () => void };

/** A dialog with the room that it was opened for: another room may be shown while it is open. */
export type OpenDialog = DialogName & { room_id: string | null };

export class ChatView {
  readonly store: ChatStore;
  /** The texts in the reader's language, for code outside components; components use `useStrings()`. */
  readonly strings;
  /** The texts of parts that are fetched later; null until the first of them is here. */
  readonly parts = signal<PartStrings | null>(null);
  /** At first the server's guess, so that hydration finds what the server rendered; then the browser's own. */
  readonly zone;
  readonly now;
  readonly people = signal<"auto" | "open" | "closed">("auto");
  readonly dialog = signal<OpenDialog | null>(null);
  /** Whether the open room's composer answers or edits a message. */
  readonly composing: ReadonlySignal<Composing> = computed(() => {
    const room = this.store.rooms.activeInfo.value;
    return room === null ? null : this.store.drafts.composing(room.id).value;
  });
  /** The message whose actions are shown, and whether its menu is open. */
  readonly active = signal<{ key: string; menu: "" | "more" | "emoji" } | null>(null);
  /** A message that the reader jumped to: shown even if its author is blocked. */
  readonly revealed = signal("");
  /** The reaction whose people are shown. */
  readonly who = signal<{ key: string; emoji: string } | null>(null);
  /** The last search, shown again when the search is opened again. */
  searched = "";
  /** Whether the reader may invite people. */
  mayInvite = false;
  /** The first steps: none, their place (so that nothing moves when they come), or they themselves. */
  readonly checklist = signal<"none" | "place" | "shown">("none");
  /** People whom the reader just mentioned and who are not in the room. */
  readonly absent = signal<{ room_id: string; people: readonly User[] } | null>(null);
  /** Text that screen readers say once. */
  readonly announcement = signal("");
  /** The loaded people of the open room, for completion; set by the people pane. */
  members: readonly User[] = [];
  /** A message that the page was opened at (`?at=`), until it is shown. */
  at: string;
  /** Scrolls the open timeline, which sets this. */
  timeline: TimelineHandle | null = null;
  /** Notifications, while the page is live. */
  notifier: Notifier | null = null;
  /** The chunk for writing, once it is fetched. */
  writing: Writing | null = null;
  /** Pending additions of files, which may wait for the chunk that uploads. */
  taking: Promise<void> | null = null;
  /** Set by the composer. */
  focusComposer: () => void = () => {};

  constructor(store: ChatStore, strings: Strings, zone: string, now: number, at = "") {
    this.at = at;
    this.store = store;
    this.strings = signal(strings);
    this.zone = signal(zone);
    this.now = signal(now);
  }

  /**
   * Shows or hides the list of people. Beside the room the choice is kept, and the server renders the next page with
   * it; over the room (narrow screens) it is not.
   */
  showPeople(people: "open" | "closed"): void {
    this.people.value = people;
    if (!matchMedia("(width >= 1100px)").matches) return;
    document.cookie = `people=${people}; Path=/; Max-Age=31536000; SameSite=Lax`;
  }

  /** Resolves once `parts` is in the reader's language. */
  async loadParts(): Promise<void> {
    const { language } = this.strings.peek();
    const parts = await loadPartStrings(language);
    if (this.strings.peek().language === language) this.parts.value = parts;
  }

  /** Runs a task that may fail; shows a failure as a sentence. */
  attempt(work: Promise<unknown> | undefined): void {
    work?.catch(async (error: unknown) => {
      this.store.notice.value = await this.textOf(error);
    });
  }

  /** Adds a reaction to a message of an open room, or removes it. */
  react(roomId: string, messageId: string, emoji: string): void {
    this.attempt(this.store.rooms.session(roomId)?.react(messageId, emoji));
  }

  /** Shows a failure in the reader's language; the texts are in the parts. */
  async textOf(error: unknown): Promise<string> {
    if (this.parts.peek() === null) await this.loadParts().catch(() => {});
    return errorText({ failures: { ...this.strings.peek().failures, ...this.parts.peek()?.failures } }, error);
  }

  /** Adds files to the next message of a room. */
  attach(roomId: string, files: readonly File[]): void {
    if (files.length === 0) return;
    if (this.composing.peek()?.kind === "edit") return this.attempt(this.tell(({ files }) => files.notWhileEditing));
    this.focusComposer();
    const taking = this.#take(roomId, files);
    this.taking = taking;
    taking.catch(() => this.store.notice.value = this.strings.peek().failures.notLoaded).finally(() => {
      if (this.taking === taking) this.taking = null;
    });
  }

  async #take(roomId: string, files: readonly File[]): Promise<void> {
    const { uploads } = await this.store.sending.files();
    if (uploads.add(roomId, files) > 0) this.attempt(this.tell(({ files }) => files.tooMany));
  }

  /** Shows a text of the parts. */
  async tell(words: (parts: PartStrings) => string): Promise<void> {
    if (this.parts.peek() === null) await this.loadParts();
    const parts = this.parts.peek();
    if (parts !== null) this.store.notice.value = words(parts);
  }

  /** After closing, the focus returns to the picture in the timeline. */
  openImage(fileId: string): void {
    this.active.value = null;
    this.dialog.value = { name: "image", file_id: fileId, room_id: this.#roomId() };
  }

  /** Begins an answer, or an edit of an own message. */
  compose(kind: "reply" | "edit", { room_id, id, content }: MessageView): void {
    this.active.value = null;
    const { drafts } = this.store;
    const now = drafts.editOf(room_id);
    const begin = () => {
      if (kind === "edit") drafts.edit(room_id, { id, was: content, text: content });
      else drafts.answer(room_id, id);
      this.focusComposer();
    };
    if (kind === "edit" && now?.id === id) this.focusComposer();
    else this.leaveEdit(room_id, begin);
  }

  /** Ends the present answer or edit. */
  stopComposing(): void {
    const room_id = this.#roomId();
    if (room_id === null) return;
    if (this.composing.peek()?.kind === "edit") this.leaveEdit(room_id, () => this.focusComposer());
    else this.store.drafts.answer(room_id, undefined);
  }

  /** Runs the action once no edit is open; asks first before a changed edit is discarded. */
  leaveEdit(roomId: string, then: () => void): void {
    const { drafts } = this.store;
    const now = drafts.editOf(roomId);
    const leave = () => {
      if (now !== undefined) drafts.endEdit(roomId);
      then();
    };
    if (now === undefined || now.text === now.was) leave();
    else this.open({ name: "drop-edit", action: leave });
  }

  open(dialog: DialogName): void {
    // The pressed button may disappear with its menu: then the focus returns to the message.
    document.activeElement?.closest<HTMLElement>(".message")?.focus({ preventScroll: true });
    this.active.value = null;
    this.dialog.value = { ...dialog, room_id: this.#roomId() };
  }

  #roomId(): string | null {
    return this.store.rooms.activeInfo.peek()?.id ?? null;
  }
}

export interface TimelineHandle {
  toLatest(): void;
  toMessage(id: string): void;
  focusLast(): void;
}

export const ChatContext = createContext<ChatView | null>(null);

export function useChat(): ChatView {
  const view = useContext(ChatContext);
  if (view === null) throw new Error("the chat's components belong inside ChatContext.Provider");
  return view;
}
