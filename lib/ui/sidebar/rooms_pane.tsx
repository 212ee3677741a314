import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { Room, User } from "../../protocol/model.ts";
import { Avatar } from "../parts/avatar.tsx";
import { IconButton } from "../parts/icon_button.tsx";
import { IconLink } from "../parts/icon_link.tsx";
import {
  AlertIcon,
  AtIcon,
  BookmarkIcon,
  CompassIcon,
  NewMessageIcon,
  PlusIcon,
  SearchIcon,
  SettingsIcon,
  UserPlusIcon,
} from "../parts/icons.tsx";
import { RoomLink } from "./room_link.tsx";
import { useStrings } from "../strings/context.ts";

interface RoomsPaneProps {
  rooms: readonly Room[];
  current: string | null;
  me: User;
  /** Whether the server can be heard. */
  online: boolean;
  unreadOf: (room: Room) => number;
  onOpen?: (room: Room, event: MouseEvent) => void;
  onSwitch?: () => void;
  onCreate?: () => void;
  onBrowse?: () => void;
  onMessage?: () => void;
  onMentions?: () => void;
  onBookmarks?: () => void;
  /** Own messages that were refused in other rooms. */
  unsent?: number;
  onUnsent?: () => void;
  /** Shown below the head. */
  banner?: ComponentChildren;
  /** The server's name. */
  server?: string | undefined;
  /** Whether the settings have something to suggest. */
  hint?: boolean | undefined;
  onInvite?: false | (() => void);
}

/** The list of rooms: the first screen on a phone, the left pane elsewhere. */
export function RoomsPane(props: RoomsPaneProps) {
  const { rooms, me, online } = props;
  const { rooms: t, locale, mentions: { title: mentionsTitle }, bookmarks: { title: bookmarksTitle } } = useStrings();
  // "project 9" before "project 10"
  const byName = useMemo(() => new Intl.Collator(locale, { numeric: true }), [locale]);
  const shared = rooms.filter((room) => room.kind !== "direct").sort((a, b) => byName.compare(a.name, b.name));
  const direct = rooms.filter((room) => room.kind === "direct")
    .sort((a, b) => b.active_at.localeCompare(a.active_at));
  return (
    <nav class="pane-rooms" aria-label={t.title}>
      <div class="rooms-head">
        <a class="wordmark" href="/rooms">{props.server ?? "Parley"}</a>
        <IconButton label={t.browse} icon={<CompassIcon />} onClick={props.onBrowse} />
        <IconButton label={t.create} icon={<PlusIcon />} onClick={props.onCreate} />
      </div>
      {props.banner}
      <button
        type="button"
        class="rooms-search only-live"
        onClick={props.onSwitch}
        aria-keyshortcuts="Control+K Meta+K"
      >
        <SearchIcon />
        {t.goTo}
        <kbd class="only-wide" aria-hidden="true">Ctrl K</kbd>
      </button>
      <div class="rooms-scroll">
        <ul class="only-live">
          <li>
            <button type="button" class="room-link" onClick={props.onMentions}>
              <AtIcon />
              <span class="room-name">{mentionsTitle}</span>
            </button>
          </li>
          <li>
            <button type="button" class="room-link" onClick={props.onBookmarks}>
              <BookmarkIcon />
              <span class="room-name">{bookmarksTitle}</span>
            </button>
          </li>
        </ul>
        <div class="rooms-section">
          <h2>{t.title}</h2>
        </div>
        <Links {...props} rooms={shared} />
        {shared.length === 0 && <p class="rooms-empty">{t.none}</p>}
        <div class="rooms-section">
          <h2>{t.direct}</h2>
          <IconButton label={t.newDirect} icon={<NewMessageIcon />} onClick={props.onMessage} />
        </div>
        <Links {...props} rooms={direct} />
        {direct.length === 0 && <p class="rooms-empty">{t.noDirect}</p>}
        {props.onInvite && (
          <button type="button" class="room-link only-live" onClick={props.onInvite}>
            <UserPlusIcon />
            <span class="room-name">{t.invite}</span>
          </button>
        )}
      </div>
      {!!props.unsent && (
        <button type="button" class="rooms-unsent" onClick={props.onUnsent}>
          <AlertIcon />
          {t.unsent(props.unsent)}
        </button>
      )}
      <div class="self">
        <Avatar user={me} online={online} />
        <div class="self-names">
          <strong dir="auto">{me.display_name}</strong>
          <small>@{me.username}{online ? "" : ` · ${t.offline}`}</small>
        </div>
        <IconLink
          href={props.hint ? "/settings#recovery" : "/settings"}
          label={props.hint ? `${t.settings}: ${t.noCodes}` : t.settings}
          icon={<SettingsIcon />}
        />
      </div>
    </nav>
  );
}

function Links({ rooms, current, unreadOf, onOpen }: RoomsPaneProps) {
  return (
    <ul>
      {rooms.map((room) => (
        <li key={room.id}>
          <RoomLink
            room={room}
            unread={unreadOf(room)}
            mentions={room.mentions?.length ?? 0}
            current={room.id === current}
            onOpen={(event) => onOpen?.(room, event)}
          />
        </li>
      ))}
    </ul>
  );
}
