import { page } from "fresh";
import { Head } from "fresh/runtime";
import { changePassword, getMe, updateProfile } from "../lib/chat/accounts.ts";
import { endSession, listSessions } from "../lib/chat/sessions.ts";
import { define } from "../lib/define.ts";
import { type FormState, optionalText, refusal, text } from "../lib/ui/form_state.ts";
import { COLORS } from "../lib/protocol/colors.ts";
import { IconLink } from "../lib/ui/icon_link.tsx";
import { ArrowLeftIcon } from "../lib/ui/icons.tsx";
import { readForm } from "../lib/pages/form.ts";
import { themeOf } from "../lib/pages/page_rules.ts";
import { PasswordCard, ProfileCard, SessionsCard, ThemeCard } from "../lib/ui/settings.tsx";
import type { State } from "../lib/app_state.ts";

const DONE: Record<string, string> = {
  profile: "Saved. This is how others see you now.",
  password: "Your password is changed, and your other sessions are signed out.",
  sessions: "Signed out there.",
  theme: "Saved for this browser.",
};

export const handler = define.handlers({
  async GET(ctx) {
    const done = ctx.url.searchParams.get("saved") ?? "";
    const form: FormState = Object.hasOwn(DONE, done) ? { values: {}, form: done, done: DONE[done] ?? "" } : NOTHING;
    return page({ ...await content(ctx.state), form });
  },
  async POST(ctx) {
    const form = await readForm(ctx.req, ctx.state.chat);
    const which = text(form, "form");
    try {
      await carryOut(ctx.state, which, form);
    } catch (error) {
      const values = { display_name: text(form, "display_name"), color: text(form, "color") };
      const state: FormState = { values, form: which, error: refusal(error) };
      return page({ ...await content(ctx.state), form: state }, { status: 422 });
    }
    const response = ctx.redirect(`/settings?saved=${encodeURIComponent(which)}#${encodeURIComponent(which)}`, 303);
    if (which === "theme") {
      const theme = themeOf(text(form, "theme"));
      response.headers.append("set-cookie", `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax`);
    }
    return response;
  },
});

const NOTHING: FormState = { values: {} };

async function content({ chat, actor, theme, zone }: State) {
  if (actor === null) throw new Error("the middleware lets nobody in here without an account");
  const [me, sessions] = await Promise.all([getMe(chat, actor), listSessions(chat, actor)]);
  return { me, sessions, theme, zone };
}

async function carryOut({ chat, actor }: State, which: string, form: FormData): Promise<void> {
  if (actor === null) return;
  if (which === "profile") {
    const display_name = optionalText(form, "display_name");
    const color = COLORS.find((value) => value === text(form, "color"));
    await updateProfile(chat, actor, { ...(display_name && { display_name }), ...(color && { color }) });
  } else if (which === "password") {
    const current_password = text(form, "current_password");
    await changePassword(chat, actor, { current_password, new_password: text(form, "new_password") });
  } else if (which === "sessions") {
    await endSession(chat, actor, text(form, "session"));
  }
}

export default define.page<typeof handler>(function Settings({ data: { me, sessions, theme, zone, form } }) {
  const of = (name: string) => form.form === name ? form : NOTHING;
  return (
    <main class="page settings">
      <Head>
        <title>Settings · Parley</title>
      </Head>
      <div class="sheet">
        <header class="settings-head">
          <IconLink href="/" label="Back to the conversation" icon={<ArrowLeftIcon />} />
          <h1>Settings</h1>
        </header>
        <ProfileCard me={me} form={of("profile")} />
        <ThemeCard theme={theme} form={of("theme")} />
        <PasswordCard form={of("password")} />
        <SessionsCard sessions={sessions} zone={zone} form={of("sessions")} />
        <form method="post" action="/logout">
          <button type="submit" class="button">Sign out of this browser</button>
        </form>
      </div>
    </main>
  );
});
