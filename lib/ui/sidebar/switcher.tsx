import { useSignal } from "@preact/signals";
import type { Room } from "../../protocol/model.ts";
import { SearchIcon } from "../parts/icons.tsx";
import { RoomIcon, roomTitle } from "./room_link.tsx";
import type { Strings } from "../strings/language.ts";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { usePartStrings } from "../page/part_strings.ts";

const SHOWN = 9;

/** Finds a room by a few letters; Enter opens it. */
export function Switcher({ onClose, onRoom }: { onClose: () => void; onRoom: (id: string) => void }) {
  const chat = useChat();
  const { store } = chat;
  const strings = usePartStrings();
  const t = strings.switcher;
  const query = useSignal("");
  const at = useSignal(0);
  const found = rank(store.rooms.all.value, query.value, strings).slice(0, SHOWN);
  const words = query.value.trim();
  // After the rooms: an entry that searches the messages.
  const choices = found.length + (words === "" ? 0 : 1);
  const chosen = Math.min(at.value, choices - 1);
  const search = () => {
    chat.searched = words;
    chat.open({ name: "search" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) at.value = (chosen + step + choices) % Math.max(1, choices);
    else if (event.key === "Enter" && !event.isComposing) {
      const room = found[chosen];
      if (room !== undefined) onRoom(room.id);
      else if (words !== "") search();
    } else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t.title} class="switcher" bare onClose={onClose}>
      <input
        class="switcher-input"
        dir="auto"
        placeholder={strings.rooms.goTo}
        aria-label={t.title}
        role="combobox"
        aria-expanded="true"
        aria-controls="switcher-list"
        aria-activedescendant={chosen >= 0 ? `switcher-${chosen}` : undefined}
        aria-autocomplete="list"
        autocomplete="off"
        autofocus
        onInput={(event) => {
          query.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <div class="pick-list" id="switcher-list" role="listbox" aria-label={strings.rooms.title}>
        {found.map((room, index) => (
          <div
            key={room.id}
            id={`switcher-${index}`}
            class="pick"
            role="option"
            aria-selected={index === chosen}
            onPointerMove={() => at.value = index}
            onClick={() => onRoom(room.id)}
          >
            <RoomIcon room={room} />
            <span dir="auto">{roomTitle(room, strings)}</span>
            <Unread count={store.rooms.unreadIn(room)} />
          </div>
        ))}
        {found.length === 0 && <p class="rooms-empty">{t.none}</p>}
        {words !== "" && (
          <div
            id={`switcher-${found.length}`}
            class="pick"
            role="option"
            aria-selected={chosen === found.length}
            onPointerMove={() => at.value = found.length}
            onClick={search}
          >
            <SearchIcon />
            <span>{strings.search.for(words)}</span>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function Unread({ count }: { count: number }) {
  return count > 0 ? <span class="badge">{count > 99 ? "99+" : count}</span> : null;
}

/** Names that begin with the text, then those with a word that begins with it, then those that contain it. */
export function rank(rooms: readonly Room[], query: string, strings: Strings): Room[] {
  const wanted = query.trim().toLowerCase();
  const score = (room: Room) => {
    const name = `${roomTitle(room, strings)} ${room.with?.username ?? ""}`.toLowerCase();
    if (name.startsWith(wanted)) return 0;
    if (name.split(/[\s_.-]+/).some((word) => word.startsWith(wanted))) return 1;
    return name.includes(wanted) ? 2 : 3;
  };
  return rooms.map((room) => ({ room, score: score(room) })).filter(({ score }) => score < 3)
    .sort((a, b) => a.score - b.score).map(({ room }) => room);
}
