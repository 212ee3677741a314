import type { Room } from "../../protocol/model.ts";
import { roomTitle } from "../sidebar/room_link.tsx";
import { useStrings } from "../strings/context.ts";

/** The text above a room's first message. */
export function RoomBeginning({ room }: { room: Room }) {
  const strings = useStrings();
  const title = roomTitle(room, strings);
  const t = strings.room;
  return (
    <div class="beginning">
      <h2>
        <bdi>{title}</bdi>
      </h2>
      {(room.retention_days !== undefined || room.floor !== undefined) && (
        <p>{strings.moderation.floor(room.retention_days)}</p>
      )}
      <p>
        {room.kind === "direct"
          ? room.with ? t.directBeginning(title) : t.notes
          : room.kind === "private"
          ? t.privateBeginning(title)
          : t.beginning(title)}
      </p>
    </div>
  );
}
