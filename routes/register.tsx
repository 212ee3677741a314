import { page } from "fresh";
import { Head } from "fresh/runtime";
import { needsSetupCode, register } from "../lib/chat/people/accounts.ts";
import { signInBrowser } from "../lib/chat/sign_in/sessions.ts";
import { readCookie, sessionCookie } from "../lib/chat/sign_in/cookies.ts";
import type { Chat } from "../lib/chat/chat.ts";
import { ChatError } from "../lib/base/errors.ts";
import { redirect } from "../lib/http/redirect.ts";
import { define } from "../lib/pages/define.ts";
import { localPath } from "../lib/http/origin.ts";
import { readForm } from "../lib/pages/form.ts";
import { LIMITS } from "../lib/protocol/limits.ts";
import { Field, Notice } from "../lib/ui/parts/field.tsx";
import { errorOf, type FormState, generalError, kept, optionalText, refusal } from "../lib/ui/parts/form_state.ts";
import { text } from "../lib/ui/parts/form_text.ts";
import type { Language } from "../lib/protocol/settings.ts";
import { Sheet } from "../lib/ui/parts/sheet.tsx";
import { usePageStrings } from "../lib/ui/strings/context.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const next = localPath(ctx.url.searchParams.get("next"));
    if (ctx.state.actor !== null) return redirect(next);
    const invitation = ctx.url.searchParams.get("invitation") ?? "";
    return page<Data>({ next, form: { values: { invitation } }, ask: await extraField(ctx.state.chat) });
  },
  async POST(ctx) {
    const { chat, client } = ctx.state;
    const form = await readForm(ctx.req, chat);
    const next = localPath(text(form, "next"));
    const username = text(form, "username").trim();
    const password = text(form, "password");
    const optional = {
      display_name: optionalText(form, "display_name"),
      setup_code: optionalText(form, "setup_code"),
      invitation: optionalText(form, "invitation"),
    };
    try {
      const given = Object.entries(optional).filter((entry): entry is [string, string] => entry[1] !== undefined);
      await register(chat, { username, password, ...Object.fromEntries(given) }, client);
      const before = readCookie(chat.config, ctx.req.headers);
      const { secret, expires_at } = await signInBrowser(chat, { username, password }, client, before);
      const response = redirect(next, 303);
      response.headers.append("set-cookie", sessionCookie(chat.config, secret, expires_at));
      return response;
    } catch (error) {
      const values = kept(form, ["username", "display_name", "setup_code", "invitation"]);
      const ask = await extraField(chat);
      return page<Data>({ next, form: { values, error: beside(error, ctx.state.language) }, ask }, { status: 422 });
    }
  },
});

interface Data {
  next: string;
  form: FormState;
  /** What registration needs beside a name and a password. */
  ask: "setup_code" | "invitation" | "closed" | null;
}

async function extraField(chat: Chat): Promise<Data["ask"]> {
  if (await needsSetupCode(chat)) return "setup_code";
  const { registration } = chat.config;
  return registration === "open" ? null : registration === "invite" ? "invitation" : "closed";
}

/** Codes of refusals that belong to one field, even if they do not name it. */
function beside(error: unknown, language: Language): { field: string | undefined; message: string } {
  const refused = refusal(error, language);
  const code = error instanceof ChatError ? error.code : "";
  const field = code === "username_taken"
    ? "username"
    : code === "setup_code_required"
    ? "setup_code"
    : code === "invitation_required"
    ? "invitation"
    : refused.field;
  return { ...refused, field };
}

export default define.page<typeof handler>(function Register({ data: { next, form, ask } }) {
  const { account, login, register: t } = usePageStrings();
  const shown = ["username", "display_name", "password", ...(ask ? [ask] : [])];
  const general = generalError(form, shown);
  const signInLink = next === "/" ? "/login" : `/login?next=${encodeURIComponent(next)}`;
  return (
    <Sheet
      title={t.heading}
      sentence={ask === "setup_code" ? t.first : t.sentence}
      foot={
        <>
          {t.already} <a href={signInLink}>{login.title}</a>
        </>
      }
    >
      <Head>
        <title>{login.register} · Parley</title>
      </Head>
      {ask === "closed"
        ? <Notice kind="error" message={t.closed} />
        : (
          <form class="form" method="post" action="/register">
            {general && <Notice kind="error" message={general} />}
            <input type="hidden" name="next" value={next} />
            {ask && <ExtraField ask={ask} form={form} />}
            <Field
              label={account.username}
              name="username"
              value={form.values["username"]}
              hint={t.usernameHint}
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              maxLength={LIMITS.username}
              required
              autofocus
              error={errorOf(form, "username")}
            />
            <Field
              label={t.displayName}
              name="display_name"
              value={form.values["display_name"]}
              hint={t.displayNameHint}
              autocomplete="name"
              error={errorOf(form, "display_name")}
            />
            <Field
              label={account.password}
              name="password"
              type="password"
              hint={t.passwordHint(LIMITS.password_min)}
              autocomplete="new-password"
              required
              error={errorOf(form, "password")}
            />
            <button type="submit" class="button button-main button-wide">{t.submit}</button>
          </form>
        )}
    </Sheet>
  );
});

function ExtraField({ ask, form }: { ask: "setup_code" | "invitation"; form: FormState }) {
  const { register: t } = usePageStrings();
  const [label, hint] = ask === "setup_code" ? [t.setupCode, t.setupCodeHint] : [t.invitation, t.invitationHint];
  return (
    <Field
      label={label}
      name={ask}
      value={form.values[ask]}
      hint={hint}
      autocomplete="off"
      spellcheck={false}
      required
      error={errorOf(form, ask)}
    />
  );
}
