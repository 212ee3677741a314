import type { Room } from "../../protocol/model.ts";
import { usePartStrings } from "../page/part_strings.ts";

const DAYS = [1, 7, 30, 90, 365];
const MINUTES = [5, 15, 60, 1_440];

/** The rules of a room: who may write, how long messages may be edited, how long they are kept. */
export function RoomRules({ room }: { room: Room }) {
  const t = usePartStrings().moderation;
  return (
    <fieldset class="choices room-rules">
      <legend class="field-label">{t.rules}</legend>
      <label class="choice">
        <input type="checkbox" name="read_only" defaultChecked={room.read_only === true} />
        <span>{t.readOnlyChoice}</span>
        <small>{t.readOnlyHint}</small>
      </label>
      <Choose label={t.edit} name="edit_minutes" present={room.edit_minutes} first={t.editAsServer}>
        {options(MINUTES, room.edit_minutes).map((n) => [n, t.editMinutes(n)])}
      </Choose>
      {room.role === "owner" && (
        <Choose
          label={t.keep}
          name="retention_days"
          present={room.retention_days}
          first={t.keepAsServer}
          hint={t.keepHint}
        >
          {options(DAYS, room.retention_days).map((n) => [n, t.keepDays(n)])}
        </Choose>
      )}
    </fieldset>
  );
}

function options(usual: number[], present: number | undefined): number[] {
  return present === undefined || usual.includes(present) ? usual : [...usual, present].sort((a, b) => a - b);
}

interface ChooseProps {
  label: string;
  name: string;
  present: number | undefined;
  first: string;
  hint?: string;
  children: [value: number, text: string][];
}

/** An unchanged field is not sent, so that the server's default does not become a rule of the room. */
function Choose({ label, name, present, first, hint, children }: ChooseProps) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select
        class="input"
        onChange={(event) => event.currentTarget.name = name}
        aria-describedby={hint && `${name}-hint`}
      >
        <option value="0" selected={present === undefined}>{first}</option>
        {children.map(([value, text]) => <option key={value} value={value} selected={value === present}>{text}
        </option>)}
      </select>
      {hint && <small class="hint" id={`${name}-hint`}>{hint}</small>}
    </label>
  );
}
