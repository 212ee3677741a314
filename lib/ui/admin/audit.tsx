import type { AuditRecord, User } from "../../protocol/model.ts";
import { isolate } from "../../protocol/text/bidi.ts";
import { usePageStrings, useTimes } from "../strings/context.ts";
import { Empty, More } from "./frame.tsx";

interface AuditProps {
  entries: AuditRecord[];
  has_more: boolean;
  people: ReadonlyMap<string, User>;
  zone: string;
}

export function Audit({ entries, has_more, people, zone }: AuditProps) {
  const { admin: t } = usePageStrings();
  return (
    <section class="card" aria-labelledby="audit">
      <div class="admin-title">
        <h2 id="audit">{t.sections.audit}</h2>
        <a class="button button-quiet" href="/admin/audit.jsonl" download>{t.download}</a>
      </div>
      <p class="hint">{t.auditHint}</p>
      {entries.length === 0 ? <Empty text={t.noAudit} /> : (
        <ol class="admin-list">
          {entries.map((entry) => <Entry key={entry.id} entry={entry} people={people} zone={zone} />)}
        </ol>
      )}
      {has_more && <More section="audit" query={`before=${entries.at(-1)?.id ?? ""}`} />}
    </section>
  );
}

function Entry({ entry, people, zone }: { entry: AuditRecord; people: ReadonlyMap<string, User>; zone: string }) {
  const { admin: t } = usePageStrings();
  const times = useTimes();
  const name = (id: string) =>
    id === "operator" ? t.operator : id === "server" ? t.server : `@${people.get(id)?.username ?? id}`;
  const { actor, act, user_id, room_id, target, detail, reason, address } = entry;
  const rest = [room_id, target, detail, address].filter((part) => part !== undefined);
  return (
    <li class="admin-row">
      <div class="admin-what">
        <strong>{name(actor)}</strong> {t.audit[act]}
        {user_id !== undefined && user_id !== actor && (
          <>
            {" · "}
            <strong>{name(user_id)}</strong>
          </>
        )}
        {reason !== undefined && <q class="admin-reason" dir="auto">{reason}</q>}
        <small class="admin-when">
          {times.full(new Date(entry.at).toISOString(), zone)}
          {rest.length > 0 && ` · ${rest.map(isolate).join(" · ")}`}
        </small>
      </div>
    </li>
  );
}
