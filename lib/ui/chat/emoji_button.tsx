import { useSignal } from "@preact/signals";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "../icon_button.tsx";
import { SmileIcon } from "../icons.tsx";
import type { ComposerText } from "./use_composer_text.ts";
import { useLazy } from "./use_lazy.ts";

/** Opens the picker, which is fetched when it is opened for the first time. */
export function EmojiButton(props: { input: RefObject<HTMLTextAreaElement>; onPick: ComposerText["insert"] }) {
  const open = useSignal(false);
  const picker = useLazy(() => import("./emoji_picker.tsx"), open.value, () => open.value = false);
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
        onClick={() => open.value = !open.value}
      />
      {open.value && picker !== null && (
        <Popup onClose={close}>
          <picker.default onPick={pick} onClose={close} />
        </Popup>
      )}
    </>
  );
}

function Popup({ onClose, children }: { onClose: () => void; children: ComponentChildren }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const elsewhere = (event: PointerEvent) => {
      if (event.target instanceof Node && !ref.current?.contains(event.target)) onClose();
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, []);
  return <div ref={ref} class="emoji-popup" role="dialog" aria-label="Emoji">{children}</div>;
}
