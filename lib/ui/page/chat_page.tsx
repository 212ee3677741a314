import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { IS_BROWSER } from "fresh/runtime";
import type { RoomSnapshot } from "../../client/room/room_state.ts";
import { tabStorage } from "../../client/connection/environment.ts";
import { ChatStore } from "../../client/store.ts";
import type { Member, Room, User } from "../../protocol/model.ts";
import type { Settings } from "../../protocol/settings.ts";
import { writingPart } from "../composer/composer.tsx";
import { ConnectionBanner } from "./connection_banner.tsx";
import { ChatContext, ChatView, useChat } from "./context.ts";
import { DialogHost } from "./dialog_host.tsx";
import { useOffline } from "./use_offline.ts";
import { useSettings } from "./use_settings.ts";
import { useNavigation, useShortcuts } from "./navigation.ts";
import { People } from "../people/people.tsx";
import { messageActions } from "../timeline/message_row.tsx";
import { RoomPane } from "../room/room_pane.tsx";
import { Toast } from "../parts/toast.tsx";
import { roomTitle } from "../sidebar/room_link.tsx";
import { RoomsPane } from "../sidebar/rooms_pane.tsx";
import { ReaderContext } from "../strings/context.ts";
import type { Strings } from "../strings/language.ts";
import "../strings/plural.ts"; // every table of texts needs it: with the page it is no chunk of its own
import { isolate } from "../../protocol/text/bidi.ts";

/** The data that the server gives the page. */
export interface ChatPageProps {
  me: User & { admin: boolean };
  rooms: Room[];
  initial: (RoomSnapshot & { room_id: string }) | null;
  /** A room to open whose data is not in `initial`. */
  open?: string;
  members: Member[];
  settings: Settings;
  /** The ids of the people whom the reader has blocked. */
  blocked: string[];
  zone: string;
  /** The message to open the room at; it is not in `initial` unless it is recent. */
  at?: string;
  /** Whether the reader closed the list of people. */
  people_closed?: boolean;
  /** Whether to suggest recovery codes. */
  advice?: boolean;
  /** The server's name. */
  server?: string;
  may_invite?: boolean;
  /** Whether the first steps are shown. */
  checklist?: boolean;
  /** The server's time in ms since the epoch, so that server and browser render the same days. */
  now: number;
}

const LATER_MS = 500;

/** The chat page. The server renders it first; in the browser it is hydrated in place. */
export function ChatPage(props: ChatPageProps & { strings: Strings }) {
  const view = useMemo(() => {
    const { me, rooms, initial, settings, blocked } = props;
    const store: ChatStore = new ChatStore({
      onLost: (name, why) =>
        view.attempt(
          view.tell(({ room }) => why === "room_deleted" ? room.wasDeleted(name) : room.wasRemoved(name)),
        ),
      // The session belongs to another account now: load that account's page.
      onOtherAccount: () => location.reload(),
      me,
      rooms,
      settings,
      blocked,
      loadApi: () => import("../../client/connection/api.ts"),
      loadFiles: () => import("../composer/writing.ts"),
      ...(initial === null ? {} : { initial }),
      ...(IS_BROWSER ? { session: tabStorage() } : { storage: null }),
    });
    if (props.open !== undefined) store.rooms.open(props.open);
    const view: ChatView = new ChatView(store, props.strings, props.zone, props.now, props.at ?? "");
    if (props.people_closed) view.people.value = "closed";
    view.mayInvite = !!props.may_invite;
    if (props.checklist) view.checklist.value = "place";
    return view;
  }, []);
  const { store } = view;
  const strings = view.strings.value;
  const { time_format } = store.settings.value;
  const reader = useMemo(() => ({ strings, time_format }), [strings, time_format]);
  const screen = useSignal<"rooms" | "room">(
    props.initial === null && props.open === undefined ? "rooms" : "room",
  );
  useEffect(() => store.start(), []);
  useEffect(() => adoptZone(view), []);
  const navigation = useNavigation(view, screen);
  useShortcuts(view, navigation);
  useTitle(view);
  useSettings(view);
  useOnceOpen(store, () => {
    if (props.checklist) view.checklist.value = "shown";
    return startLater(view, navigation.open);
  });
  useOffline(store);

  const room = store.rooms.activeInfo.value;
  const roomId = room?.id;
  useEffect(() => {
    document.querySelector(".room-link[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [roomId]);
  return (
    <ReaderContext.Provider value={reader}>
      <ChatContext.Provider value={view}>
        <a class="skip-link" href="#room">{strings.timeline.skip}</a>
        <div
          class="chat"
          data-screen={screen.value}
          data-people={room === null ? "closed" : view.people.value}
          data-connection={store.connectionState.value}
        >
          <Rooms isScreen={screen.value === "rooms"} follow={navigation.follow} {...props} />
          <RoomPane onBack={navigation.back} />
          {room !== null && (
            <People key={room.id} room={room} initial={room.id === props.initial?.room_id ? props.members : []} />
          )}
        </div>
        <div class="hidden-text" aria-live="polite">{view.announcement.value}</div>
        <DialogHost onRoom={navigation.open} />
        <Toast />
      </ChatContext.Provider>
    </ReaderContext.Provider>
  );
}

interface RoomsProps extends Pick<ChatPageProps, "server" | "advice"> {
  isScreen: boolean;
  follow: (id: string, event: MouseEvent) => void;
}

/** A component of its own, because it renders with each message and nothing else needs to. */
function Rooms(
  { isScreen, follow, server, advice }: RoomsProps,
) {
  const view = useChat();
  const { store } = view;
  const current = store.rooms.activeInfo.value?.id ?? null;
  return (
    <RoomsPane
      rooms={store.rooms.all.value}
      current={current}
      me={store.me.value}
      online={store.online.value}
      unreadOf={(target) =>
        store.rooms.sight.room.value === target.id && !store.rooms.isKeptUnread(target.id)
          ? 0
          : store.rooms.unreadIn(target)}
      onOpen={(target, event) => follow(target.id, event)}
      onSwitch={() => view.open({ name: "switch" })}
      onCreate={() => view.open({ name: "create" })}
      onBrowse={() => view.open({ name: "browse" })}
      onMessage={() => view.open({ name: "message" })}
      onMentions={() => view.open({ name: "mentions" })}
      onBookmarks={() => view.open({ name: "bookmarks" })}
      unsent={store.unsent.value.length}
      onUnsent={() => view.open({ name: "unsent" })}
      // on a phone, where the room and its banner are not shown meanwhile
      banner={isScreen && <ConnectionBanner class="only-narrow" />}
      server={server}
      hint={advice}
      onInvite={view.mayInvite && (() => view.open({ name: "invite" }))}
    />
  );
}

/** Runs the function once the page has first heard the server; undoes it when the page goes. */
function useOnceOpen(store: ChatStore, run: () => () => void): void {
  const opened = useSignal(false);
  if (store.connectionState.value === "open") opened.value = true;
  useEffect(() => opened.value ? run() : undefined, [opened.value]);
}

/** Starts the parts that are not needed at first and would delay the first display of messages. */
function startLater(view: ChatView, open: (roomId: string, messageId: string) => void): () => void {
  let stop = () => {};
  let gone = false;
  const timer = setTimeout(() => {
    // Prefetches what pointing at a message, or writing one, will need. If that fails now, it is fetched then.
    messageActions.load(view).catch(() => {});
    writingPart.load(view).catch(() => {});
    import("./later.ts").then((later) => {
      if (!gone) stop = later.startLater(view, open);
    }, () => {}); // the badges in the room list remain
  }, LATER_MS);
  return () => {
    clearTimeout(timer);
    gone = true;
    stop();
  };
}

/**
 * The server renders in the time zone that it last got from the browser; this sends the present one for the next time.
 */
function adoptZone(view: ChatView): () => void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  view.zone.value = zone;
  document.cookie = `zone=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax`;
  const tick = () => view.now.value = Date.now();
  tick();
  const timer = setInterval(tick, 60_000);
  return () => clearInterval(timer);
}

function useTitle({ store, strings }: ChatView): void {
  useSignalEffect(() => {
    const room = store.rooms.activeInfo.value;
    const unread = store.rooms.unread.value;
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (icon !== null) icon.href = unread > 0 ? "/favicon-unread.svg" : "/favicon.svg";
    document.title = `${unread > 0 ? `(${unread > 99 ? "99+" : unread}) ` : ""}${
      room === null ? strings.value.rooms.title : isolate(roomTitle(room, strings.value))
    } · ${document.querySelector<HTMLMetaElement>("[name=application-name]")?.content}`;
  });
}
