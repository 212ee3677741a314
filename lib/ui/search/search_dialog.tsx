import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { SearchResult } from "../../client/connection/api.ts";
import type { Room } from "../../protocol/model.ts";
import { Notice } from "../parts/forms/field.tsx";
import { IconButton } from "../parts/icon_button.tsx";
import { CloseIcon, SearchIcon } from "../parts/icons.tsx";
import { roomTitle } from "../sidebar/room_link.tsx";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { isPlainClick } from "../page/navigation.ts";
import { MorePages } from "../parts/more_pages.tsx";
import { SearchHelp } from "./search_help.tsx";
import { FILTERS, type Hint, hintsFor, roomFilter } from "./search_hints.ts";
import { SearchResultView } from "./search_result.tsx";
import { useSearch } from "./use_search.ts";
import { usePartStrings } from "../page/part_strings.ts";

interface SearchDialogProps {
  /** The room in which it was opened. */
  room: Room | null;
  onClose: () => void;
  onMessage: (roomId: string, messageId: string) => void;
}

/** Search with words and filters in one field. Arrows move through the results, Enter opens one. */
export function SearchDialog({ room, onClose, onMessage }: SearchDialogProps) {
  const chat = useChat();
  const strings = usePartStrings();
  const t = strings.search;
  const input = useRef<HTMLInputElement>(null);
  const text = useSignal(chat.searched);
  const at = useSignal(0);
  const me = chat.store.me.value;
  const people = [me, ...chat.members.filter(({ id }) => id !== me.id)];
  const hints = hintsFor(text.value, { people, rooms: chat.store.rooms.all.value });
  const { pages, error } = useSearch(text.value, hints.length === 0 && !/\w:$/.test(text.value));
  const results = text.value.trim() === "" ? null : pages.items.value;
  const choices: readonly (Hint | SearchResult)[] = hints.length > 0 ? hints : results ?? [];
  const chosen = Math.min(at.value, choices.length - 1);

  useEffect(() => input.current?.select(), []);
  useEffect(() => {
    document.getElementById(`found-${chosen}`)?.scrollIntoView({ block: "nearest" });
    if (chosen > 0 && chosen === choices.length - 1 && hints.length === 0) void pages.more();
  }, [chosen]);

  const set = (next: string) => {
    chat.searched = text.value = next;
    at.value = 0;
    input.current?.focus();
  };
  const go = ({ message }: SearchResult) => onMessage(message.room_id, message.id);
  const choose = (choice: Hint | SearchResult | undefined) => {
    if (choice === undefined) return;
    if ("message" in choice) go(choice);
    else set(choice.text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) at.value = (chosen + step + choices.length) % Math.max(1, choices.length);
    else if (event.key === "Enter" && !event.isComposing) choose(choices[chosen]);
    else if (event.key === "Tab" && !event.shiftKey && hints.length > 0) choose(hints[chosen]);
    else return;
    event.preventDefault();
  };
  const add = (filter: string) => set(`${text.value}${/(^|\s)$/.test(text.value) ? "" : " "}${filter}`);
  return (
    <Dialog title={t.title} class="search" bare onClose={onClose}>
      <div class="search-head">
        <SearchIcon />
        <input
          ref={input}
          class="switcher-input"
          placeholder={t.field}
          aria-label={t.title}
          role="combobox"
          aria-expanded={choices.length > 0}
          aria-controls="search-list"
          aria-activedescendant={chosen >= 0 ? `found-${chosen}` : undefined}
          aria-autocomplete="list"
          autocomplete="off"
          enterkeyhint="search"
          maxLength={300}
          autofocus
          value={text.value}
          onInput={(event) => {
            chat.searched = text.value = event.currentTarget.value;
            at.value = 0;
          }}
          onKeyDown={onKeyDown}
        />
        <IconButton label={strings.dialog.close} icon={<CloseIcon />} onClick={onClose} />
      </div>
      <div class="search-filters" role="group" aria-label={t.filters}>
        {room !== null && room.kind !== "direct" && (
          <button
            type="button"
            class="chip"
            onClick={() => add(`in:${roomFilter(room.name)} `)}
          >
            in: {t.here}
          </button>
        )}
        {FILTERS.map((filter) => (
          <button key={filter} type="button" class="chip" onClick={() => add(filter)}>{filter}</button>
        ))}
      </div>
      <div class="search-body">
        {error !== "" && text.value.trim() !== "" && <Notice kind="error" message={error} />}
        <p class="search-status" role="status">{status()}</p>
        <div id="search-list" role="listbox" aria-label={t.title}>
          {hints.length > 0 && hints.map((hint, index) => (
            <div
              key={hint.text}
              id={`found-${index}`}
              class="pick"
              role="option"
              aria-selected={index === chosen}
              onPointerMove={() => at.value = index}
              onClick={() => choose(hint)}
            >
              <span class="search-value">{hint.value}</span>
              <small>{hint.about}</small>
            </div>
          ))}
          {hints.length === 0 && results?.map((result, index) => (
            <SearchResultView
              key={`${result.message.room_id} ${result.message.id}`}
              id={`found-${index}`}
              result={result}
              room={titleOf(result.message.room_id)}
              chosen={index === chosen}
              onPoint={() => at.value = index}
              onOpen={(event) => {
                if (!isPlainClick(event)) return;
                event.preventDefault();
                go(result);
              }}
            />
          ))}
        </div>
        {hints.length === 0 && results !== null && (
          <MorePages pages={pages} label={t.more} class="button button-quiet" />
        )}
        {hints.length === 0 && results === null && error === "" && <SearchHelp room={room} onPick={set} />}
      </div>
    </Dialog>
  );

  function titleOf(id: string): string {
    const found = chat.store.rooms.all.value.find((one) => one.id === id);
    return found === undefined ? "" : roomTitle(found, strings);
  }

  function status() {
    if (hints.length > 0 || text.value.trim() === "") return "";
    if (pages.busy.value && results === null) return t.busy;
    const page = pages.last.value;
    if (results === null || page === null || error !== "") return "";
    return [
      results.length === 0 ? `${t.none} ${t.noneHint}` : t.found(results.length, page.next !== null),
      page.truncated ? t.truncated : "",
      page.behind > 0 ? t.behind : "",
    ].filter((one) => one !== "").join(" ");
  }
}
