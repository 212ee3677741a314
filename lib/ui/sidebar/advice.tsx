import { updateSettings } from "../../client/room_actions.ts";
import { IconButton } from "../parts/icon_button.tsx";
import { CloseIcon } from "../parts/icons.tsx";
import { useChat } from "../page/context.ts";
import { usePartStrings } from "../page/part_strings.ts";

/** Suggests recovery codes to people who have none, until they dismiss it. */
export default function Advice() {
  const chat = useChat();
  const { advice: t, dialog } = usePartStrings();
  const dismiss = () => {
    chat.advice.value = false;
    chat.attempt(updateSettings(chat.store, { suggest_recovery: false }));
  };
  return (
    <div class="advice" role="note" aria-label={t.title}>
      <p>{t.sentence}</p>
      <a class="link-button" href="/settings#recovery">{t.make}</a>
      <IconButton label={dialog.dismiss} icon={<CloseIcon />} onClick={dismiss} />
    </div>
  );
}
