import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "./icon_button.tsx";
import { CloseIcon } from "./icons.tsx";
import { useStrings } from "../strings/context.ts";

interface DialogProps {
  title: string;
  /** Without a head of its own: the content has one. */
  bare?: boolean;
  class?: string;
  /** The element beside which it opens, if there is room. */
  near?: Element | null;
  onClose: () => void;
  children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus inside, Escape and a click outside close it. */
export function Dialog({ title, bare, near, onClose, children, ...rest }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const strings = useStrings();
  /** Whether the press began outside: a selection that began inside may end outside and must not close the dialog. */
  const outside = useRef(false);
  useEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    dialog?.showModal();
    if (near && dialog !== null) place(dialog, near);
    return () => {
      // Elements behind a modal dialog cannot take the focus while it is open.
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={`dialog ${rest.class ?? ""}`}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => outside.current = event.target === ref.current}
      onClick={({ target, currentTarget }) =>
        target === currentTarget && outside.current && !holdsText(currentTarget) && onClose()}
    >
      {!bare && (
        <div class="dialog-head">
          <h2>{title}</h2>
          <IconButton label={strings.dialog.close} icon={<CloseIcon />} onClick={onClose} />
        </div>
      )}
      {bare ? children : <div class="dialog-body">{children}</div>}
    </dialog>
  );
}

/** A press outside does not discard text that was written in a form; Escape and the buttons do. */
function holdsText(dialog: HTMLElement): boolean {
  return [...dialog.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("form input, form textarea")]
    .some(({ value, defaultValue }) => value !== defaultValue);
}

const EDGE = 8;

/** Places the dialog at the end of its anchor, within the window. On a phone the style sheet places it. */
function place(dialog: HTMLDialogElement, near: Element): void {
  if (matchMedia("(width < 480px)").matches) return;
  const at = near.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = dialog;
  const within = (wanted: number, most: number) => `${Math.max(EDGE, Math.min(wanted, most - EDGE))}px`;
  dialog.style.margin = "0";
  dialog.style.top = within(at.top + EDGE, innerHeight - height);
  dialog.style.left = within(at.right - width - EDGE, innerWidth - width);
}
