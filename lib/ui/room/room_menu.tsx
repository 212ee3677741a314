import type { Room } from "../../protocol/model.ts";
import { PencilIcon, PinIcon, UserPlusIcon } from "../parts/icons.tsx";
import { BellIcon, FlagIcon, LogOutIcon, TrashIcon } from "../parts/icons_later.tsx";
import { useChat } from "../page/context.ts";
import { Menu, MenuItem } from "../parts/menu.tsx";
import { usePartStrings } from "../page/part_strings.ts";

/** The menu of a room. A chunk of its own. */
export default function RoomMenu({ room, onClose }: { room: Room; onClose: () => void }) {
  const chat = useChat();
  const { room: t, pins, notify, moderation } = usePartStrings();
  const direct = room.kind === "direct";
  const manages = !direct && (room.role === "owner" || room.role === "moderator");
  const pick = (name: "edit-room" | "leave" | "delete-room" | "add" | "pins" | "notify" | "reports") => () => {
    onClose();
    chat.open({ name });
  };
  return (
    <Menu label={t.menu} onClose={onClose}>
      <MenuItem icon={<PinIcon />} onSelect={pick("pins")}>{pins.title}</MenuItem>
      <MenuItem icon={<BellIcon />} onSelect={pick("notify")}>{notify.open}</MenuItem>
      {!direct && <MenuItem icon={<UserPlusIcon />} onSelect={pick("add")}>{t.add}</MenuItem>}
      {manages && <MenuItem icon={<PencilIcon />} onSelect={pick("edit-room")}>{t.edit}</MenuItem>}
      {manages && <MenuItem icon={<FlagIcon />} onSelect={pick("reports")}>{moderation.reports}</MenuItem>}
      {!direct && <MenuItem icon={<LogOutIcon />} onSelect={pick("leave")}>{t.leave}</MenuItem>}
      {!direct && room.role === "owner" && (
        <MenuItem icon={<TrashIcon />} danger onSelect={pick("delete-room")}>{t.delete}</MenuItem>
      )}
    </Menu>
  );
}
