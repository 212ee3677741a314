import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Room } from "../../model.ts";
import { Notice } from "../field.tsx";
import { HashIcon } from "../icons.tsx";
import { useChat } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { useAction } from "./use_action.ts";

/** The public rooms of this server. */
export function BrowseDialog({ onClose, onRoom }: { onClose: () => void; onRoom: (id: string) => void }) {
  const chat = useChat();
  const rooms = useSignal<Room[] | null>(null);
  const hasMore = useSignal(false);
  const filter = useSignal("");
  const { busy, error, run } = useAction();
  const load = () =>
    run(async () => {
      const page = await chat.store.browseRooms(rooms.peek()?.at(-1)?.id);
      rooms.value = [...rooms.peek() ?? [], ...page.rooms];
      hasMore.value = page.has_more;
    });
  useEffect(() => void load(), []);
  const wanted = filter.value.trim().toLowerCase();
  // a name that is looked for may be on a page that is not loaded yet
  useEffect(() => {
    if (wanted !== "" && hasMore.value && !busy.value && error.value === null) void load();
  }, [wanted, rooms.value?.length, busy.value]);
  const shown = rooms.value?.filter((room) => `${room.name} ${room.topic}`.toLowerCase().includes(wanted));
  return (
    <Dialog title="Browse rooms" onClose={onClose}>
      <input
        class="input"
        type="search"
        placeholder="Filter by name or topic"
        aria-label="Filter rooms"
        autofocus
        onInput={(event) => filter.value = event.currentTarget.value}
      />
      {error.value && <Notice kind="error" message={error.value.message} />}
      {shown && shown.length > 0 && (
        <ul class="pick-list">
          {shown.map((room) => (
            <li key={room.id} class="pick">
              <HashIcon />
              <div>
                <p>
                  <strong>{room.name}</strong>{" "}
                  <small>{room.members === 1 ? "1 person" : `${room.members} people`}</small>
                </p>
                {room.topic && (
                  <p>
                    <small>{room.topic}</small>
                  </p>
                )}
              </div>
              <button
                type="button"
                class={room.role === null ? "button button-main" : "button"}
                disabled={busy.value}
                aria-label={`${room.role === null ? "Join" : "Open"} ${room.name}`}
                onClick={() =>
                  run(async () => {
                    if (room.role === null) await chat.store.joinRoom(room.id);
                    onRoom(room.id);
                  })}
              >
                {room.role === null ? "Join" : "Open"}
              </button>
            </li>
          ))}
        </ul>
      )}
      {shown?.length === 0 && !hasMore.value && (
        <p class="rooms-empty">
          No public room {wanted === "" ? "yet" : "matches"}.{" "}
          <button type="button" class="link-button" onClick={() => chat.open({ name: "create" })}>Create one</button>
        </p>
      )}
      {hasMore.value && <button type="button" class="button button-quiet" onClick={load}>Show more</button>}
    </Dialog>
  );
}
