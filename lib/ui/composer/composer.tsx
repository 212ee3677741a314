import { useLayoutEffect } from "preact/hooks";
import { LIMITS } from "../../protocol/limits.ts";
import type { Room } from "../../protocol/model.ts";
import { IconButton } from "../parts/icon_button.tsx";
import { AlertIcon, ArrowUpIcon, CheckIcon, CloseIcon, PencilIcon } from "../parts/icons.tsx";
import { Quote } from "../message/message.tsx";
import { roomTitle } from "../sidebar/room_link.tsx";
import { useStrings } from "../strings/context.ts";
import type { Strings } from "../strings/language.ts";
import { AttachButton } from "./attach_button.tsx";
import type { Composing } from "../../client/writing/drafts.ts";
import { type ChatView, useChat } from "../page/context.ts";
import { pastedFiles } from "./drop_target.ts";
import { EmojiButton } from "../emoji/emoji_button.tsx";
import { lazy } from "../page/lazy.ts";
import { quoteOf } from "../timeline/message_row.tsx";
import { type ComposerText, useComposerText } from "./use_composer_text.ts";
import { PostForm } from "../parts/forms/post_form.tsx";

/** The counter appears when this many characters are left. */
const COUNT_FROM = 200;

/** Pasting more lines than this would block the browser for a noticeable time. */
const PASTED_LINES = 1_000;

const longTextPart = lazy(() => import("./long_text.tsx"));
export const writingPart = lazy(() => import("./writing.ts"));

/** The box to write a message in. Without scripts it is an ordinary form. */
export function Composer({ room }: { room: Room }) {
  const chat = useChat();
  const strings = useStrings();
  const t = strings.composer;
  const text = useComposerText(room);
  const { input, length, error, waiting, insert, submit } = text;
  const composing = chat.composing.value;
  const editing = composing?.kind === "edit";
  const attached = !editing && chat.store.sending.attached.of(room.id).value.length > 0;
  const left = LIMITS.content - length.value;
  const part = writingPart.usePart(attached);
  const completion = part?.writingIn(chat).completion;
  const options = completion !== undefined && completion.choices.value.length > 0;
  useLayoutEffect(() => {
    if (part === null || input.current === null) return;
    // For text that was typed before this chunk was here.
    text.begin();
    completion?.update(input.current);
    return part.keepCaretInSight(input.current);
  }, [part]);
  return (
    <>
      <Problem
        error={error.value}
        onAttach={left < 0 && !editing
          ? () => {
            const whole = input.current?.value ?? "";
            insert("", 0, whole.length);
            attachText(chat, room.id, whole);
          }
          : null}
      />
      <PostForm
        class="composer-box"
        data-files={attached ? "" : undefined}
        action={`/rooms/${room.id}`}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {options && part !== null && <part.CompletionList id="completion" completion={completion} text={text} />}
        {composing !== null && <Context roomId={room.id} composing={composing} onCancel={() => chat.stopComposing()} />}
        {attached && part !== null && <part.Attachments roomId={room.id} sending={waiting} />}
        <textarea
          ref={input}
          class="composer-input"
          name="content"
          rows={1}
          maxLength={LIMITS.draft}
          dir="auto"
          required={!attached}
          placeholder={placeholder(room, strings)}
          aria-label={editing ? t.edit : placeholder(room, strings)}
          aria-invalid={error.value !== "" || left < 0 ? "true" : undefined}
          aria-describedby={error.value === "" && left >= 0 ? undefined : "composer-error"}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={options ? "completion" : undefined}
          aria-activedescendant={options ? `completion-${completion.at.value}` : undefined}
          autocomplete="off"
          onInput={(event) => {
            text.changed(event.isComposing);
            completion?.update(event.currentTarget);
          }}
          onFocus={({ currentTarget }) => {
            currentTarget.enterKeyHint = hasNoEnter() ? "enter" : "send";
            // If it cannot be fetched, writing works without it; the next focus tries again.
            writingPart.load(chat).catch(() => {});
          }}
          onBeforeInput={(event) => {
            if (!attachLong(event, chat, room.id)) chat.writing?.beforeInput(event, text);
          }}
          onSelect={(event) => options && completion?.update(event.currentTarget)}
          onBlur={() => completion?.close()}
          onPaste={(event) => {
            const files = pastedFiles(event);
            if (files.length === 0) return;
            event.preventDefault();
            chat.attach(room.id, files);
          }}
          onKeyDown={(event) => onKey(event, chat, text)}
        />
        <div class="composer-buttons">
          {left < COUNT_FROM && <span class="counter" data-over={left < 0 ? "" : undefined} role="status">{left}</span>}
          {!editing && <AttachButton roomId={room.id} />}
          <EmojiButton input={input} onPick={insert} />
          <button
            type="submit"
            class="icon-button send"
            aria-label={editing ? t.save : t.send}
            title={editing ? t.save : t.send}
          >
            {editing ? <CheckIcon /> : <ArrowUpIcon />}
          </button>
        </div>
      </PostForm>
    </>
  );
}

/**
 * One line that says what is wrong. A text that is too long can be turned into a file, before or after a try to send
 * it.
 */
function Problem({ error, onAttach }: { error: string; onAttach: (() => void) | null }) {
  const part = longTextPart.usePart(onAttach !== null);
  const AsFile = part?.default;
  if (error === "" && (onAttach === null || AsFile === undefined)) return null;
  return (
    <p class="composer-error" role={error === "" ? "status" : "alert"} id="composer-error">
      <AlertIcon />
      {onAttach === null || AsFile === undefined ? <span>{error}</span> : <AsFile error={error} onAttach={onAttach} />}
    </p>
  );
}

function onKey(event: KeyboardEvent, chat: ChatView, text: ComposerText): void {
  // 229: some browsers end a composition before they report the key that ended it.
  if (event.isComposing || event.keyCode === 229) return;
  if (chat.writing?.key(event, text)) return;
  if (event.key === "Enter" && !event.shiftKey && (!hasNoEnter() || event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    text.submit();
  } else if (event.key === "Escape" && chat.composing.peek() !== null) {
    event.preventDefault();
    chat.stopComposing();
  } else if (event.key === "ArrowUp" && text.input.current?.value === "" && chat.composing.peek() === null) {
    const entry = chat.store.rooms.active.peek()?.state.myLast();
    if (entry === undefined) return;
    event.preventDefault();
    chat.compose("edit", entry.view.peek());
  }
}

/**
 * A pasted or dropped text that is longer than a draft may be becomes a file: the box would cut it off, and be slow.
 */
function attachLong(event: InputEvent, chat: ChatView, roomId: string): boolean {
  const { currentTarget: box, data, inputType } = event;
  if (!(box instanceof HTMLTextAreaElement) || !data || !/^insertFrom(?:Paste|Drop)$/.test(inputType)) return false;
  const length = box.value.length - (box.selectionEnd - box.selectionStart) + data.length;
  if (length <= LIMITS.draft && data.split("\n").length <= PASTED_LINES) return false;
  const editing = chat.composing.peek()?.kind === "edit";
  if (editing && length <= LIMITS.content) return false;
  event.preventDefault();
  if (editing) {
    chat.store.notice.value = chat.strings.peek().composer.tooLong(LIMITS.content, length - LIMITS.content);
  } else attachText(chat, roomId, data);
  return true;
}

function attachText(chat: ChatView, roomId: string, text: string): void {
  chat.attach(roomId, [new File([text], `${chat.strings.peek().files.textName}.txt`, { type: "text/plain" })]);
}

function placeholder(room: Room, strings: Strings): string {
  return strings.composer.placeholder(room.kind === "direct" ? roomTitle(room, strings) : `#${room.name}`);
}

/** On phones Enter makes a new line, since there is no Shift+Enter; the button sends. */
function hasNoEnter(): boolean {
  return matchMedia("(pointer: coarse) and (hover: none)").matches;
}

interface ContextProps {
  roomId: string;
  composing: NonNullable<Composing>;
  onCancel: () => void;
}

function Context({ roomId, composing, onCancel }: ContextProps) {
  const chat = useChat();
  const t = useStrings().composer;
  return (
    <div class="composer-context">
      {composing.kind === "edit"
        ? (
          <>
            <PencilIcon />
            <span class="quote">{t.editing}</span>
          </>
        )
        : <Quote quote={quoteOf(chat, roomId, composing.id)} />}
      <IconButton
        label={composing.kind === "edit" ? t.cancelEdit : t.cancelReply}
        icon={<CloseIcon />}
        onClick={onCancel}
      />
    </div>
  );
}
