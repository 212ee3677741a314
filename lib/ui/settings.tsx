import type { ComponentChildren } from "preact";
import type { Theme } from "../app_state.ts";
import type { User } from "../model.ts";
import { colorClass, COLORS } from "../protocol/colors.ts";
import { LIMITS } from "../protocol/limits.ts";
import { Avatar } from "./avatar.tsx";
import { Field, Notice } from "./field.tsx";
import { errorOf, type FormState, generalError } from "./form_state.ts";
import { KeyIcon, MonitorIcon, PhoneIcon } from "./icons.tsx";
import { deviceName } from "./device_name.ts";
import { fullTime } from "./time.ts";

interface CardProps {
  id: string;
  title: string;
  form: FormState;
  fields?: readonly string[];
  children: ComponentChildren;
}

function Card({ id, title, form, fields = [], children }: CardProps) {
  const general = generalError(form, fields);
  return (
    <section class="card" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {form.done && <Notice kind="done" message={form.done} />}
      {general && <Notice kind="error" message={general} />}
      {children}
    </section>
  );
}

export function ProfileCard({ me, form }: { me: User; form: FormState }) {
  const color = form.values["color"] || me.color;
  return (
    <Card id="profile" title="Profile" form={form} fields={["display_name", "color"]}>
      <div class="profile-preview">
        <Avatar user={me} size="l" />
        <div>
          <div class={`author-name ${colorClass(me.color)}`}>{me.display_name}</div>
          <div class="message-note">@{me.username}</div>
        </div>
      </div>
      <form class="form" method="post" action="/settings">
        <input type="hidden" name="form" value="profile" />
        <Field
          label="Display name"
          name="display_name"
          value={form.values["display_name"] ?? me.display_name}
          maxLength={LIMITS.display_name}
          autocomplete="name"
          required
          error={errorOf(form, "display_name")}
        />
        <fieldset class="swatches">
          <legend class="field-label">Colour</legend>
          {COLORS.map((value, index) => (
            <label key={value} class={colorClass(value)}>
              <input
                type="radio"
                name="color"
                value={value}
                checked={value === color}
                aria-label={`Colour ${index + 1}`}
              />
            </label>
          ))}
        </fieldset>
        <div class="form-end">
          <button type="submit" class="button button-main">Save profile</button>
        </div>
      </form>
    </Card>
  );
}

const THEME_CHOICES: [Theme, string, string][] = [
  ["system", "System", "As this device is set"],
  ["light", "Light", "Warm paper"],
  ["dark", "Dark", "Warm night"],
];

export function ThemeCard({ theme, form }: { theme: Theme; form: FormState }) {
  return (
    <Card id="theme" title="Appearance" form={form}>
      <form class="form" method="post" action="/settings">
        <input type="hidden" name="form" value="theme" />
        <fieldset class="choices">
          <legend class="hidden-text">Theme</legend>
          {THEME_CHOICES.map(([value, label, hint]) => (
            <label key={value} class="choice">
              <input type="radio" name="theme" value={value} checked={value === theme} />
              <span>{label}</span>
              <small>{hint}</small>
            </label>
          ))}
        </fieldset>
        <div class="form-end">
          <button type="submit" class="button">Save appearance</button>
        </div>
      </form>
    </Card>
  );
}

export function PasswordCard({ form }: { form: FormState }) {
  return (
    <Card id="password" title="Password" form={form} fields={["current_password", "new_password"]}>
      <form class="form" method="post" action="/settings">
        <input type="hidden" name="form" value="password" />
        <Field
          label="Current password"
          name="current_password"
          type="password"
          autocomplete="current-password"
          required
          error={errorOf(form, "current_password")}
        />
        <Field
          label="New password"
          name="new_password"
          type="password"
          autocomplete="new-password"
          hint={`At least ${LIMITS.password_min} characters. Your other sessions are signed out.`}
          required
          error={errorOf(form, "new_password")}
        />
        <div class="form-end">
          <button type="submit" class="button">Change password</button>
        </div>
      </form>
    </Card>
  );
}

/** What the page needs of a session. */
export interface SessionLine {
  id: string;
  kind: "cookie" | "tokens";
  user_agent: string;
  last_seen_at: string;
  current: boolean;
}

export function SessionsCard(
  { sessions, zone, form }: { sessions: readonly SessionLine[]; zone: string; form: FormState },
) {
  const ordered = [...sessions].sort((a, b) =>
    Number(b.current) - Number(a.current) || b.last_seen_at.localeCompare(a.last_seen_at)
  );
  return (
    <Card id="sessions" title="Where you are signed in" form={form}>
      <ul>
        {ordered.map((session) => <SessionRow key={session.id} session={session} zone={zone} />)}
      </ul>
      {sessions.length > 1 && (
        <form method="post" action="/settings">
          <input type="hidden" name="form" value="sessions" />
          <button type="submit" class="button" name="session" value="others">Sign out everywhere else</button>
        </form>
      )}
    </Card>
  );
}

function SessionRow({ session, zone }: { session: SessionLine; zone: string }) {
  const device = deviceName(session.user_agent);
  return (
    <li class="session">
      {session.kind === "tokens" ? <KeyIcon /> : device.mobile ? <PhoneIcon /> : <MonitorIcon />}
      <div>
        {session.kind === "tokens" ? `API client · ${device.name}` : device.name}
        <small>
          {session.current ? "This browser" : `Last used ${fullTime(session.last_seen_at, zone)}`}
        </small>
      </div>
      {!session.current && (
        <form method="post" action="/settings">
          <input type="hidden" name="form" value="sessions" />
          <button
            type="submit"
            class="button button-quiet"
            name="session"
            value={session.id}
            aria-label={`Sign out ${device.name}`}
          >
            Sign out
          </button>
        </form>
      )}
    </li>
  );
}
