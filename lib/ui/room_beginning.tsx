import type { Room } from "../model.ts";
import { roomTitle } from "./room_link.tsx";

/** What stands above a room's first message. */
export function RoomBeginning({ room }: { room: Room }) {
  const title = roomTitle(room);
  return (
    <div class="beginning">
      <h2>{title}</h2>
      <p>
        {room.kind === "direct"
          ? room.with
            ? `This is the beginning of what you and ${title} say to each other. Nobody else reads it.`
            : "A place for notes to yourself."
          : room.kind === "private"
          ? `This is the beginning of ${title}. Only its members know that it exists.`
          : `This is the beginning of ${title}. Say hello below.`}
      </p>
    </div>
  );
}
