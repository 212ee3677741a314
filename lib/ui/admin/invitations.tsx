import type { User } from "../../protocol/model.ts";
import { Notice } from "../parts/forms/field.tsx";
import { usePageStrings, useStrings, useTimes } from "../strings/context.ts";
import { ActForm, Empty, More } from "./frame.tsx";
import { PostForm } from "../parts/forms/post_form.tsx";

export interface InvitationLine {
  code: string;
  uses_left: number;
  expires_at: number;
  created_by: string;
  qr?: true;
  /** The ids of those who came by it. */
  people?: string[];
}

interface InvitationsProps {
  invitations: InvitationLine[];
  has_more: boolean;
  people: Map<string, User>;
  /** Somebody was just sent away. */
  banned: boolean;
  /** The address of the page where a code is used. */
  origin: string;
  zone: string;
}

export function Invitations(props: InvitationsProps) {
  const { invitations, has_more, banned } = props;
  const { admin: t } = usePageStrings();
  return (
    <section class="card" aria-labelledby="invitations">
      <h2 id="invitations">{t.sections.invitations}</h2>
      {banned && <AfterBan count={invitations.length} />}
      <PostForm class="admin-act" action="/admin/invitations">
        <input type="hidden" name="act" value="make" />
        <label class="admin-check">
          {t.uses} <input class="input admin-number" type="number" name="uses" min={1} max={1_000} value={1} required />
        </label>
        <label class="admin-check">
          {t.days} <input class="input admin-number" type="number" name="days" min={1} max={365} value={7} required />
        </label>
        <button type="submit" class="button button-main">{t.acts.invite}</button>
      </PostForm>
      {invitations.length === 0 ? <Empty text={t.noInvitations} /> : (
        <ul class="admin-list">
          {invitations.map((one) => <Line key={one.code} {...props} invitation={one} />)}
        </ul>
      )}
      {has_more && <More section="invitations" query={`after=${invitations.at(-1)?.code ?? ""}`} />}
    </section>
  );
}

/** Who was sent away may know a link, and come back with another name. */
function AfterBan({ count }: { count: number }) {
  const { invitations: t } = usePageStrings();
  return (
    <>
      <Notice kind="error" message={t.afterBan(count)} />
      <div class="form-end">
        <ActForm section="invitations" act="revoke-all" of="" label={t.revokeAll} danger />
        <a class="button button-quiet" href="/admin/users">{t.keep}</a>
      </div>
    </>
  );
}

function Line({ invitation, people, origin, zone }: InvitationsProps & { invitation: InvitationLine }) {
  const { admin: t, invitations: own } = usePageStrings();
  const { locale } = useStrings();
  const times = useTimes();
  const { code, uses_left, expires_at, created_by, qr, people: came = [] } = invitation;
  const names = came.flatMap((id) => people.get(id)?.display_name ?? []);
  const listed = new Intl.ListFormat(locale).format(came.length > names.length ? [...names, "…"] : names);
  const maker = people.get(created_by)?.display_name ?? "";
  return (
    <li class="admin-row">
      <div class="admin-what">
        <code>{code}</code>
        <small class="admin-when">
          {t.invitation(uses_left, times.full(new Date(expires_at).toISOString(), zone))} · {own.madeBy(maker)}
          {qr && <>· {own.qr}</>}
        </small>
        <small class="admin-when">{names.length === 0 ? own.nobodyCame : own.cameBy(listed)}</small>
        <small class="admin-when">{`${origin}/register?invitation=${code}`}</small>
      </div>
      <ActForm section="invitations" act="revoke" of={code} label={t.acts.revoke} danger />
    </li>
  );
}
