import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "../icon_button.tsx";
import { CloseIcon } from "../icons.tsx";

interface DialogProps {
  title: string;
  /** Without its own head: the content brings one. */
  bare?: boolean;
  class?: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus inside, Escape and a click outside close it. */
export function Dialog({ title, bare, onClose, children, ...rest }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.showModal();
    return () => before instanceof HTMLElement && before.isConnected && before.focus();
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
      onClick={(event) => event.target === ref.current && onClose()}
    >
      {!bare && (
        <div class="dialog-head">
          <h2>{title}</h2>
          <IconButton label="Close" icon={<CloseIcon />} onClick={onClose} />
        </div>
      )}
      {bare ? children : <div class="dialog-body">{children}</div>}
    </dialog>
  );
}
