import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { emojiGroups, findEmoji } from "./emoji.ts";

const COLUMNS = 8;

/** Every emoji, by group, with a search. It is a chunk of its own. */
export default function EmojiPicker({ onPick, onClose }: { onPick: (emoji: string) => void; onClose: () => void }) {
  const ref = useRef<HTMLDivElement>(null);
  const query = useSignal("");
  useEffect(() => {
    ref.current?.querySelector("input")?.focus();
    const elsewhere = (event: PointerEvent) => {
      if (event.target instanceof Node && !ref.current?.contains(event.target)) onClose();
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, []);
  const wanted = query.value.trim();
  const groups = wanted === "" ? emojiGroups : [{ name: "Found", emoji: findEmoji(wanted, 48) }];
  return (
    <div
      ref={ref}
      class="emoji-picker"
      role="dialog"
      aria-label="Emoji"
      onKeyDown={(event) => onKey(event, ref.current, onPick, onClose)}
    >
      <input
        class="input"
        type="search"
        placeholder="Find an emoji"
        aria-label="Find an emoji"
        autocomplete="off"
        onInput={(event) => query.value = event.currentTarget.value}
      />
      <div class="emoji-scroll" tabIndex={-1}>
        {groups.map((group) => (
          <section key={group.name} aria-label={group.name}>
            <h3>{group.name}</h3>
            <div class="emoji-grid">
              {group.emoji.map(({ emoji, name }) => (
                <button
                  key={name}
                  type="button"
                  class="emoji-button"
                  tabIndex={-1}
                  aria-label={name.replaceAll("_", " ")}
                  title={`:${name}:`}
                  onClick={() => onPick(emoji)}
                >
                  {emoji}
                </button>
              ))}
            </div>
            {group.emoji.length === 0 && <p class="rooms-empty">No emoji goes by that name.</p>}
          </section>
        ))}
      </div>
    </div>
  );
}

/** Arrows walk over the grid, Enter in the search takes the first one found, Escape closes. */
function onKey(
  event: KeyboardEvent,
  picker: HTMLElement | null,
  pick: (emoji: string) => void,
  close: () => void,
): void {
  event.stopPropagation();
  if (event.key === "Escape") {
    event.preventDefault();
    return close();
  }
  const input = picker?.querySelector("input");
  const all = [...picker?.querySelectorAll<HTMLElement>(".emoji-button") ?? []];
  const at = all.findIndex((button) => button === document.activeElement);
  if (event.key === "Enter" && at < 0) {
    event.preventDefault();
    const first = all[0]?.textContent;
    if (first) pick(first);
    return;
  }
  const step = { ArrowDown: at < 0 ? 1 : COLUMNS, ArrowUp: -COLUMNS, ArrowRight: 1, ArrowLeft: -1 }[event.key];
  // in the search the horizontal arrows are the text's
  if (step === undefined || (at < 0 && event.key !== "ArrowDown")) return;
  event.preventDefault();
  if (at + step < 0) input?.focus();
  else all[Math.min(at + step, all.length - 1)]?.focus();
}
