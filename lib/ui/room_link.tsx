import type { Room } from "../model.ts";
import { Avatar } from "./avatar.tsx";
import { HashIcon, LockIcon } from "./icons.tsx";

/** The name people see: a direct conversation is named after the other person. */
export function roomTitle(room: Pick<Room, "kind" | "name" | "with">): string {
  return room.kind === "direct" ? room.with?.display_name ?? "Just you" : room.name;
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
  current: boolean;
  onOpen?: (event: MouseEvent) => void;
}

export function RoomLink({ room, unread, current, onOpen }: RoomLinkProps) {
  return (
    <a
      class="room-link"
      href={`/rooms/${room.id}`}
      aria-current={current ? "page" : undefined}
      data-unread={unread > 0 ? "" : undefined}
      onClick={onOpen}
    >
      <RoomIcon room={room} />
      <span class="room-name">{roomTitle(room)}</span>
      {room.kind === "private" && <span class="hidden-text">, private</span>}
      {unread > 0 && (
        <span class="badge">
          {unread > 99 ? "99+" : unread}
          <span class="hidden-text">unread</span>
        </span>
      )}
    </a>
  );
}
