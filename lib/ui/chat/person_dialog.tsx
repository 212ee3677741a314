import type { User } from "../../model.ts";
import { colorClass } from "../../protocol/colors.ts";
import { Avatar } from "../avatar.tsx";
import { Notice } from "../field.tsx";
import { useChat } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { useAction } from "./use_action.ts";

interface PersonDialogProps {
  user: User;
  onClose: () => void;
  onRoom: (id: string) => void;
}

/** Who somebody is, and a way to talk with them alone. */
export function PersonDialog({ user, onClose, onRoom }: PersonDialogProps) {
  const { store } = useChat();
  const message = useAction();
  const remove = useAction();
  const room = store.activeInfo.value;
  const self = user.id === store.me.value.id;
  const manages = room !== null && room.kind !== "direct" && (room.role === "owner" || room.role === "moderator");
  const failure = message.error.value ?? remove.error.value;
  return (
    <Dialog title={self ? "You" : "Person"} onClose={onClose}>
      <div class="profile-preview">
        <Avatar user={user} size="l" />
        <div>
          <div class={`author-name ${colorClass(user.color)}`}>{user.display_name}</div>
          <div class="message-note">@{user.username}</div>
        </div>
      </div>
      {failure && <Notice kind="error" message={failure.message} />}
      <div class="dialog-actions">
        {self && <a class="button" href="/settings">Edit profile</a>}
        {manages && !self && (
          <button
            type="button"
            class="button"
            disabled={remove.busy.value}
            onClick={() =>
              remove.run(async () => {
                await store.removeMember(room.id, user.id);
                onClose();
              })}
          >
            Remove from room
          </button>
        )}
        <button
          type="button"
          class="button button-main"
          disabled={message.busy.value}
          onClick={() => message.run(async () => onRoom((await store.openDirect(user.id)).id))}
        >
          {self ? "Notes to myself" : "Message"}
        </button>
      </div>
    </Dialog>
  );
}
