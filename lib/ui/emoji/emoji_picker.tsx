import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { recentEmoji, rememberEmoji } from "../../client/writing/recent_emoji.ts";
import { normalEmoji } from "../../protocol/text/emoji.ts";
import { useChat } from "../page/context.ts";
import { type Emoji, emojiGroups, findEmoji } from "./emoji.ts";
import { usePartStrings } from "../page/part_strings.ts";

const COLUMNS = 8;

interface EmojiPickerProps {
  onPick: (emoji: string) => void;
  onClose: () => void;
}

/** All emoji by group, the last used first, with a search. A chunk of its own. */
export default function EmojiPicker({ onPick, onClose }: EmojiPickerProps) {
  const { store } = useChat();
  const t = usePartStrings().emoji;
  const ref = useRef<HTMLDivElement>(null);
  const query = useSignal("");
  const recent = useMemo(() => known(recentEmoji(store.me.peek().id, store.storage)), []);
  useEffect(() => ref.current?.querySelector("input")?.focus(), []);
  const pick = (emoji: string) => {
    rememberEmoji(store.me.peek().id, emoji, store.storage);
    onPick(emoji);
  };
  const wanted = query.value.trim();
  const all = recent.length === 0 ? emojiGroups : [{ name: t.usedLast, emoji: recent }, ...emojiGroups];
  const groups = wanted === "" ? all : [{ name: t.found, emoji: findEmoji(wanted, 48) }];
  const names = new Map<string, string>(Object.entries(t.groups));
  const nameOf = (group: string) => names.get(group) ?? group;
  return (
    <div ref={ref} class="emoji-picker" onKeyDown={(event) => onKey(event, ref.current, pick, onClose)}>
      <input
        class="input"
        type="search"
        placeholder={t.find}
        aria-label={t.find}
        autocomplete="off"
        onInput={(event) => query.value = event.currentTarget.value}
      />
      <div class="emoji-scroll" tabIndex={-1}>
        {groups.map((group) => (
          <section key={group.name} aria-label={nameOf(group.name)}>
            <h3>{nameOf(group.name)}</h3>
            <div class="emoji-grid">
              {group.emoji.map(({ emoji, name }) => (
                <button
                  key={name}
                  type="button"
                  class="emoji-button"
                  tabIndex={-1}
                  aria-label={name.replaceAll("_", " ")}
                  title={`:${name}:`}
                  onClick={() => pick(emoji)}
                >
                  {emoji}
                </button>
              ))}
            </div>
            {group.emoji.length === 0 && <p class="rooms-empty">{t.none}</p>}
          </section>
        ))}
      </div>
    </div>
  );
}

/** The emoji last used in this browser, in their normal form: older versions of the page stored other forms. */
function known(characters: readonly string[]): Emoji[] {
  const all = new Map(emojiGroups.flatMap(({ emoji }) => emoji).map((one) => [one.emoji, one]));
  return [...new Set(characters.map(normalEmoji))].flatMap((character) => all.get(character) ?? []);
}

/** Keys: arrows move in the grid, Enter in the search takes the first match, Escape closes. */
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
  // In the search the horizontal arrows move the caret.
  if (step === undefined || (at < 0 && event.key !== "ArrowDown")) return;
  event.preventDefault();
  if (at + step < 0) input?.focus();
  else all[Math.min(at + step, all.length - 1)]?.focus();
}
