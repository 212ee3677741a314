import type { HeadRecord, RoomRecord } from "../../protocol/model.ts";
import { usePageStrings, useTimes } from "../strings/context.ts";
import { ActForm, Empty, More } from "./frame.tsx";

export interface RoomLine {
  room: RoomRecord;
  head: HeadRecord;
  /** How many days messages are kept; 0: for ever. */
  retention_days: number;
  /** When the room will be deleted, if it has no members. */
  ends_at?: number;
}

export function Rooms({ rooms, next, zone }: { rooms: RoomLine[]; next: string | undefined; zone: string }) {
  const { admin: t } = usePageStrings();
  return (
    <section class="card" aria-labelledby="rooms">
      <h2 id="rooms">{t.sections.rooms}</h2>
      <p class="hint">{t.roomsHint}</p>
      {rooms.length === 0 ? <Empty text={t.noRooms} /> : (
        <ul class="admin-list">
          {rooms.map((line) => <RoomRow key={line.room.id} {...line} zone={zone} />)}
        </ul>
      )}
      {next !== undefined && <More section="rooms" query={`after=${encodeURIComponent(next)}`} />}
    </section>
  );
}

function RoomRow({ room, head, retention_days, ends_at, zone }: RoomLine & { zone: string }) {
  const { admin: t } = usePageStrings();
  const times = useTimes();
  const act = { section: "rooms", of: room.id } as const;
  return (
    <li class="admin-row">
      <div class="admin-what">
        <bdi>{room.name}</bdi> <small>{room.id}</small>
        {room.kind === "private" && <span class="admin-mark">{t.marks.private}</span>}
        {room.read_only && <span class="admin-mark">{t.marks.readOnly}</span>}
        {ends_at !== undefined && <span class="admin-mark">{t.marks.empty}</span>}
        <small class="admin-when">
          {ends_at !== undefined && `${t.endsAt(times.full(new Date(ends_at).toISOString(), zone))} · `}
          {t.roomFigures(head.members, head.messages)}
          {retention_days > 0 && ` · ${t.kept(retention_days)}`}
        </small>
      </div>
      <details class="admin-acts">
        <summary class="button button-quiet">
          {t.manage} <bdi class="hidden-text">{room.name}</bdi>
        </summary>
        <div>
          <ActForm {...act} act="retention" label={t.acts.retention}>
            <label class="admin-check">
              {t.days}{" "}
              <input
                class="input admin-number"
                type="number"
                name="days"
                min={0}
                max={36_500}
                value={room.retention_days ?? 0}
                required
              />
            </label>
          </ActForm>
          {ends_at !== undefined && (
            <ActForm {...act} act="assign" label={t.acts.assign}>
              <label class="admin-check">
                {t.newOwner} <input class="input" name="username" maxLength={64} autocomplete="off" required />
              </label>
            </ActForm>
          )}
          {room.read_only
            ? <ActForm {...act} act="open" label={t.acts.openRoom} />
            : <ActForm {...act} act="read-only" label={t.acts.readOnly} />}
          {room.id !== "general" && (
            <ActForm {...act} act="delete" label={t.acts.deleteRoom} danger>
              <label class="admin-check">
                <input type="checkbox" name="sure" required /> {t.sure}
              </label>
            </ActForm>
          )}
        </div>
      </details>
    </li>
  );
}
