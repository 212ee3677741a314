import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { loadOffline } from "../../client/offline/offline_store.ts";
import { Requests } from "../../client/connection/requests.ts";
import { isLanguage, preferredLanguage } from "../../protocol/settings.ts";
import { ChatPage, type ChatPageProps } from "./chat_page.tsx";
import { roomIdOf } from "./navigation.ts";
import { setDocumentLanguage } from "./speak.ts";
import { showOnDocument } from "./use_settings.ts";
import { Skeletons } from "../parts/skeletons.tsx";
import type { PartStrings, Strings } from "../strings/language.ts";
import { loadPartStrings, loadStrings } from "../strings/load.ts";

type Shown =
  | { page: ChatPageProps; strings: Strings }
  /** `saved`: there are stored messages to show. */
  | { page: null; parts: PartStrings; saved: boolean };

/**
 * The page that the service worker answers with while there is no server: the chat page, from the data that this
 * browser has stored. It takes messages into the outbox, and once the server is back it continues from where it was.
 */
export function OfflinePage() {
  const shown = useSignal<Shown | null>(null);
  useEffect(() => {
    void read().then((found) => shown.value = found);
  }, []);
  if (shown.value === null) {
    return (
      <main class="offline-wait">
        <Skeletons />
      </main>
    );
  }
  const { page } = shown.value;
  return page === null ? <Nothing {...shown.value} /> : <ChatPage {...page} strings={shown.value.strings} />;
}

function Nothing({ parts: { offline: t }, saved }: { parts: PartStrings; saved: boolean }) {
  useEffect(reloadOnceThere, []);
  return (
    <main class="page failure">
      <div class="sheet">
        <div class="sheet-head">
          <h1>{t.title}</h1>
          <p>{saved ? t.notThis : t.nothing}</p>
        </div>
        <div class="dialog-actions join-actions">
          {saved && <a class="button button-main" href="/">{t.toChat}</a>}
          <a class={saved ? "button" : "button button-main"} href="">{t.again}</a>
        </div>
      </div>
    </main>
  );
}

const LOOK_MS = 5_000;

/** Waits for the server and then opens the address, which has not changed. Returns a function that stops it. */
function reloadOnceThere(): () => void {
  const requests = new Requests();
  const look = async () => {
    const { ok } = await requests.ask("/health", { cache: "no-store" }).catch(() => ({ ok: false }));
    if (ok) location.reload();
  };
  const timer = setInterval(look, LOOK_MS);
  addEventListener("online", look);
  return () => {
    clearInterval(timer);
    removeEventListener("online", look);
  };
}

async function read(): Promise<Shown> {
  const isChat = location.pathname === "/" || location.pathname.startsWith("/rooms");
  const saved = await loadOffline(isChat ? roomIdOf(location.pathname) : null).catch(() => null);
  const language = saved?.settings.language ?? "auto";
  const strings = await loadStrings(isLanguage(language) ? language : preferredLanguage(navigator.languages));
  setDocumentLanguage(strings);
  if (saved !== null) showOnDocument(saved.settings);
  const asked = roomIdOf(location.pathname);
  const isMine = saved !== null && (asked === null || saved.rooms.some(({ id }) => id === asked));
  // A room that the reader may not be in is left to the server: opening it here would join it.
  if (saved === null || !isChat || !isMine) {
    return { page: null, parts: await loadPartStrings(strings.language), saved: saved !== null };
  }
  if (location.pathname === "/" && saved.initial !== null) {
    history.replaceState(null, "", `/rooms/${encodeURIComponent(saved.initial.room_id)}`);
  }
  const here = roomIdOf(location.pathname);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const at = new URLSearchParams(location.search).get("at") ?? "";
  return {
    strings,
    page: {
      me: saved.me,
      rooms: [...saved.rooms],
      settings: saved.settings,
      blocked: saved.blocked,
      initial: here === null ? null : saved.initial,
      ...(here !== null && saved.initial === null ? { open: here } : {}),
      members: [],
      zone,
      at,
      now: Date.now(),
    },
  };
}
