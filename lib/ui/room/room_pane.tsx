import { useSignal } from "@preact/signals";
import { ChatError } from "../../base/errors.ts";
import type { RoomSession } from "../../client/room/room_session.ts";
import type { Room } from "../../protocol/model.ts";
import { IconButton } from "../parts/icon_button.tsx";
import { AlertIcon, ArrowLeftIcon, MoreIcon, PinIcon, SearchIcon, UsersIcon } from "../parts/icons.tsx";
import { RoomIcon, roomTitle } from "../sidebar/room_link.tsx";
import { useStrings } from "../strings/context.ts";
import { useClosed } from "./use_closed.ts";
import { Composer } from "../composer/composer.tsx";
import { ConnectionBanner } from "../page/connection_banner.tsx";
import { useChat } from "../page/context.ts";
import { useDropTarget } from "../composer/drop_target.ts";
import { lazy, Refusal } from "../page/lazy.ts";
import { Timeline } from "../timeline/timeline.tsx";

const absentPart = lazy(() => import("../timeline/absent_hint.tsx"));
const addedPart = lazy(() => import("./added_hint.tsx"));
const stepsPart = lazy(() => import("./first_steps.tsx"));
const roomMenuPart = lazy(() => import("./room_menu.tsx"));

/** One room: its head, its timeline and the composer. */
export function RoomPane({ onBack }: { onBack: (event: MouseEvent) => void }) {
  const chat = useChat();
  const strings = useStrings();
  const { store } = chat;
  const session = store.rooms.active.value;
  const room = store.rooms.activeInfo.value;
  const drop = useDropTarget(chat, room?.id);
  return (
    <main class="pane-room" id="room" {...drop.handlers}>
      {drop.over && <p class="drop-hint">{strings.files.drop}</p>}
      {room !== null && session !== null
        ? (
          <>
            <RoomHead room={room} onBack={onBack} />
            <ConnectionBanner />
            <Refused session={session} />
            {room.id === "general" && <Steps />}
            <Timeline key={room.id} session={session} />
            <div class="composer">
              <TypingLine session={session} />
              <Absent room={room} />
              <Added room={room} />
              <Writing room={room} />
            </div>
          </>
        )
        : (
          <>
            <ConnectionBanner />
            <NoRoom />
          </>
        )}
    </main>
  );
}

/** The composer, or a sentence on why the reader may not write. */
function Writing({ room }: { room: Room }) {
  const closed = useClosed(room);
  return closed === null ? <Composer room={room} /> : <p class="composer-closed" role="status">{closed}</p>;
}

/** Why the room cannot be opened. */
function Refused({ session }: { session: RoomSession }) {
  const { store } = useChat();
  const error = session.state.error.value;
  const { banner: t, failures } = useStrings();
  if (error === null) return null;
  return (
    <p class="banner" role="alert">
      <AlertIcon />
      {error instanceof ChatError ? <Refusal failure={error} meanwhile={failures.unknown} /> : failures.unknown}
      <button type="button" class="link-button" onClick={() => store.rooms.sessions.open(session.id)}>{t.retry}</button>
    </p>
  );
}

/** Hint that a mentioned person is not in the room. */
function Absent({ room }: { room: Room }) {
  const { absent } = useChat();
  const part = absentPart.usePart(absent.value?.room_id === room.id);
  return part !== null && absent.value?.room_id === room.id
    ? <part.default roomId={room.id} people={absent.value.people} />
    : null;
}

/** Hint for a reader whom somebody added and who has not agreed yet. */
function Added({ room }: { room: Room }) {
  const by = room.added_by;
  const part = addedPart.usePart(by !== undefined);
  return part !== null && by !== undefined ? <part.default room={room} by={by} /> : null;
}

/** What a new person could do first. */
function Steps() {
  const { checklist } = useChat();
  const part = stepsPart.usePart(checklist.value === "shown");
  if (checklist.value === "none") return null;
  return part === null ? <div class="first-steps" /> : <part.default />;
}

function NoRoom() {
  const chat = useChat();
  const strings = useStrings();
  return (
    <div class="no-room">
      <h1>{strings.room.none}</h1>
      <p>{strings.room.noneHint}</p>
      <div class="no-room-actions">
        <button type="button" class="button button-main" onClick={() => chat.open({ name: "browse" })}>
          {strings.rooms.browse}
        </button>
        <button type="button" class="button" onClick={() => chat.open({ name: "create" })}>
          {strings.rooms.create}
        </button>
      </div>
    </div>
  );
}

function RoomHead({ room, onBack }: { room: Room; onBack: (event: MouseEvent) => void }) {
  const chat = useChat();
  const strings = useStrings();
  const t = strings.room;
  const menu = useSignal(false);
  const close = () => menu.value = false;
  const wide = () => matchMedia("(width >= 1100px)").matches;
  const toggle = () => {
    const now = chat.people.value;
    chat.showPeople(now === "open" || (now === "auto" && wide()) ? "closed" : "open");
  };
  const roomMenu = roomMenuPart.usePart(menu.value, close);
  return (
    <header class="room-head">
      <a class="icon-button only-narrow" href="/rooms" aria-label={t.all} onClick={onBack}>
        <ArrowLeftIcon />
      </a>
      <div class="room-title">
        <h1>
          <RoomIcon room={room} />
          <span dir="auto">{roomTitle(room, strings)}</span>
        </h1>
        {room.topic && <p class="room-topic" dir="auto" title={room.topic}>{room.topic}</p>}
      </div>
      <IconButton
        label={strings.search.title}
        icon={<SearchIcon />}
        aria-keyshortcuts="Control+Shift+F Meta+Shift+F"
        onClick={() => chat.open({ name: "search" })}
      />
      <button type="button" class="icon-button people-toggle only-live" onClick={toggle} title={strings.people.title}>
        <UsersIcon />
        <span class="number">{room.members}</span>
        <span class="hidden-text">{t.togglePeople}</span>
      </button>
      <IconButton
        class="pins-button"
        label={strings.pins.title}
        icon={<PinIcon />}
        onClick={() => chat.open({ name: "pins" })}
      />
      <div class="menu-anchor">
        <IconButton
          label={t.menu}
          icon={<MoreIcon />}
          aria-haspopup="menu"
          aria-expanded={menu.value}
          onPointerDown={(event) => menu.value && event.stopPropagation()}
          onClick={() => menu.value = !menu.value}
        />
        {menu.value && roomMenu !== null && <roomMenu.default room={room} onClose={close} />}
      </div>
    </header>
  );
}

/** Who is typing, in a line of fixed height so that nothing moves. */
function TypingLine({ session }: { session: RoomSession }) {
  const { store } = useChat();
  const { lists, room: t } = useStrings();
  const people = session.state.people.typing.value.filter(({ id }) => !store.blocked.value.has(id));
  return (
    <div class="typing">
      {people.length > 0 && (
        <>
          <span class="typing-dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span>{t.typing(lists.some(people.map((user) => user.display_name)), people.length)}</span>
        </>
      )}
    </div>
  );
}
