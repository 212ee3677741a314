import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { LIMITS } from "../../protocol/limits.ts";
import type { Room } from "../../model.ts";
import { IconButton } from "../icon_button.tsx";
import { AlertIcon, ArrowUpIcon, CheckIcon, CloseIcon, PencilIcon, SmileIcon } from "../icons.tsx";
import { Quote } from "../message.tsx";
import { firstLine } from "../prose.tsx";
import { roomTitle } from "../room_link.tsx";
import { type ChatView, type Composing, useChat } from "./context.ts";
import { EmojiRow, Menu } from "./menu.tsx";

const COMPOSER_EMOJI = [
  ..."😀😂🙂😉😍🤔😢😮",
  "👍",
  "👎",
  "👏",
  "🙏",
  "💪",
  "👀",
  "🎉",
  "🔥",
  "✅",
  "❌",
  "❤️",
  "☕",
  "🚀",
  "🌱",
];
/** The counter appears when so many are left. */
const COUNT_FROM = 200;

/** Where one writes. Without scripts it is an ordinary form. */
export function Composer({ room }: { room: Room }) {
  const chat = useChat();
  const input = useRef<HTMLTextAreaElement>(null);
  const length = useSignal(0);
  const error = useSignal("");
  const picking = useSignal(false);
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
    const draft = composing?.kind === "edit" ? composing.entry.view.peek().content : chat.store.drafts.get(room.id);
    setText(draft === "" && length.peek() === 0 ? typed : draft);
    error.value = "";
  }, [room.id, composing?.kind === "edit" ? composing.entry.key : ""]);
  useEffect(() => {
    chat.focusComposer = () => {
      const box = input.current;
      if (box === null) return;
      if (chat.composing.peek()?.kind !== "edit") setText(chat.store.drafts.get(room.id));
      box.focus();
      box.setSelectionRange(box.value.length, box.value.length);
    };
    return () => chat.focusComposer = () => {};
  }, [room.id]);

  const submit = () => {
    const text = input.current?.value ?? "";
    if (text.trim() === "") return;
    if (text.length > LIMITS.content) {
      error.value = `A message has at most ${LIMITS.content.toLocaleString("en")} characters; this one is ${
        (text.length - LIMITS.content).toLocaleString("en")
      } too long.`;
      return;
    }
    try {
      deliver(chat, composing, text);
    } catch (failure) {
      error.value = failure instanceof Error ? failure.message : "That could not be sent. Try again.";
      return;
    }
    error.value = "";
    chat.composing.value = null;
    setText(composing?.kind === "edit" ? chat.store.drafts.get(room.id) : "");
    input.current?.focus();
  };
  const onInput = () => {
    const text = input.current?.value ?? "";
    length.value = text.length;
    if (error.value !== "" && text.length <= LIMITS.content) error.value = "";
    if (composing?.kind !== "edit") chat.store.drafts.set(room.id, text);
    if (text.trim() !== "") chat.store.typing();
    if (input.current !== null) grow(input.current);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // 229: some browsers end a composition before they tell of the key that ended it
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey && !hasNoEnter()) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && composing !== null) {
      event.preventDefault();
      chat.composing.value = null;
    } else if (event.key === "ArrowUp" && input.current?.value === "") {
      const entry = chat.store.activeRoom.peek()?.myLast();
      if (entry === undefined) return;
      event.preventDefault();
      chat.compose({ kind: "edit", entry });
    }
  };
  const insert = (emoji: string) => {
    picking.value = false;
    input.current?.focus();
    input.current?.setRangeText(emoji, input.current.selectionStart, input.current.selectionEnd, "end");
    onInput();
  };

  const left = LIMITS.content - length.value;
  return (
    <>
      {error.value !== "" && (
        <p class="composer-error" role="alert" id="composer-error">
          <AlertIcon />
          <span>{error.value}</span>
        </p>
      )}
      <form
        class="composer-box"
        method="post"
        action={`/rooms/${room.id}`}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {composing !== null && <Context composing={composing} onCancel={() => chat.composing.value = null} />}
        <textarea
          ref={input}
          class="composer-input"
          name="content"
          rows={1}
          required
          placeholder={placeholder(room)}
          aria-label={composing?.kind === "edit" ? "Edit message" : placeholder(room)}
          aria-invalid={error.value !== "" || left < 0 ? "true" : undefined}
          aria-describedby={error.value === "" ? undefined : "composer-error"}
          autocomplete="off"
          enterkeyhint="send"
          onInput={onInput}
          onKeyDown={onKeyDown}
        />
        <div class="composer-buttons">
          {left < COUNT_FROM && <span class="counter" data-over={left < 0 ? "" : undefined} role="status">{left}</span>}
          <IconButton
            label="Emoji"
            icon={<SmileIcon />}
            aria-expanded={picking.value}
            onPointerDown={(event) => picking.value && event.stopPropagation()}
            onClick={() => picking.value = !picking.value}
          />
          <button
            type="submit"
            class="icon-button send"
            aria-label={composing?.kind === "edit" ? "Save" : "Send"}
            title={composing?.kind === "edit" ? "Save" : "Send"}
          >
            {composing?.kind === "edit" ? <CheckIcon /> : <ArrowUpIcon />}
          </button>
          {picking.value && (
            <Menu label="Emoji" onClose={() => picking.value = false}>
              <EmojiRow mine={[]} emoji={COMPOSER_EMOJI} onPick={insert} />
            </Menu>
          )}
        </div>
      </form>
    </>
  );
}

function deliver(chat: ChatView, composing: Composing, text: string): void {
  if (composing?.kind === "edit") {
    const { id, content } = composing.entry.view.peek();
    if (text !== content) chat.attempt(chat.store.edit(id, text));
    return;
  }
  chat.store.send(text, composing?.entry.view.peek().id);
  chat.timeline?.toLatest();
}

function placeholder(room: Room): string {
  return `Message ${room.kind === "direct" ? roomTitle(room) : `#${room.name}`}`;
}

/** Phones have no Shift to tell a new line by; the button sends there. */
function hasNoEnter(): boolean {
  return matchMedia("(pointer: coarse) and (hover: none)").matches;
}

/** For browsers without `field-sizing: content`. */
function grow(box: HTMLTextAreaElement): void {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

function Context({ composing, onCancel }: { composing: NonNullable<Composing>; onCancel: () => void }) {
  const message = composing.entry.view.value;
  return (
    <div class="composer-context">
      {composing.kind === "edit"
        ? (
          <>
            <PencilIcon />
            <span class="quote">Editing your message</span>
          </>
        )
        : <Quote quote={{ ...message, text: firstLine(message.content) }} />}
      <IconButton
        label={composing.kind === "edit" ? "Cancel editing" : "Cancel reply"}
        icon={<CloseIcon />}
        onClick={onCancel}
      />
    </div>
  );
}
