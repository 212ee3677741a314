import { useSignal } from "@preact/signals";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "../parts/icon_button.tsx";
import { SmileIcon } from "../parts/icons.tsx";
import { useStrings } from "../strings/context.ts";
import type { ComposerText } from "../composer/use_composer_text.ts";
import { lazy } from "../page/lazy.ts";

const pickerPart = lazy(() => import("./emoji_picker.tsx"));

/** Opens the picker, which is fetched when it is opened for the first time. */
export function EmojiButton(props: { input: RefObject<HTMLTextAreaElement>; onPick: ComposerText["insert"] }) {
  const t = useStrings().emoji;
  const open = useSignal(false);
  const picker = pickerPart.usePart(open.value, () => open.value = false);
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
        label={t.title}
        icon={<SmileIcon />}
        aria-expanded={open.value}
        aria-haspopup="dialog"
        onPointerDown={(event) => open.value && event.stopPropagation()}
        onClick={() => open.value = !open.value}
      />
      {open.value && picker !== null && (
        <Popup label={t.title} onClose={close}>
          <picker.default onPick={pick} onClose={close} />
        </Popup>
      )}
    </>
  );
}

function Popup({ label, onClose, children }: { label: string; onClose: () => void; children: ComponentChildren }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const elsewhere = (event: PointerEvent) => {
      if (event.target instanceof Node && !ref.current?.contains(event.target)) onClose();
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, []);
  return <div ref={ref} class="emoji-popup" role="dialog" aria-label={label}>{children}</div>;
}
