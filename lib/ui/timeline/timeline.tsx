import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Entry } from "../../client/room/entries.ts";
import { dayLabel, groupRows, type Row } from "../../client/room/grouping.ts";
import type { RoomSession } from "../../client/room/room_session.ts";
import type { RoomState } from "../../client/room/room_state.ts";
import type { Room } from "../../protocol/model.ts";
import { isolated } from "../../protocol/text/bidi.ts";
import { plainTextOf } from "../../protocol/text/plain_text.ts";
import { fileNames } from "../message/files.tsx";
import { ArrowDownIcon } from "../parts/icons.tsx";
import { RoomBeginning } from "./room_beginning.tsx";
import { Skeletons } from "../parts/skeletons.tsx";
import { type ChatView, useChat } from "../page/context.ts";
import { type ScrolledPage, Scroller } from "./scroller.ts";
import { type DayGroup, StillRow } from "./timeline_row.tsx";
import { useStrings } from "../strings/context.ts";

/** The room's log as people read it. The box is reversed (its scroll position starts at the end), see timeline.css. */
export function Timeline({ session }: { session: RoomSession }) {
  const { state } = session;
  const chat = useChat();
  const strings = useStrings();
  const box = useRef<HTMLDivElement>(null);
  const highlighted = useSignal("");
  const scroller = useMemo(() => new Scroller(session, pageOf(chat), chat.at !== ""), [state]);
  const days = useComputed(() =>
    byDay(groupRows(state.entries.value, {
      timeZone: chat.zone.value,
      me: chat.store.me.value.id,
      divider: state.divider.value,
      blocked: chat.store.blocked.value,
    }))
  );
  const room = chat.store.rooms.activeInfo.value;
  scroller.beforeChange();
  useLayoutEffect(() => scroller.attach(box.current), [scroller]);
  useLayoutEffect(() => scroller.afterChange());
  useEffect(() => {
    chat.timeline = handleOf(chat, session, scroller, box, (id) => {
      highlighted.value = "";
      requestAnimationFrame(() => highlighted.value = id);
    });
    return () => chat.timeline = null;
  }, [state]);
  // The message that the address names, once the timeline is here.
  const ready = state.ready.value;
  useEffect(() => {
    if (!ready || chat.at === "") return;
    chat.timeline?.toMessage(chat.at);
    chat.at = "";
  }, [ready, state]);
  useAnnouncements(chat, state);

  const lastKey = lastMessageKey(days.value);
  return (
    <div class="timeline-wrap">
      <div
        class="timeline"
        ref={box}
        role="log"
        aria-live="off"
        aria-label={strings.timeline.title}
        tabIndex={0}
        onKeyDown={(event) => onKey(event, chat)}
        onPointerLeave={() => chat.active.value?.menu === "" && (chat.active.value = null)}
      >
        <div class="timeline-list">
          <Top state={state} room={room} />
          {!state.ready.value && <Skeletons />}
          {days.value.map((group) => (
            <section key={group.key}>
              <div class="day">
                <span>{dayLabel(group.day, chat.now.value, chat.zone.value, strings)}</span>
              </div>
              {group.rows.map((row) => (
                <StillRow key={row.key} row={row} tabbable={row.key === lastKey} highlighted={highlighted.value} />
              ))}
            </section>
          ))}
        </div>
      </div>
      <Jump state={state} scroller={scroller} />
    </div>
  );
}

function pageOf({ store }: ChatView): ScrolledPage {
  return { sight: store.rooms.sight, connectionState: store.connectionState };
}

function Top({ state, room }: { state: RoomState; room: Room | null }) {
  const t = useStrings().timeline;
  if (!state.ready.value) return null;
  if (state.hasMore.value) {
    // Without scripts the link opens a page of its own. With scripts, scrolling to it is enough.
    return (
      <p class="older">
        {state.pages.loading.value === "older"
          ? t.loadingOlder
          : <a href={`/rooms/${state.id}?before=${state.firstShownSeq}`} data-older>{t.older}</a>}
      </p>
    );
  }
  return room && <RoomBeginning room={room} />;
}

function Jump({ state, scroller }: { state: RoomState; scroller: Scroller }) {
  const t = useStrings().timeline;
  const chat = useChat();
  const count = state.newCount.value;
  // Hidden while a message's menu is open, which it would cover.
  const menu = useComputed(() => (chat.active.value?.menu ?? "") !== "");
  if ((!scroller.away.value && !state.hasNewer.value) || menu.value) return null;
  return (
    <div class="jump">
      <button type="button" data-new={count > 0 ? "" : undefined} onClick={() => scroller.toLatest()}>
        <ArrowDownIcon />
        {count > 0 ? t.countNew(count) : t.jump}
      </button>
    </div>
  );
}

function byDay(rows: readonly Row<Entry>[]): DayGroup[] {
  const groups: DayGroup[] = [];
  const seen = new Map<string, number>();
  for (const row of rows) {
    if (row.type === "day") {
      // A day appears once, unless a clock went back. The key does not name the day's first entry, so that older
      // entries can be added.
      const times = (seen.get(row.day) ?? 0) + 1;
      seen.set(row.day, times);
      groups.push({ key: `${row.day} ${times}`, day: row.day, rows: [] });
    } else groups.at(-1)?.rows.push(row);
  }
  return groups;
}

function lastMessageKey(days: readonly DayGroup[]): string {
  for (const group of days.toReversed()) {
    const row = group.rows.findLast((row) => row.type === "message");
    if (row !== undefined) return row.key;
  }
  return "";
}

function handleOf(
  chat: ChatView,
  session: RoomSession,
  scroller: Scroller,
  box: { current: HTMLElement | null },
  highlight: (id: string) => void,
) {
  return {
    toLatest: () => scroller.toLatest(),
    toMessage(id: string) {
      const seq = Number.parseInt(id);
      chat.attempt(
        session.loadAround(seq).then((arrived) => {
          if (!arrived) return;
          if (session.state.find(id) === undefined) {
            scroller.release();
            chat.store.notice.value = chat.strings.peek().timeline.gone;
            return;
          }
          chat.revealed.value = id;
          requestAnimationFrame(() => {
            scroller.centre(id);
            highlight(id);
          });
        }).catch((error: unknown) => {
          scroller.release();
          throw error;
        }),
      );
    },
    focusLast() {
      const all = box.current?.querySelectorAll<HTMLElement>(".message");
      all?.[all.length - 1]?.focus();
    },
  };
}

/** Announces only new messages of others: no history, no edits. */
function useAnnouncements(chat: ChatView, state: RoomState): void {
  const last = useRef(Infinity);
  useEffect(() => {
    last.current = state.lastSeq;
  }, [state]);
  useSignalEffect(() => {
    const fresh = state.entries.value.filter((entry) =>
      entry.seq > last.current && entry.seq !== Infinity && entry.type === "chat_message" &&
      entry.user_id !== chat.store.me.peek().id && !chat.store.blocked.peek().has(entry.user_id)
    );
    if (fresh.length === 0) return;
    last.current = Math.max(...fresh.map((entry) => entry.seq));
    // On a phone the list of rooms may be shown instead.
    if (chat.store.rooms.sight.room.peek() !== state.id) return;
    chat.announcement.value = fresh.slice(-3).map((entry) =>
      entry.type === "chat_message"
        ? isolated`${entry.view.peek().display_name}: ${
          plainTextOf(entry.view.peek().content, 400) || fileNames(entry.view.peek().files)
        }`
        : ""
    ).join("\n").slice(0, 500);
  });
}

/** Keys: arrows move between messages, Escape returns to the composer. */
function onKey(event: KeyboardEvent, chat: ChatView): void {
  if (event.key === "Escape") {
    // The tip of a reaction closes first: see useShortcuts.
    if (chat.who.peek() !== null) return;
    event.preventDefault();
    chat.active.value = null;
    chat.focusComposer();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const here = document.activeElement?.closest<HTMLElement>(".message");
  if (here === null || here === undefined) return;
  const all = [...here.closest(".timeline-list")?.querySelectorAll<HTMLElement>(".message") ?? []];
  const next = all[all.indexOf(here) + step];
  event.preventDefault();
  if (next !== undefined) next.focus();
  else if (step > 0) chat.focusComposer();
}
