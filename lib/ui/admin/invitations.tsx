import { usePageStrings, useTimes } from "../strings/context.ts";
import { ActForm, Empty, More } from "./frame.tsx";
import { PostForm } from "../parts/post_form.tsx";

export interface InvitationLine {
  code: string;
  uses_left: number;
  expires_at: number;
}

interface InvitationsProps {
  invitations: InvitationLine[];
  has_more: boolean;
  /** The address of the page where a code is used. */
  origin: string;
  zone: string;
}

export function Invitations({ invitations, has_more, origin, zone }: InvitationsProps) {
  const { admin: t } = usePageStrings();
  const times = useTimes();
  return (
    <section class="card" aria-labelledby="invitations">
      <h2 id="invitations">{t.sections.invitations}</h2>
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
          {invitations.map(({ code, uses_left, expires_at }) => (
            <li key={code} class="admin-row">
              <div class="admin-what">
                <code>{code}</code>
                <small class="admin-when">
                  {t.invitation(uses_left, times.full(new Date(expires_at).toISOString(), zone))}
                </small>
                <small class="admin-when">{`${origin}/register?invitation=${code}`}</small>
              </div>
              <ActForm section="invitations" act="revoke" of={code} label={t.acts.revoke} danger />
            </li>
          ))}
        </ul>
      )}
      {has_more && <More section="invitations" query={`after=${invitations.at(-1)?.code ?? ""}`} />}
    </section>
  );
}
