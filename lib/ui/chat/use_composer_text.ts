import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { MessageEntry } from "../../client/entries.ts";
import { NoAnswer } from "../../client/failure.ts";
import type { Room } from "../../model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { isBlank } from "../../protocol/visible.ts";
import { type ChatView, type Composing, useChat } from "./context.ts";

export interface ComposerText {
  input: RefObject<HTMLTextAreaElement>;
  length: Signal<number>;
  /** Why it cannot be sent. */
  error: Signal<string>;
  /** It goes out when the files are there. */
  waiting: boolean;
  /** The reader changed it. */
  changed(): void;
  submit(): void;
  insert(text: string, from: number, to: number): void;
}

/** The text in the composer: the room's draft, or the message that is edited. */
export function useComposerText(room: Room): ComposerText {
  const chat = useChat();
  const input = useRef<HTMLTextAreaElement>(null);
  const length = useSignal(0);
  const error = useSignal("");
  const { held } = chat.store;
  const attached = chat.store.uploads.of(room.id);
  const composing = chat.composing.value;

  const setText = (text: string) => {
    if (input.current === null) return;
    input.current.value = text;
    length.value = text.length;
    grow(input.current);
  };
  useLayoutEffect(() => {
    if (input.current === null) return;
    // what was typed before the script came is kept
    const typed = input.current.value;
    const draft = composing?.kind === "edit"
      ? composing.text ?? composing.entry.view.peek().content
      : chat.store.drafts.get(room.id);
    setText(draft === "" && length.peek() === 0 ? typed : draft);
    error.value = "";
  }, [room.id, composing?.kind === "edit" ? composing.entry.key : ""]);
  // with the room, not after it: the focus that follows a switch comes before effects do
  useLayoutEffect(() => {
    chat.focusComposer = () => {
      const box = input.current;
      if (box === null) return;
      if (chat.composing.peek()?.kind !== "edit") setText(chat.store.drafts.get(room.id));
      box.focus();
      box.setSelectionRange(box.value.length, box.value.length);
    };
    return () => chat.focusComposer = () => {};
  }, [room.id]);

  useSignalEffect(() => {
    if (chat.store.draftSync.came.value?.room_id !== room.id || chat.composing.peek()?.kind === "edit") return;
    setText(chat.store.drafts.get(room.id));
  });
  // what was sent with Enter while files were on their way went out
  const waiting = held.has(room.id);
  const waited = useRef(false);
  useLayoutEffect(() => {
    if (waited.current && !waiting && chat.composing.peek()?.kind !== "edit") setText(chat.store.drafts.get(room.id));
    waited.current = waiting;
  }, [waiting]);

  const changed = () => {
    const editing = chat.composing.peek()?.kind === "edit";
    if (!editing) held.drop(room.id);
    const text = input.current?.value ?? "";
    length.value = text.length;
    if (error.value !== "" && text.length <= LIMITS.content) error.value = "";
    if (!editing) chat.store.drafts.set(room.id, text);
    if (!isBlank(text)) chat.store.typing();
    if (input.current !== null) grow(input.current);
  };
  const submit = () => {
    const text = input.current?.value ?? "";
    const editing = chat.composing.peek()?.kind === "edit";
    const uploads = editing ? [] : attached.peek().map(({ state }) => state.peek().status);
    const { files, composer } = chat.strings.peek();
    const over = text.length - LIMITS.content;
    error.value = uploads.includes("failed")
      ? files.failedFirst
      : over > 0
      ? composer.tooLong(LIMITS.content, over)
      : "";
    if (error.value !== "") return;
    if (uploads.some((status) => status !== "done")) return chat.attempt(hold(chat, room.id, text));
    const failed = deliver(chat, chat.composing.peek(), text);
    if (failed !== null) return void chat.textOf(failed).then((said) => error.value = said);
    if (isBlank(text) && uploads.length === 0 && !editing) return;
    chat.composing.value = null;
    setText(editing ? chat.store.drafts.get(room.id) : "");
    input.current?.focus();
  };
  const insert = (text: string, from: number, to: number) => {
    input.current?.focus();
    input.current?.setRangeText(text, from, to, "end");
    changed();
  };
  return { input, length, error, waiting, changed, submit, insert };
}

/** Sends, edits, or asks whether an edit to nothing means to delete. Returns why it cannot be done, or null. */
function deliver(chat: ChatView, composing: Composing, text: string): unknown {
  if (composing?.kind === "edit") {
    if (text === composing.entry.view.peek().content) return null;
    if (isBlank(text)) chat.open({ name: "delete", entry: composing.entry });
    else if (chat.store.connectionState.peek() !== "open") return new NoAnswer();
    else chat.attempt(saveEdit(chat, composing.entry, text));
    return null;
  }
  try {
    chat.store.send(text, composing?.entry.view.peek().id);
  } catch (failure) {
    return failure;
  }
  chat.timeline?.toLatest();
  return null;
}

/** Keeps it until its files are there; it goes out too where the reader has left the room by then. */
async function hold(chat: ChatView, roomId: string, text: string): Promise<void> {
  const answered = chat.composing.peek()?.entry;
  const sent = await chat.store.held.hold(roomId, text, answered?.view.peek().id);
  if (!sent || chat.store.activeInfo.peek()?.id !== roomId) return;
  if (answered !== undefined && chat.composing.peek()?.entry === answered) chat.composing.value = null;
  chat.timeline?.toLatest();
}

/** Where it fails, and nothing else was begun meanwhile, the text is there again. */
async function saveEdit(chat: ChatView, entry: MessageEntry, text: string): Promise<void> {
  const { id, room_id } = entry.view.peek();
  try {
    await chat.store.edit(id, text);
  } catch (error) {
    const idle = chat.composing.peek() === null && chat.store.drafts.get(room_id) === "";
    if (idle && chat.store.activeInfo.peek()?.id === room_id) chat.compose({ kind: "edit", entry, text });
    throw error;
  }
}

/** For browsers without `field-sizing: content`. */
function grow(box: HTMLTextAreaElement): void {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}
