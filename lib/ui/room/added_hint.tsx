import type { Room, User } from "../../protocol/model.ts";
import { useChat } from "../page/context.ts";
import { usePartStrings } from "../page/part_strings.ts";
import { useAction } from "../parts/use_action.ts";

/**
 * Says who added the reader to this room, and asks whether they stay. Until they do, the room does not count against
 * their number of rooms.
 */
export default function AddedHint({ room, by }: { room: Room; by: User }) {
  const chat = useChat();
  const { added: t } = usePartStrings();
  const { busy, error, run } = useAction();
  return (
    <div class="composer-hint" role="status">
      <p>{error.value?.message ?? t.sentence(by.display_name)}</p>
      <button
        type="button"
        class="link-button"
        disabled={busy.value}
        onClick={() => run(() => chat.store.api.addMember(room.id))}
      >
        {t.stay}
      </button>
      <button type="button" class="link-button" onClick={() => chat.open({ name: "leave" })}>{t.leave}</button>
    </div>
  );
}
