import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Edit } from "../../client/writing/drafts.ts";
import { NoAnswer } from "../../client/connection/failure.ts";
import type { Room } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { isBlank } from "../../protocol/text/visible.ts";
import { type Submission, submissionOf } from "./submission.ts";
import { type ChatView, useChat } from "../page/context.ts";

export interface ComposerText {
  input: RefObject<HTMLTextAreaElement>;
  length: Signal<number>;
  /** Why the text cannot be sent. */
  error: Signal<string>;
  /** Whether a message waits for its files. */
  waiting: boolean;
  /** The reader changed the text. `composing`: an input method is not done yet. */
  changed(composing?: boolean): void;
  submit(): void;
  insert(text: string, from: number, to: number): void;
  /** The text's undo history is available from now on. */
  begin(): void;
  restore(step: "undo" | "redo"): void;
}

/**
 * The composer's text: the room's draft, or the message that is being edited. It is stored in the drafts; the box shows
 * it.
 */
export function useComposerText(room: Room): ComposerText {
  const chat = useChat();
  const input = useRef<HTMLTextAreaElement>(null);
  const length = useSignal(0);
  const error = useSignal("");
  const { drafts } = chat.store;
  const attached = chat.store.sending.attached.of(room.id);
  const composing = chat.composing.value;
  const editing = composing?.kind === "edit" ? composing.id : "";
  const history = () => chat.writing?.histories.of(`${room.id} ${drafts.editOf(room.id)?.id ?? ""}`);

  /** Shows the text from the drafts. */
  const show = () => {
    const box = input.current;
    if (box === null) return;
    const text = drafts.editOf(room.id)?.text ?? drafts.get(room.id);
    if (box.value !== text) box.value = text;
    history()?.show(text);
    length.value = text.length;
    grow(box);
  };
  useLayoutEffect(() => {
    // Text that was typed before the script was here.
    const typed = input.current?.value ?? "";
    const draft = drafts.get(room.id);
    if (typed !== "" && typed !== draft) drafts.set(room.id, draft === "" ? typed : `${draft}\n${typed}`);
  }, []);
  useLayoutEffect(() => {
    show();
    error.value = "";
  }, [room.id, editing]);
  // In a layout effect: after a switch of rooms the focus is set before ordinary effects run.
  useLayoutEffect(() => {
    chat.focusComposer = () => {
      show();
      const box = input.current;
      box?.focus();
      box?.setSelectionRange(box.value.length, box.value.length);
    };
    return () => chat.focusComposer = () => {};
  }, [room.id]);

  useSignalEffect(() => {
    if (chat.store.draftSync.came.value?.room_id === room.id) show();
  });
  // A message that waited for its files was sent.
  const waiting = chat.store.sending.attached.held.value.has(room.id);
  const waited = useRef(false);
  useLayoutEffect(() => {
    if (waited.current && !waiting) show();
    waited.current = waiting;
  }, [waiting]);

  const write = (text: string) => {
    const edit = drafts.editOf(room.id);
    if (edit === undefined) {
      chat.store.sending.attached.release(room.id);
      drafts.set(room.id, text);
    } else drafts.edit(room.id, { ...edit, text });
    length.value = text.length;
    if (error.value !== "" && text.length <= LIMITS.content) error.value = "";
    if (!isBlank(text)) chat.store.rooms.session(room.id)?.typing();
    if (input.current !== null) grow(input.current);
  };
  const changed = (composing = false) => {
    if (input.current === null) return;
    history()?.record(input.current.value, input.current.selectionEnd, composing);
    write(input.current.value);
  };
  const begin = () => history()?.show(input.current?.value ?? "");
  const restore = (step: "undo" | "redo") => {
    const restored = history()?.[step]();
    if (restored === undefined || restored === null || input.current === null) return;
    input.current.value = restored.text;
    input.current.setSelectionRange(restored.caret, restored.caret);
    write(restored.text);
  };
  const submit = () => {
    if (chat.taking !== null) {
      // Files that were added a moment ago go with the message.
      chat.taking.then(() => chat.store.rooms.activeInfo.peek()?.id === room.id && submit(), () => {});
      return;
    }
    const text = input.current?.value ?? "";
    const files = attached.peek().map(({ state }) => state.peek().status);
    const submission = submissionOf(text, files, editing !== "");
    error.value = refusalOf(chat, submission, text);
    if (submission === "hold") chat.attempt(hold(chat, room.id, text));
    if (submission !== "deliver") return;
    const sent = history();
    const failed = deliver(chat, room.id, text);
    if (failed !== null) return void chat.textOf(failed).then((said) => error.value = said);
    sent?.reset();
    show();
    input.current?.focus();
  };
  const insert = (text: string, from: number, to: number) => {
    history()?.seal();
    input.current?.focus();
    input.current?.setRangeText(text, from, to, "end");
    changed();
    history()?.seal();
  };
  return { input, length, error, waiting, changed, submit, insert, begin, restore };
}

function refusalOf(chat: ChatView, submission: Submission, text: string): string {
  const { files, composer } = chat.strings.peek();
  if (submission === "failed_files") return files.failedFirst;
  return submission === "too_long" ? composer.tooLong(LIMITS.content, text.length - LIMITS.content) : "";
}

/**
 * Sends, or saves an edit; an edit to an empty text asks whether to delete. Returns the reason if it cannot be done, or
 * null.
 */
function deliver(chat: ChatView, roomId: string, text: string): unknown {
  const { drafts } = chat.store;
  const edit = drafts.editOf(roomId);
  if (edit !== undefined) {
    const entry = chat.store.rooms.session(roomId)?.state.find(edit.id);
    if (isBlank(text) && entry !== undefined) chat.open({ name: "delete", entry });
    else if (text !== edit.was) {
      if (chat.store.connectionState.peek() !== "open") return new NoAnswer();
      chat.attempt(saveEdit(chat, roomId, { ...edit, text }));
    }
    drafts.endEdit(roomId);
    return null;
  }
  try {
    chat.store.sending.send(roomId, text, drafts.replyTo(roomId));
  } catch (failure) {
    return failure;
  }
  chat.timeline?.toLatest();
  return null;
}

/** Keeps the message until its files are uploaded, then sends it, even if the reader has left the room by then. */
async function hold(chat: ChatView, roomId: string, text: string): Promise<void> {
  const { held } = await chat.store.sending.files();
  const sent = await held.hold(roomId, text, chat.store.drafts.replyTo(roomId));
  if (sent && chat.store.rooms.activeInfo.peek()?.id === roomId) chat.timeline?.toLatest();
}

/** Saves an edit. If that fails the text comes back: at once, or when the text that was begun meanwhile is done. */
async function saveEdit(chat: ChatView, roomId: string, edit: Edit): Promise<void> {
  const { drafts } = chat.store;
  try {
    await chat.store.rooms.session(roomId)?.edit(edit.id, edit.text);
  } catch (error) {
    const idle = drafts.composing(roomId).peek() === null && drafts.get(roomId) === "";
    drafts.edit(roomId, edit, !idle);
    if (idle && chat.store.rooms.activeInfo.peek()?.id === roomId) chat.focusComposer();
    throw error;
  }
}

/** For browsers without `field-sizing: content`. */
function grow(box: HTMLTextAreaElement): void {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}
