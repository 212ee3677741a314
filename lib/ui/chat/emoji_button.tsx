import { useSignal } from "@preact/signals";
import type { ComponentType, RefObject } from "preact";
import { IconButton } from "../icon_button.tsx";
import { SmileIcon } from "../icons.tsx";
import { useChat } from "./context.ts";
import type { ComposerText } from "./use_composer_text.ts";

type Picker = ComponentType<{ onPick: (emoji: string) => void; onClose: () => void }>;

/** Opens the picker, which is fetched when it is opened for the first time. */
export function EmojiButton(props: { input: RefObject<HTMLTextAreaElement>; onPick: ComposerText["insert"] }) {
  const chat = useChat();
  const open = useSignal(false);
  const picker = useSignal<{ Picker: Picker } | null>(null);
  const toggle = () => {
    open.value = !open.value;
    if (!open.value || picker.value !== null) return;
    import("./emoji_picker.tsx").then((module) => picker.value = { Picker: module.default }, () => {
      open.value = false;
      chat.store.notice.value = "The emoji could not be loaded. Check the connection and try again.";
    });
  };
  const close = () => {
    open.value = false;
    props.input.current?.focus();
  };
  const pick = (emoji: string) => {
    open.value = false;
    const { selectionStart = 0, selectionEnd = 0 } = props.input.current ?? {};
    props.onPick(emoji, selectionStart, selectionEnd);
  };
  return (
    <>
      <IconButton
        label="Emoji"
        icon={<SmileIcon />}
        aria-expanded={open.value}
        aria-haspopup="dialog"
        onPointerDown={(event) => open.value && event.stopPropagation()}
        onClick={toggle}
      />
      {open.value && picker.value !== null && <picker.value.Picker onPick={pick} onClose={close} />}
    </>
  );
}
