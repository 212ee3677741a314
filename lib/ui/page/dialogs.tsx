import { useEffect } from "preact/hooks";
import { deleteRoom, openDirect, removeMessage } from "../../client/room_actions.ts";
import { type DialogName, useChat } from "./context.ts";
import { ConfirmDialog } from "../parts/confirm_dialog.tsx";
import { BrowseDialog } from "../sidebar/browse_dialog.tsx";
import { BookmarksDialog, MentionsDialog } from "../search/found_dialogs.tsx";
import { HistoryDialog } from "../message_dialogs/history_dialog.tsx";
import { InviteDialog } from "../sidebar/invite_dialog.tsx";
import { LeaveDialog } from "../room/leave_dialog.tsx";
import { Lightbox } from "../timeline/lightbox.tsx";
import { NotifyDialog } from "../room/notify_dialog.tsx";
import { OpenInvitationsDialog } from "../people/open_invitations_dialog.tsx";
import { PeopleDialog } from "../people/people_dialog.tsx";
import { PersonDialog } from "../people/person_dialog.tsx";
import { PinsDialog } from "../room/pins_dialog.tsx";
import { ReactDialog } from "../emoji/react_dialog.tsx";
import { ReactionsDialog } from "../message_dialogs/reactions_dialog.tsx";
import { RemoveDialog, ReportDialog } from "../message_dialogs/reason_dialogs.tsx";
import { ReportsDialog } from "../room/reports_dialog.tsx";
import { RoomDialog } from "../room/room_dialog.tsx";
import { SearchDialog } from "../search/search_dialog.tsx";
import { Switcher } from "../sidebar/switcher.tsx";
import { UnsentDialog } from "../sidebar/unsent_dialog.tsx";
import { roomTitle } from "../sidebar/room_link.tsx";
import { usePartStrings } from "./part_strings.ts";

/** Dialogs that close when their room is left. */
const OF_A_ROOM = new Set<DialogName["name"]>(["reports", "edit-room", "add", "pins", "leave", "delete-room"]);

/** Every dialog of the chat page, in one chunk of its own. */
export default function Dialogs({ onRoom }: { onRoom: (id: string, messageId?: string) => void }) {
  const chat = useChat();
  const strings = usePartStrings();
  const t = strings.confirm;
  const dialog = chat.dialog.value;
  const room = chat.store.rooms.all.value.find(({ id }) => id === dialog?.room_id) ?? null;
  const close = () => chat.dialog.value = null;
  const gone = dialog?.room_id !== null && room === null;
  useEffect(() => {
    if (gone && dialog !== null && OF_A_ROOM.has(dialog.name)) close();
  }, [gone]);
  const go = (id: string, messageId?: string) => {
    close();
    onRoom(id, messageId);
  };
  if (dialog === null) return null;
  switch (dialog.name) {
    case "create":
      return <RoomDialog room={null} onClose={close} onDone={go} />;
    case "invitations":
      return <OpenInvitationsDialog invitations={dialog.invitations} onClose={close} />;
    case "invite":
      return <InviteDialog onClose={close} />;
    case "browse":
      return <BrowseDialog onClose={close} onRoom={go} />;
    case "message":
      return (
        <PeopleDialog
          title={strings.rooms.newDirect}
          action={async (user) => go((await openDirect(chat.store, user.id)).id)}
          onClose={close}
        />
      );
    case "person":
      return <PersonDialog user={dialog.user} room={room} onClose={close} onRoom={go} />;
    case "switch":
      return <Switcher onClose={close} onRoom={go} />;
    case "mentions":
      return <MentionsDialog onClose={close} onMessage={go} />;
    case "notify":
      return <NotifyDialog room={room} onClose={close} />;
    case "bookmarks":
      return <BookmarksDialog onClose={close} onMessage={go} />;
    case "unsent":
      return <UnsentDialog onClose={close} onRoom={go} />;
    case "image":
      return <Lightbox roomId={dialog.room_id} fileId={dialog.file_id} onClose={close} />;
    case "search":
      return <SearchDialog room={room} onClose={close} onMessage={go} />;
    case "react":
      return <ReactDialog entry={dialog.entry} onClose={close} />;
    case "reactions":
      return <ReactionsDialog entry={dialog.entry} emoji={dialog.emoji} onClose={close} />;
    case "history":
      return <HistoryDialog entry={dialog.entry} onClose={close} />;
    case "report":
      return <ReportDialog entry={dialog.entry} onClose={close} />;
    case "delete":
      if (dialog.entry.user_id !== chat.store.me.value.id) {
        return <RemoveDialog entry={dialog.entry} onClose={close} />;
      }
      return (
        <ConfirmDialog
          title={t.deleteMessage}
          text={t.deleteMessageText}
          label={t.deleteMessageDo}
          action={() => removeMessage(chat.store, dialog.entry.view.peek().room_id, dialog.entry.view.peek().id)}
          onClose={close}
        />
      );
    case "drop-edit":
      return (
        <ConfirmDialog
          title={t.dropEdit}
          text={t.dropEditText}
          label={t.dropEditDo}
          action={() => {
            dialog.action();
            // After the dialog is gone: closing it moves the focus.
            requestAnimationFrame(() => chat.focusComposer());
            return Promise.resolve();
          }}
          onClose={close}
        />
      );
  }
  if (room === null) return null;
  switch (dialog.name) {
    case "reports":
      return <ReportsDialog room={room} onClose={close} />;
    case "edit-room":
      return <RoomDialog room={room} onClose={close} onDone={close} />;
    case "add":
      return (
        <PeopleDialog
          title={t.add(roomTitle(room, strings))}
          action={async (user) => {
            await chat.store.api.addMember(room.id, user.id);
            close();
          }}
          onClose={close}
        />
      );
    case "pins":
      return <PinsDialog room={room} onClose={close} onMessage={go} />;
    case "leave":
      return <LeaveDialog room={room} onClose={close} />;
    case "delete-room":
      return (
        <ConfirmDialog
          title={t.deleteRoom(roomTitle(room, strings))}
          text={t.deleteRoomText}
          label={t.deleteRoomDo}
          action={() => deleteRoom(chat.store, room.id)}
          onClose={close}
        />
      );
  }
}
