import { deviceName } from "./device_name.ts";
import type { FormState } from "../parts/forms/form_state.ts";
import { KeyIcon, MonitorIcon, PhoneIcon } from "../parts/icons_later.tsx";
import { usePageStrings, useTimes } from "../strings/context.ts";
import { Card } from "./card.tsx";
import { PostForm } from "../parts/forms/post_form.tsx";

/** What the page needs of a session. */
export interface SessionLine {
  id: string;
  kind: "cookie" | "tokens";
  user_agent: string;
  last_seen_at: string;
  current: boolean;
}

interface SessionsCardProps {
  sessions: readonly SessionLine[];
  zone: string;
  form: FormState;
}

export function SessionsCard({ sessions, zone, form }: SessionsCardProps) {
  const { sessions: t } = usePageStrings();
  const ordered = [...sessions].sort((a, b) =>
    Number(b.current) - Number(a.current) || b.last_seen_at.localeCompare(a.last_seen_at)
  );
  return (
    <Card id="sessions" title={t.title} form={form}>
      <ul>
        {ordered.map((session) => <SessionRow key={session.id} session={session} zone={zone} />)}
      </ul>
      {sessions.length > 1 && (
        <PostForm action="/settings">
          <input type="hidden" name="form" value="sessions" />
          <button type="submit" class="button" name="session" value="others">{t.endOthers}</button>
        </PostForm>
      )}
    </Card>
  );
}

function SessionRow({ session, zone }: { session: SessionLine; zone: string }) {
  const { sessions: t } = usePageStrings();
  const times = useTimes();
  const device = deviceName(session.user_agent);
  const name = device.browser && device.system
    ? t.browserOn(device.browser, device.system)
    : device.browser ?? device.system ?? device.own ?? t.unknownDevice;
  return (
    <li class="session">
      {session.kind === "tokens" ? <KeyIcon /> : device.mobile ? <PhoneIcon /> : <MonitorIcon />}
      <div>
        {session.kind === "tokens" ? `${t.apiClient} · ${name}` : name}
        <small>{session.current ? t.thisBrowser : t.lastUsed(times.full(session.last_seen_at, zone))}</small>
      </div>
      {!session.current && (
        <PostForm action="/settings">
          <input type="hidden" name="form" value="sessions" />
          <button
            type="submit"
            class="button button-quiet"
            name="session"
            value={session.id}
            aria-label={t.endOf(name)}
          >
            {t.end}
          </button>
        </PostForm>
      )}
    </li>
  );
}
