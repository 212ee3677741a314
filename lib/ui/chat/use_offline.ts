import { useEffect } from "preact/hooks";
import type { ChatStore } from "../../client/store.ts";

/** How often what changed is written down; once more when the tab is hidden. */
const SAVE_MS = 5_000;

/** Keeps the shell and the last messages in this browser, for when there is no server. Only where the page is safe (https). */
export function useOffline(store: ChatStore): void {
  useEffect(() => {
    if (navigator.serviceWorker === undefined) return;
    // the builder that reloads on each change serves none
    navigator.serviceWorker.register("/sw.js").catch(() => {});
    let last = "";
    let saving = Promise.resolve();
    const save = () => {
      // what was not heard from the server is not newer than what is held
      if (store.connectionState.peek() !== "open") return;
      const states = store.openRooms();
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
      if (state === "signed_out") saving = saving.then(clear).catch(() => {});
    });
    // of a room that I am not in any more nothing stays
    let mine = idsOf(store);
    const stopRooms = store.rooms.subscribe(() => {
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
      document.removeEventListener("visibilitychange", onHidden);
    };
  }, []);
}

function idsOf(store: ChatStore): Set<string> {
  return new Set(store.rooms.peek().map(({ id }) => id));
}

async function write(store: ChatStore, states: ReturnType<ChatStore["openRooms"]>): Promise<void> {
  const { saveOffline } = await import("../../client/offline_store.ts");
  if (store.connectionState.peek() !== "open") return;
  await saveOffline({
    me: store.me.peek(),
    rooms: store.rooms.peek(),
    settings: store.settings.peek(),
    blocked: [...store.blocked.peek()],
  }, states);
}

async function clear(): Promise<void> {
  await (await import("../../client/offline_store.ts")).clearOffline();
}
