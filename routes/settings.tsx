import { page } from "fresh";
import { Head } from "fresh/runtime";
import { changePassword, getMe, updateProfile } from "../lib/chat/people/accounts.ts";
import { blockedUsers, unblockUser } from "../lib/chat/people/blocks.ts";
import { fileUsage } from "../lib/chat/files/files.ts";
import { updateSettings } from "../lib/chat/people/settings.ts";
import { endSession, listSessions } from "../lib/chat/sign_in/sessions.ts";
import { clearedCookie } from "../lib/chat/sign_in/cookies.ts";
import LiveSettings from "../islands/LiveSettings.tsx";
import { deleteOwnAccount } from "../lib/chat/people/deletion.ts";
import { makeRecoveryCodes, recoveryCodesLeft } from "../lib/chat/sign_in/recovery.ts";
import { redirect } from "../lib/http/redirect.ts";
import { define } from "../lib/pages/define.ts";
import { ChatError } from "../lib/base/errors.ts";
import { signedIn } from "../lib/pages/chat_page_data.ts";
import { type FormState, optionalText, refusal } from "../lib/ui/parts/forms/form_state.ts";
import { text } from "../lib/ui/parts/forms/form_text.ts";
import { COLORS } from "../lib/protocol/colors.ts";
import { IconLink } from "../lib/ui/parts/icon_link.tsx";
import { ArrowLeftIcon } from "../lib/ui/parts/icons.tsx";
import { readOwnForm } from "../lib/pages/form.ts";
import { AppearanceCard } from "../lib/ui/settings/appearance_card.tsx";
import { BlockedCard } from "../lib/ui/settings/blocked_card.tsx";
import { DeletionCard } from "../lib/ui/settings/deletion_card.tsx";
import { RecoveryCard } from "../lib/ui/settings/recovery_card.tsx";
import { FilesCard } from "../lib/ui/settings/files_card.tsx";
import { PasswordCard } from "../lib/ui/settings/password_card.tsx";
import { ProfileCard } from "../lib/ui/settings/profile_card.tsx";
import { SessionsCard } from "../lib/ui/settings/sessions_card.tsx";
import { useBrand } from "../lib/ui/parts/server_brand.tsx";
import { usePageStrings } from "../lib/ui/strings/context.ts";
import { TEXTS } from "../lib/ui/strings/tables.ts";
import type { State } from "../lib/pages/app_state.ts";
import { PostForm } from "../lib/ui/parts/forms/post_form.tsx";

export const handler = define.handlers({
  async GET(ctx) {
    const done = ctx.url.searchParams.get("saved") ?? "";
    const sentence = new Map(Object.entries(TEXTS[ctx.state.language].pages.settings.done)).get(done);
    const form: FormState = sentence === undefined ? NOTHING : { values: {}, form: done, done: sentence };
    return page({ ...await content(ctx.state), form });
  },
  async POST(ctx) {
    const form = await readOwnForm(ctx);
    const which = text(form, "form");
    try {
      if (which === "recovery") return await showCodes(ctx.state, text(form, "current_password"));
      if (which === "deletion") {
        await deleteOwn(ctx.state, form);
        return goodbye(redirect("/login", 303), ctx.state);
      }
      await carryOut(ctx.state, which, form);
    } catch (error) {
      const values = { display_name: text(form, "display_name"), color: text(form, "color") };
      const state: FormState = { values, form: which, error: refusal(error, ctx.state.language) };
      return page({ ...await content(ctx.state), form: state }, { status: 422 });
    }
    return redirect(`/settings?saved=${encodeURIComponent(which)}#${encodeURIComponent(which)}`, 303);
  },
});

const NOTHING: FormState = { values: {} };

/** Answered without a redirect, because they are shown this once. */
async function showCodes(state: State, current_password: string) {
  const codes = await makeRecoveryCodes(state.chat, signedIn(state), { current_password });
  return page({ ...await content(state), codes, form: NOTHING });
}

async function deleteOwn(state: State, form: FormData): Promise<void> {
  if (!form.has("sure")) throw new ChatError("invalid", "Say that you are sure.", { field: "sure" });
  const erase_messages = form.has("erase");
  const current_password = text(form, "current_password");
  await deleteOwnAccount(state.chat, signedIn(state), { current_password, erase_messages });
}

function goodbye(response: Response, { chat }: State): Response {
  response.headers.append("set-cookie", clearedCookie(chat.config));
  response.headers.set("clear-site-data", '"storage"');
  return response;
}

async function content({ chat, actor, settings, zone }: State) {
  if (actor === null) throw new Error("the middleware lets nobody in here without an account");
  const [me, sessions, blocked, files] = await Promise.all([
    getMe(chat, actor),
    listSessions(chat, actor),
    blockedUsers(chat, actor),
    fileUsage(chat, actor),
  ]);
  const codes: string[] | undefined = undefined;
  return { me, sessions, blocked, files, settings, zone, codes, recovery: await recoveryCodesLeft(chat, actor) };
}

async function carryOut({ chat, actor }: State, which: string, form: FormData): Promise<void> {
  if (actor === null) return;
  if (which === "profile") {
    const display_name = optionalText(form, "display_name");
    const color = COLORS.find((value) => value === text(form, "color"));
    await updateProfile(chat, actor, { ...(display_name && { display_name }), ...(color && { color }) });
  } else if (which === "appearance") {
    const names = ["theme", "density", "language", "time_format"] as const;
    // The verb refuses a value that is no choice, and names its field.
    const given = Object.fromEntries(names.map((name) => [name, text(form, name)]));
    await updateSettings(chat, actor, given);
  } else if (which === "password") {
    const current_password = text(form, "current_password");
    await changePassword(chat, actor, { current_password, new_password: text(form, "new_password") });
  } else if (which === "blocked") {
    await unblockUser(chat, actor, text(form, "user").slice(0, 64));
  } else if (which === "no-reminder") {
    await updateSettings(chat, actor, { suggest_recovery: false });
  } else if (which === "sessions") {
    await endSession(chat, actor, text(form, "session"));
  }
}

export default define.page<typeof handler>(
  function Settings({ data: { me, sessions, blocked, files, settings, zone, form, codes, recovery } }) {
    const of = (name: string) => form.form === name ? form : NOTHING;
    const { settings: t, app, admin } = usePageStrings();
    const brand = useBrand();
    return (
      <main class="page settings">
        <Head>
          <title>{t.title} · {brand.name}</title>
        </Head>
        <div class="sheet">
          <header class="settings-head">
            <IconLink href="/" label={app.back} icon={<ArrowLeftIcon />} />
            <h1>{t.title}</h1>
            {me.admin && <a class="button button-quiet settings-admin" href="/admin/overview">{admin.link}</a>}
          </header>
          <ProfileCard me={me} form={of("profile")} />
          <AppearanceCard settings={settings} form={of("appearance")} />
          <LiveSettings user_id={me.id} />
          <PasswordCard form={of("password")} />
          <RecoveryCard left={recovery} codes={codes} form={of("recovery")} reminds={settings.suggest_recovery} />
          <FilesCard {...files} />
          <BlockedCard people={blocked} form={of("blocked")} />
          <SessionsCard sessions={sessions} zone={zone} form={of("sessions")} />
          <PostForm action="/logout">
            <button type="submit" class="button">{t.signOut}</button>
          </PostForm>
          {!me.admin && <DeletionCard form={of("deletion")} />}
        </div>
      </main>
    );
  },
);
