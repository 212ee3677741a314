import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { loadOffline } from "../../client/offline/offline_store.ts";
import { Requests } from "../../client/connection/requests.ts";
import { isLanguage, preferredLanguage } from "../../protocol/settings.ts";
import { ChatPage, type ChatPageProps } from "./chat_page.tsx";
import { roomIdOf } from "./navigation.ts";
import { showOnDocument } from "./use_settings.ts";
import { Skeletons } from "../parts/skeletons.tsx";
import type { Strings } from "../strings/en.ts";
import type { PartStrings } from "../strings/en_parts.ts";
import { loadPartStrings, loadStrings } from "../strings/load.ts";

type Shown =
  | { page: ChatPageProps; strings: Strings }
  /** `held`: there is a conversation to go back to. */
  | { page: null; parts: PartStrings; held: boolean };

/**
 * What the service worker answers with while there is no server: the chat page, from what this browser holds. It is the
 * same page: it takes sends into the outbox, and once the server is back it goes on from where it was.
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

function Nothing({ parts: { offline: t }, held }: { parts: PartStrings; held: boolean }) {
  useEffect(reloadOnceThere, []);
  return (
    <main class="page failure">
      <div class="sheet">
        <div class="sheet-head">
          <h1>{t.title}</h1>
          <p>{held ? t.notThis : t.nothing}</p>
        </div>
        <div class="dialog-actions join-actions">
          {held && <a class="button button-main" href="/">{t.toChat}</a>}
          <a class={held ? "button" : "button button-main"} href="">{t.again}</a>
        </div>
      </div>
    </main>
  );
}

const LOOK_MS = 5_000;

/** The address stays: it opens by itself when the server is back. Returns the undo. */
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
  const held = await loadOffline(isChat ? roomIdOf(location.pathname) : null).catch(() => null);
  const language = held?.settings.language ?? "auto";
  const strings = await loadStrings(isLanguage(language) ? language : preferredLanguage(navigator.languages));
  document.documentElement.lang = strings.locale;
  if (held !== null) showOnDocument(held.settings);
  const asked = roomIdOf(location.pathname);
  const isMine = held !== null && (asked === null || held.rooms.some(({ id }) => id === asked));
  // a room that I may not be in is the server's to show: opening it would join it
  if (held === null || !isChat || !isMine) {
    return { page: null, parts: await loadPartStrings(strings.language), held: held !== null };
  }
  if (location.pathname === "/" && held.initial !== null) {
    history.replaceState(null, "", `/rooms/${encodeURIComponent(held.initial.room_id)}`);
  }
  const here = roomIdOf(location.pathname);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const at = new URLSearchParams(location.search).get("at") ?? "";
  return {
    strings,
    page: {
      me: held.me,
      rooms: [...held.rooms],
      settings: held.settings,
      blocked: held.blocked,
      initial: here === null ? null : held.initial,
      ...(here !== null && held.initial === null ? { open: here } : {}),
      members: [],
      advice: false,
      zone,
      at,
      now: Date.now(),
    },
  };
}
