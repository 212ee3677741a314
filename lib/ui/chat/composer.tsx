import type { RefObject } from "preact";
import { LIMITS } from "../../protocol/limits.ts";
import type { Room } from "../../model.ts";
import { plainTextOf } from "../../protocol/plain_text.ts";
import { fileNames } from "../files.tsx";
import { IconButton } from "../icon_button.tsx";
import { AlertIcon, ArrowUpIcon, CheckIcon, CloseIcon, PencilIcon } from "../icons.tsx";
import { Quote } from "../message.tsx";
import { roomTitle } from "../room_link.tsx";
import { useStrings } from "../strings/context.ts";
import type { Strings } from "../strings/en.ts";
import { AttachButton } from "./attach_button.tsx";
import { Attachments } from "./attachments.tsx";
import { CompletionList } from "./completion_list.tsx";
import { type ChatView, type Composing, useChat } from "./context.ts";
import { pastedFiles } from "./drop_target.ts";
import { EmojiButton } from "./emoji_button.tsx";
import { useComposerText } from "./use_composer_text.ts";
import { type Completion, useCompletion } from "./use_completion.ts";

/** The counter appears when so many are left. */
const COUNT_FROM = 200;

/** Where one writes. Without scripts it is an ordinary form. */
export function Composer({ room }: { room: Room }) {
  const chat = useChat();
  const strings = useStrings();
  const t = strings.composer;
  const { input, length, error, waiting, changed, submit, insert } = useComposerText(room);
  const completion = useCompletion(insert);
  const composing = chat.composing.value;
  const editing = composing?.kind === "edit";
  const attached = !editing && chat.store.uploads.of(room.id).value.length > 0;
  const left = LIMITS.content - length.value;
  const options = completion.choices.length > 0;
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
        data-files={attached ? "" : undefined}
        method="post"
        action={`/rooms/${room.id}`}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {options && (
          <CompletionList
            id="completion"
            label={completion.kind === "@" ? strings.people.title : strings.emoji.title}
            choices={completion.choices}
            at={completion.at}
            onHover={completion.hover}
            onPick={completion.pick}
          />
        )}
        {composing !== null && <Context composing={composing} onCancel={() => chat.composing.value = null} />}
        {attached && <Attachments roomId={room.id} sending={waiting} />}
        <textarea
          ref={input}
          class="composer-input"
          name="content"
          rows={1}
          dir="auto"
          required={!attached}
          placeholder={placeholder(room, strings)}
          aria-label={editing ? t.edit : placeholder(room, strings)}
          aria-invalid={error.value !== "" || left < 0 ? "true" : undefined}
          aria-describedby={error.value === "" ? undefined : "composer-error"}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={options ? "completion" : undefined}
          aria-activedescendant={options ? `completion-${completion.at}` : undefined}
          autocomplete="off"
          enterkeyhint="send"
          onInput={(event) => {
            changed();
            completion.update(event.currentTarget);
          }}
          onSelect={(event) => options && completion.update(event.currentTarget)}
          onBlur={completion.close}
          onPaste={(event) => {
            const files = pastedFiles(event);
            if (files.length === 0) return;
            event.preventDefault();
            chat.attach(room.id, files);
          }}
          onKeyDown={(event) => onKey(event, chat, input, completion, submit)}
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
      </form>
    </>
  );
}

function onKey(
  event: KeyboardEvent,
  chat: ChatView,
  input: RefObject<HTMLTextAreaElement>,
  completion: Completion,
  submit: () => void,
): void {
  // 229: some browsers end a composition before they tell of the key that ended it
  if (event.isComposing || event.keyCode === 229) return;
  if (completion.key(event)) return;
  if (event.key === "Enter" && !event.shiftKey && !hasNoEnter()) {
    event.preventDefault();
    submit();
  } else if (event.key === "Escape" && chat.composing.peek() !== null) {
    event.preventDefault();
    chat.composing.value = null;
  } else if (event.key === "ArrowUp" && input.current?.value === "" && chat.composing.peek() === null) {
    const entry = chat.store.activeRoom.peek()?.myLast();
    if (entry === undefined) return;
    event.preventDefault();
    chat.compose({ kind: "edit", entry });
  }
}

function placeholder(room: Room, strings: Strings): string {
  return strings.composer.placeholder(room.kind === "direct" ? roomTitle(room, strings) : `#${room.name}`);
}

/** Phones have no Shift to tell a new line by; the button sends there. */
function hasNoEnter(): boolean {
  return matchMedia("(pointer: coarse) and (hover: none)").matches;
}

function Context({ composing, onCancel }: { composing: NonNullable<Composing>; onCancel: () => void }) {
  const t = useStrings().composer;
  const message = composing.entry.view.value;
  return (
    <div class="composer-context">
      {composing.kind === "edit"
        ? (
          <>
            <PencilIcon />
            <span class="quote">{t.editing}</span>
          </>
        )
        : <Quote quote={{ ...message, text: plainTextOf(message.content) || fileNames(message.files) }} />}
      <IconButton
        label={composing.kind === "edit" ? t.cancelEdit : t.cancelReply}
        icon={<CloseIcon />}
        onClick={onCancel}
      />
    </div>
  );
}
