import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { joinRoom } from "../../client/room_actions.ts";
import type { Room } from "../../protocol/model.ts";
import { Notice } from "../parts/forms/field.tsx";
import { HashIcon } from "../parts/icons.tsx";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { MorePages } from "../parts/more_pages.tsx";
import { useAction } from "../parts/use_action.ts";
import { usePages } from "../parts/use_pages.ts";
import { usePartStrings } from "../page/part_strings.ts";

/** The public rooms of this server. */
export function BrowseDialog({ onClose, onRoom }: { onClose: () => void; onRoom: (id: string) => void }) {
  const chat = useChat();
  const { browse: t, people, room: { people: countPeople }, rooms: words } = usePartStrings();
  const filter = useSignal("");
  const { pages, error } = usePages<Room, string>(async (after) => {
    const { rooms, has_more } = await chat.store.api.browseRooms(after);
    return { items: rooms, next: has_more ? rooms.at(-1)?.id ?? null : null };
  });
  const rooms = pages.items.value;
  const { busy, error: refused, run } = useAction();
  const wanted = filter.value.trim().toLowerCase();
  // A match may be on a page that is not loaded yet.
  useEffect(() => {
    if (wanted !== "" && pages.hasMore.value && error === "") void pages.more();
  }, [wanted, rooms?.length, pages.busy.value]);
  const shown = rooms?.filter((room) => `${room.name} ${room.topic}`.toLowerCase().includes(wanted));
  return (
    <Dialog title={words.browse} onClose={onClose}>
      <input
        class="input"
        type="search"
        placeholder={t.filterHint}
        aria-label={t.filter}
        autofocus
        onInput={(event) => filter.value = event.currentTarget.value}
      />
      {(error || refused.value) && <Notice kind="error" message={error || refused.value?.message || ""} />}
      {shown && shown.length > 0 && (
        <ul class="pick-list">
          {shown.map((room) => (
            <li key={room.id} class="pick">
              <HashIcon />
              <div>
                <p>
                  <strong>
                    <bdi>{room.name}</bdi>
                  </strong>{" "}
                  <small>{countPeople(room.members)}</small>
                </p>
                {room.topic && (
                  <p>
                    <small dir="auto">{room.topic}</small>
                  </p>
                )}
              </div>
              <button
                type="button"
                class={room.role === null ? "button button-main" : "button"}
                disabled={busy.value}
                aria-label={room.role === null ? t.joinRoom(room.name) : t.openRoom(room.name)}
                onClick={() =>
                  run(async () => {
                    if (room.role === null) await joinRoom(chat.store, room.id);
                    onRoom(room.id);
                  })}
              >
                {room.role === null ? t.join : t.open}
              </button>
            </li>
          ))}
        </ul>
      )}
      {shown?.length === 0 && !pages.hasMore.value && (
        <p class="rooms-empty">
          {wanted === "" ? t.none : t.noneMatch}{" "}
          <button type="button" class="link-button" onClick={() => chat.open({ name: "create" })}>{t.create}</button>
        </p>
      )}
      <MorePages pages={pages} label={people.more} class="button button-quiet" />
    </Dialog>
  );
}
