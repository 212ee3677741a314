import { Notice } from "./forms/field.tsx";
import { Dialog } from "./dialog.tsx";
import { useAction } from "./use_action.ts";
import { usePartStrings } from "../page/part_strings.ts";

interface ConfirmDialogProps {
  title: string;
  text: string;
  label: string;
  /** If it resolves to false the dialog stays open: something else has to be asked first. */
  action: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before an action that cannot be undone. */
export function ConfirmDialog({ title, text, label, action, onClose }: ConfirmDialogProps) {
  const t = usePartStrings().roomForm;
  const { busy, error, run } = useAction();
  const confirm = () =>
    run(async () => {
      if (await action() !== false) onClose();
    });
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      {error.value && <Notice kind="error" message={error.value.message} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>{t.cancel}</button>
        <button type="button" class="button button-danger" disabled={busy.value} onClick={confirm}>{label}</button>
      </div>
    </Dialog>
  );
}
