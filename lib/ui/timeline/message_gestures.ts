/** Gestures on a message: long presses, and a pointer that rests. */
import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { MessageEntry } from "../../client/room/entries.ts";
import type { ChatView } from "../page/context.ts";

const LONG_PRESS_MS = 450;
const WHO_AFTER_MS = 350;

/** Shows who reacted when the pointer rests on a reaction, or the focus is on it. */
export function useWho(chat: ChatView, entry: MessageEntry) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const emoji = useComputed(() => chat.who.value?.key === entry.key ? chat.who.value.emoji : "");
  return {
    emoji: emoji.value,
    over(emoji: string) {
      clearTimeout(timer.current);
      if (emoji !== "") timer.current = setTimeout(() => chat.who.value = { key: entry.key, emoji }, WHO_AFTER_MS);
      else if (chat.who.peek()?.key === entry.key) chat.who.value = null;
    },
  };
}

/** The finger that opened the menu is lifted over it: that must not choose an entry. */
function swallowClick(): void {
  const stop = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener("click", stop, { capture: true });
  addEventListener("pointerdown", () => removeEventListener("click", stop, { capture: true }), {
    capture: true,
    once: true,
  });
}

/** A long press opens the menu, or shows who reacted; a finger that moves scrolls. */
export function useLongPress(run: (target: Element) => void) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const cancel = () => clearTimeout(timer.current);
  return {
    onPointerDown: (event: PointerEvent) => {
      cancel();
      if (event.pointerType !== "touch") return;
      const { target } = event;
      if (!(target instanceof Element) || target.closest("a, button:not(.reaction), .menu, [data-selecting]")) return;
      timer.current = setTimeout(() => {
        swallowClick();
        run(target);
      }, LONG_PRESS_MS);
    },
    // The long press is handled here; the browser's own menu must not open.
    onContextMenu: (event: MouseEvent) => {
      if (
        matchMedia("(hover: none)").matches &&
        !(event.target instanceof Element && event.target.closest("a, [data-selecting]"))
      ) {
        event.preventDefault();
      }
    },
    onPointerMove: (event: PointerEvent) => (Math.abs(event.movementX) + Math.abs(event.movementY) > 4) && cancel(),
    onPointerUp: cancel,
    onPointerCancel: cancel,
  };
}
