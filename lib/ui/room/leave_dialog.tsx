import { useSignal } from "@preact/signals";
import { ChatError } from "../../base/errors.ts";
import { leaveRoom } from "../../client/room_actions.ts";
import type { Room } from "../../protocol/model.ts";
import { ConfirmDialog } from "../parts/confirm_dialog.tsx";
import { useChat } from "../page/context.ts";
import { usePartStrings } from "../page/part_strings.ts";
import { roomTitle } from "../sidebar/room_link.tsx";

/** Asks before leaving. The last member of a private room is asked whether to delete it. */
export function LeaveDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const chat = useChat();
  const strings = usePartStrings();
  const t = strings.confirm;
  // Others may have joined or left since: the server decides.
  const isLast = useSignal(room.kind === "private" && room.members === 1);
  const leave = async () => {
    try {
      await leaveRoom(chat.store, room.id, isLast.peek());
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== "last_member") throw error;
      isLast.value = true;
      return false;
    }
  };
  return (
    <ConfirmDialog
      title={t.leave(roomTitle(room, strings))}
      text={isLast.value ? t.leaveLast : room.kind === "private" ? t.leavePrivate : t.leavePublic}
      label={isLast.value ? t.leaveLastDo : t.leaveDo}
      action={leave}
      onClose={onClose}
    />
  );
}
