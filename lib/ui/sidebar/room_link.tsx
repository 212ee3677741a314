import type { Room } from "../../protocol/model.ts";
import { Avatar } from "../parts/avatar.tsx";
import { HashIcon, LockIcon } from "../parts/icons.tsx";
import { useStrings } from "../strings/context.ts";
import type { Strings } from "../strings/language.ts";

/** A room's displayed name: a direct conversation is named after the other person. */
export function roomTitle(room: Pick<Room, "kind" | "name" | "with">, strings: Strings): string {
  return room.kind === "direct" ? room.with?.display_name ?? strings.rooms.justYou : room.name;
}

export function RoomIcon({ room, online }: { room: Room; online?: boolean }) {
  if (room.kind === "direct" && room.with) {
    return <Avatar user={room.with} size="xs" {...(online === undefined ? {} : { online })} />;
  }
  return room.kind === "private" ? <LockIcon /> : <HashIcon />;
}

interface RoomLinkProps {
  room: Room;
  unread: number;
  /** How many of the unread messages mention the reader. */
  mentions?: number;
  current: boolean;
  onOpen?: (event: MouseEvent) => void;
}

export function RoomLink({ room, unread, mentions = 0, current, onOpen }: RoomLinkProps) {
  const strings = useStrings();
  return (
    <a
      class="room-link"
      href={`/rooms/${room.id}`}
      aria-current={current ? "page" : undefined}
      data-unread={unread > 0 ? "" : undefined}
      onClick={onOpen}
    >
      <RoomIcon room={room} />
      <span class="room-name" dir="auto">{roomTitle(room, strings)}</span>
      {room.kind === "private" && <span class="hidden-text">, {strings.rooms.private}</span>}
      {unread > 0 && (
        <span class="room-counts">
          {mentions > 0 && room.kind !== "direct" && (
            <span class="badge badge-mention">
              @{most99(mentions)}
              <span class="hidden-text">{strings.rooms.mentions(mentions)}</span>
            </span>
          )}
          {/* In a direct conversation each message counts as a mention. */}
          <span class={room.kind === "direct" ? "badge badge-mention" : "badge"}>
            {most99(unread)}
            <span class="hidden-text">{strings.rooms.unread(unread)}</span>
          </span>
        </span>
      )}
    </a>
  );
}

function most99(count: number): string {
  return count > 99 ? "99+" : String(count);
}
