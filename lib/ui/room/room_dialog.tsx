import type { RoomChanges } from "../../client/connection/api.ts";
import { createRoom, updateRoom } from "../../client/room_actions.ts";
import type { Room } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { Field, Notice } from "../parts/forms/field.tsx";
import { text } from "../parts/forms/form_text.ts";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { RoomRules } from "./room_rules.tsx";
import { useAction } from "../parts/use_action.ts";
import { usePartStrings } from "../page/part_strings.ts";

interface RoomDialogProps {
  /** The room to change, or null for a new one. */
  room: Room | null;
  onClose: () => void;
  onDone: (id: string) => void;
}

export function RoomDialog({ room, onClose, onDone }: RoomDialogProps) {
  const { store } = useChat();
  const t = usePartStrings().roomForm;
  const { busy, error, run } = useAction();
  const errorAt = (field: string) => error.value?.field === field ? error.value.message : undefined;
  const general = error.value && !errorAt("name") && !errorAt("topic") ? error.value.message : null;
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const form = new FormData(event.currentTarget);
    const kind: "public" | "private" = text(form, "kind") === "private" ? "private" : "public";
    const input = { name: text(form, "name").trim(), topic: text(form, "topic").trim(), kind };
    void run(async () => {
      const done = room === null
        ? await createRoom(store, input)
        : await updateRoom(store, room.id, changed(room, { ...input, ...rulesOf(form) }));
      onDone(done.id);
    });
  };
  return (
    <Dialog title={room === null ? t.create : t.edit} onClose={onClose}>
      <form class="form" onSubmit={onSubmit}>
        {general && <Notice kind="error" message={general} />}
        <Field
          label={t.name}
          name="name"
          defaultValue={room?.name ?? ""}
          maxLength={LIMITS.room_name}
          placeholder={t.nameExample}
          autocomplete="off"
          autofocus
          required
          error={errorAt("name")}
        />
        <Field
          label={t.topic}
          name="topic"
          defaultValue={room?.topic ?? ""}
          maxLength={LIMITS.topic}
          hint={t.topicHint}
          autocomplete="off"
          error={errorAt("topic")}
        />
        <fieldset class="choices">
          <legend class="field-label">{t.who}</legend>
          <Choice value="public" label={t.public} hint={t.publicHint} checked={room?.kind !== "private"} />
          <Choice
            value="private"
            label={t.private}
            hint={t.privateHint}
            checked={room?.kind === "private"}
          />
        </fieldset>
        {room !== null && <RoomRules room={room} />}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>{t.cancel}</button>
          <button type="submit" class="button button-main" disabled={busy.value}>
            {room === null ? t.submit : t.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function rulesOf(form: FormData): RoomChanges {
  const days = text(form, "retention_days");
  const minutes = text(form, "edit_minutes");
  return {
    read_only: form.has("read_only"),
    ...(days === "" ? {} : { retention_days: Number(days) }),
    ...(minutes === "" ? {} : { edit_minutes: Number(minutes) }),
  };
}

/** A moderator may change a room if the fields that need an owner stay as they are. */
function changed(room: Room, { kind, ...wanted }: RoomChanges): RoomChanges {
  return { ...wanted, ...(kind === undefined || kind === room.kind ? {} : { kind }) };
}

function Choice({ value, label, hint, checked }: { value: string; label: string; hint: string; checked: boolean }) {
  return (
    <label class="choice">
      <input type="radio" name="kind" value={value} defaultChecked={checked} />
      <span>{label}</span>
      <small>{hint}</small>
    </label>
  );
}
