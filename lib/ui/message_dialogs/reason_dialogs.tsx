import type { MessageEntry } from "../../client/room/entries.ts";
import { removeMessage } from "../../client/room_actions.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { plainTextOf } from "../../protocol/text/plain_text.ts";
import { Field, Notice } from "../parts/forms/field.tsx";
import { text } from "../parts/forms/form_text.ts";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useAction } from "../parts/use_action.ts";
import { usePartStrings } from "../page/part_strings.ts";

interface ReasonDialogProps {
  title: string;
  about: string;
  entry: MessageEntry;
  label: string;
  hint?: string;
  required?: boolean;
  submit: string;
  action: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

/** Asks for a reason, with the message above the question. */
function ReasonDialog({ title, about, entry, label, hint, required, submit, action, onClose }: ReasonDialogProps) {
  const cancel = usePartStrings().roomForm.cancel;
  const { busy, error, run } = useAction();
  const message = entry.view.value;
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const reason = text(new FormData(event.currentTarget), "reason").trim();
    void run(async () => {
      await action(reason);
      onClose();
    });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="form" onSubmit={onSubmit}>
        <blockquote class="reported">
          <bdi>{message.display_name}</bdi> <small>@{message.username}</small>
          <p dir="auto">{plainTextOf(message.content)}</p>
        </blockquote>
        <p>{about}</p>
        {error.value && error.value.field !== "reason" && <Notice kind="error" message={error.value.message} />}
        <Field
          label={label}
          name="reason"
          maxLength={LIMITS.reason}
          autocomplete="off"
          autofocus
          {...(hint === undefined ? {} : { hint })}
          required={required ?? false}
          error={error.value?.field === "reason" ? error.value.message : undefined}
        />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>{cancel}</button>
          <button type="submit" class="button button-danger" disabled={busy.value}>{submit}</button>
        </div>
      </form>
    </Dialog>
  );
}

/** Asks a moderator for the reason to delete somebody else's message. */
export function RemoveDialog({ entry, onClose }: { entry: MessageEntry; onClose: () => void }) {
  const { store } = useChat();
  const t = usePartStrings().moderation;
  return (
    <ReasonDialog
      title={t.removeTitle}
      about={t.removeText}
      entry={entry}
      label={t.reason}
      hint={t.reasonHint}
      submit={t.remove}
      action={(reason) => removeMessage(store, entry.view.peek().room_id, entry.view.peek().id, reason)}
      onClose={onClose}
    />
  );
}

export function ReportDialog({ entry, onClose }: { entry: MessageEntry; onClose: () => void }) {
  const { store } = useChat();
  const t = usePartStrings().moderation;
  return (
    <ReasonDialog
      title={t.reportTitle}
      about={t.reportText}
      entry={entry}
      label={t.reportReason}
      required
      submit={t.reportSend}
      action={async (reason) => {
        const { room_id, id } = entry.view.peek();
        await store.api.report(room_id, id, reason);
        store.notice.value = t.reported;
      }}
      onClose={onClose}
    />
  );
}
