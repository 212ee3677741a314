import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { PlusIcon } from "./icons.tsx";
import { usePartStrings } from "../page/part_strings.ts";

interface MenuProps {
  label: string;
  onClose: () => void;
  children: ComponentChildren;
}

/**
 * A menu. It takes the focus, moves by arrows, and closes on Escape, on a click elsewhere and when the focus leaves.
 */
export function Menu({ label, onClose, children }: MenuProps) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    openUpwards(ref.current);
    items(ref.current)[0]?.focus({ preventScroll: true });
    const elsewhere = (event: PointerEvent) => {
      if (event.target instanceof Node && !ref.current?.contains(event.target)) onClose();
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => {
      document.removeEventListener("pointerdown", elsewhere);
      const nowhere = document.activeElement === document.body || document.activeElement === null;
      if (nowhere && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <div
      ref={ref}
      class="menu"
      role="menu"
      aria-label={label}
      onKeyDown={(event) => onKey(event, ref.current, onClose)}
    >
      {children}
    </div>
  );
}

/** Whether to open upwards: the scrolling box would cut it off below, and there is more room above. */
function openUpwards(menu: HTMLElement | null): void {
  const box = menu?.closest(".timeline")?.getBoundingClientRect();
  if (menu === null || box === undefined) return;
  const { top, bottom } = menu.getBoundingClientRect();
  menu.toggleAttribute("data-up", bottom > box.bottom && top - box.top > box.bottom - top);
}

function items(menu: HTMLElement | null): HTMLElement[] {
  return [...menu?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? []];
}

function onKey(event: KeyboardEvent, menu: HTMLElement | null, close: () => void): void {
  event.stopPropagation();
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    return close();
  }
  const all = items(menu);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const to = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : step === undefined ? -1 : at + step;
  if (step === undefined && event.key !== "Home" && event.key !== "End") return;
  event.preventDefault();
  all[(to + all.length) % all.length]?.focus();
}

interface MenuItemProps {
  icon: ComponentChildren;
  danger?: boolean;
  onSelect: () => void;
  children: ComponentChildren;
}

export function MenuItem({ icon, danger, onSelect, children }: MenuItemProps) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      class={danger ? "menu-item menu-item-danger" : "menu-item"}
      onClick={onSelect}
    >
      {icon}
      {children}
    </button>
  );
}

/** The most common reactions, in a row at the top of a message's menu. */
export const QUICK_EMOJI = ["👍", "❤️", "😂", "🎉", "👀", "🙏"];

interface EmojiRowProps {
  mine: readonly string[];
  onPick: (emoji: string) => void;
  /** Opens the picker with all emoji. */
  onMore: () => void;
}

export function EmojiRow({ mine, onPick, onMore }: EmojiRowProps) {
  const t = usePartStrings().reactions;
  return (
    <div class="menu-emoji" role="group" aria-label={t.reactWith}>
      {QUICK_EMOJI.map((one) => (
        <button
          key={one}
          type="button"
          role="menuitemcheckbox"
          tabIndex={-1}
          class="emoji-button"
          aria-checked={mine.includes(one)}
          aria-label={one}
          onClick={() => onPick(one)}
        >
          {one}
        </button>
      ))}
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        class="emoji-button emoji-more"
        aria-label={t.moreEmoji}
        title={t.moreEmoji}
        onClick={onMore}
      >
        <PlusIcon />
      </button>
    </div>
  );
}
