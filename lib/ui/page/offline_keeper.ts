/** Keeps the shell and the last messages in this browser, for when there is no server: a part that no page needs at first. */
import { clearOffline } from "../../client/offline/offline_database.ts";
import { saveOffline } from "../../client/offline/offline_store.ts";
import type { RoomState } from "../../client/room/room_state.ts";
import type { ChatStore } from "../../client/store.ts";

/** How often what changed is written down; once more when the tab is hidden. */
const SAVE_MS = 5_000;
/** A page that is open for so long has fetched what it needs itself. */
const KEEP_PARTS_MS = 15_000;

/** Returns the undo. */
export function keepOffline(store: ChatStore): () => void {
  // the builder that reloads on each change serves none
  navigator.serviceWorker.register("/sw.js").catch(() => {});
  const keep = setTimeout(() => {
    // the reader pays for what comes, and gets each part when it is wanted
    if (savesData()) return;
    void navigator.serviceWorker.ready.then(({ active }) => active?.postMessage("keep"));
  }, KEEP_PARTS_MS);
  let last = "";
  let saving = Promise.resolve();
  const save = () => {
    // what was not heard from the server is not newer than what is held
    if (store.connectionState.peek() !== "open") return;
    const states = store.rooms.sessions.all().map(({ state }) => state);
    const now = `${states.map((state) => `${state.id} ${state.lastSeq}`)} ${[...idsOf(store)]}` +
      JSON.stringify([store.settings.peek(), [...store.blocked.peek()]]);
    if (now === last) return;
    last = now;
    saving = saving.then(() => write(store, states)).catch(() => {
      last = ""; // full, or forbidden: tried again
    });
  };
  const onHidden = () => document.visibilityState === "hidden" && save();
  const stopSaving = store.connectionState.subscribe((state) => {
    if (state === "signed_out") saving = saving.then(clearOffline).catch(() => {});
  });
  // of a room that I am not in any more nothing stays
  let mine = idsOf(store);
  const stopRooms = store.rooms.all.subscribe(() => {
    const before = mine;
    mine = idsOf(store);
    for (const id of before) if (!mine.has(id)) return save();
  });
  const timer = setInterval(save, SAVE_MS);
  document.addEventListener("visibilitychange", onHidden);
  return () => {
    stopSaving();
    stopRooms();
    clearInterval(timer);
    clearTimeout(keep);
    document.removeEventListener("visibilitychange", onHidden);
  };
}

function savesData(): boolean {
  const connection: unknown = "connection" in navigator ? navigator.connection : null;
  return typeof connection === "object" && connection !== null && "saveData" in connection &&
    connection.saveData === true;
}

function idsOf(store: ChatStore): Set<string> {
  return new Set(store.rooms.all.peek().map(({ id }) => id));
}

async function write(store: ChatStore, states: readonly RoomState[]): Promise<void> {
  if (store.connectionState.peek() !== "open") return;
  await saveOffline({
    me: store.me.peek(),
    rooms: store.rooms.all.peek(),
    settings: store.settings.peek(),
    blocked: [...store.blocked.peek()],
  }, states);
}
