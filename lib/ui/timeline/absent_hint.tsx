import type { User } from "../../protocol/model.ts";
import { IconButton } from "../parts/icon_button.tsx";
import { CloseIcon } from "../parts/icons.tsx";
import { useChat } from "../page/context.ts";
import { usePartStrings } from "../page/part_strings.ts";
import { useAction } from "../parts/use_action.ts";

/** Tells only the author that a person they mentioned is not in the room, and offers to add them. */
export default function AbsentHint({ roomId, people }: { roomId: string; people: readonly User[] }) {
  const { absent, store } = useChat();
  const { absent: t, lists, dialog } = usePartStrings();
  const { busy, error, run } = useAction();
  const names = lists.some(people.map(({ display_name }) => display_name));
  const close = () => absent.value = null;
  const add = () =>
    run(async () => {
      for (const { id } of people) await store.api.addMember(roomId, id);
      close();
    });
  return (
    <div class="composer-hint" role="status">
      <p>{error.value?.message ?? t.sentence(names, people.length)}</p>
      {error.value === null && (
        <button type="button" class="link-button" disabled={busy.value} onClick={add}>{t.add(people.length)}</button>
      )}
      <IconButton label={dialog.dismiss} icon={<CloseIcon />} onClick={close} />
    </div>
  );
}
