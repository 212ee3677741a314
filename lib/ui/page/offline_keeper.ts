/**
 * Keeps the shell and the last messages in this browser, to be shown without a server. Fetched later: not needed at
 * first.
 */
import { clearOffline } from "../../client/offline/offline_database.ts";
import { saveOffline } from "../../client/offline/offline_store.ts";
import type { RoomState } from "../../client/room/room_state.ts";
import type { ChatStore } from "../../client/store.ts";

/** How often changes are stored; also when the tab is hidden. */
const SAVE_MS = 5_000;
/** After this long a page has fetched what it needs itself. */
const KEEP_PARTS_MS = 15_000;

/** Returns a function that stops it. */
export function keepOffline(store: ChatStore): () => void {
  // `deno task dev` serves no service worker.
  navigator.serviceWorker.register("/sw.js").catch(() => {});
  const keep = setTimeout(() => {
    // The reader saves data: each part is fetched only when it is needed.
    if (savesData()) return;
    void navigator.serviceWorker.ready.then(({ active }) => active?.postMessage("keep"));
  }, KEEP_PARTS_MS);
  let last = "";
  let saving = Promise.resolve();
  const save = () => {
    // Without news from the server the page has nothing newer than the stored state.
    if (store.connectionState.peek() !== "open") return;
    const states = store.rooms.sessions.all().map(({ state }) => state);
    const now = `${states.map((state) => `${state.id} ${state.lastSeq}`)} ${[...idsOf(store)]}` +
      JSON.stringify([store.settings.peek(), [...store.blocked.peek()]]);
    if (now === last) return;
    last = now;
    saving = saving.then(() => write(store, states)).catch(() => {
      last = ""; // the storage is full or forbidden: tried again
    });
  };
  const onHidden = () => document.visibilityState === "hidden" && save();
  const stopSaving = store.connectionState.subscribe((state) => {
    if (state === "signed_out") saving = saving.then(clearOffline).catch(() => {});
  });
  // Nothing is kept of rooms that the reader has left.
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
