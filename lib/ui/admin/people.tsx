import type { UserRecord } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { Avatar } from "../parts/avatar.tsx";
import { usePageStrings, useTimes } from "../strings/context.ts";
import { ActForm, Empty, More } from "./frame.tsx";

interface PeopleProps {
  users: UserRecord[];
  /** The name after which the next page begins. */
  next: string | undefined;
  query: string;
  /** The administrator who is looking: they cannot act on themselves. */
  me: string;
  zone: string;
  /** A new password, shown this once. */
  secret?: { username: string; password: string } | undefined;
}

export function People({ users, next, query, me, zone, secret }: PeopleProps) {
  const { admin: t } = usePageStrings();
  return (
    <section class="card" aria-labelledby="people">
      <h2 id="people">{t.sections.users}</h2>
      {secret && (
        <div class="notice admin-secret" role="status">
          <p>{t.newPassword(secret.username)}</p>
          <code>{secret.password}</code>
        </div>
      )}
      <form class="admin-search" method="get" action="/admin/users">
        <input
          class="input"
          type="search"
          name="q"
          value={query}
          aria-label={t.findPerson}
          placeholder={t.findPerson}
          maxLength={50}
        />
        <button type="submit" class="button">{t.find}</button>
      </form>
      {users.length === 0 ? <Empty text={t.nobody} /> : (
        <ul class="admin-list">
          {users.map((user) => <PersonRow key={user.id} user={user} me={me} zone={zone} />)}
        </ul>
      )}
      {next !== undefined && <More section="users" query={`after=${encodeURIComponent(next)}`} />}
    </section>
  );
}

function PersonRow({ user, me, zone }: { user: UserRecord; me: string; zone: string }) {
  const { admin: t } = usePageStrings();
  const times = useTimes();
  const disabled = user.disabled_at !== undefined;
  return (
    <li class="admin-row">
      <Avatar user={user} size="s" />
      <div class="admin-what">
        <bdi>{user.display_name}</bdi> <small>@{user.username}</small>
        {user.admin && <span class="admin-mark">{t.marks.admin}</span>}
        {disabled && <span class="admin-mark admin-mark-off">{t.marks.disabled}</span>}
        <small class="admin-when">{t.since(times.full(new Date(user.created_at).toISOString(), zone))}</small>
      </div>
      {user.id !== me && <Acts user={user} disabled={disabled} />}
    </li>
  );
}

function Acts({ user, disabled }: { user: UserRecord; disabled: boolean }) {
  const { admin: t } = usePageStrings();
  const act = { section: "users", of: user.id } as const;
  return (
    <details class="admin-acts">
      <summary class="button button-quiet">
        {t.manage} <span class="hidden-text">@{user.username}</span>
      </summary>
      <div>
        {disabled
          ? <ActForm {...act} act="enable" label={t.acts.enable} />
          : (
            <ActForm {...act} act="disable" label={t.acts.disable} danger>
              <input
                class="input"
                name="reason"
                maxLength={LIMITS.reason}
                placeholder={t.reason}
                aria-label={t.reason}
              />
            </ActForm>
          )}
        <ActForm {...act} act="reset" label={t.acts.reset} />
        <ActForm {...act} act="sign-out" label={t.acts.signOut} />
        {user.admin
          ? <ActForm {...act} act="revoke-admin" label={t.acts.revokeAdmin} danger />
          : <ActForm {...act} act="make-admin" label={t.acts.makeAdmin} />}
        {!user.admin && (
          <ActForm {...act} act="delete" label={t.acts.deleteAccount} danger>
            <label class="admin-check">
              <input type="checkbox" name="erase" /> {t.eraseToo}
            </label>
            <label class="admin-check">
              <input type="checkbox" name="sure" required /> {t.sure}
            </label>
          </ActForm>
        )}
      </div>
    </details>
  );
}
