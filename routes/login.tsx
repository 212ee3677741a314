import { page } from "fresh";
import { Head } from "fresh/runtime";
import { signInBrowser } from "../lib/chat/sign_in/sessions.ts";
import { readCookie, sessionCookie } from "../lib/chat/sign_in/cookies.ts";
import { ChatError } from "../lib/base/errors.ts";
import SignedOut from "../islands/SignedOut.tsx";
import { redirect } from "../lib/http/redirect.ts";
import { define } from "../lib/pages/define.ts";
import { localPath } from "../lib/http/origin.ts";
import { readForm } from "../lib/pages/form.ts";
import { Field, Notice } from "../lib/ui/parts/field.tsx";
import { errorOf, type FormState, generalError, kept, refusal } from "../lib/ui/parts/form_state.ts";
import { text } from "../lib/ui/parts/form_text.ts";
import { Sheet } from "../lib/ui/parts/sheet.tsx";
import { usePageStrings } from "../lib/ui/strings/context.ts";

const FIELDS = ["username", "password"];

export const handler = define.handlers({
  GET(ctx) {
    const next = localPath(ctx.url.searchParams.get("next"));
    if (ctx.state.actor !== null) return redirect(next);
    return page<Data>({ next, form: { values: {} }, closed: ctx.state.chat.config.registration === "closed" });
  },
  async POST(ctx) {
    const { chat, client } = ctx.state;
    const form = await readForm(ctx.req, chat);
    const next = localPath(text(form, "next"));
    try {
      const input = { username: text(form, "username").trim(), password: text(form, "password") };
      const { secret, expires_at } = await signInBrowser(
        chat,
        input,
        client,
        readCookie(chat.config, ctx.req.headers),
      );
      const response = redirect(next, 303);
      response.headers.append("set-cookie", sessionCookie(chat.config, secret, expires_at));
      return response;
    } catch (error) {
      const wrong = error instanceof ChatError && error.code === "bad_credentials";
      const refused = refusal(error, ctx.state.language);
      const state = { values: kept(form, ["username"]), error: wrong ? { ...refused, field: "password" } : refused };
      return page<Data>({ next, form: state, closed: chat.config.registration === "closed" }, { status: 422 });
    }
  },
});

interface Data {
  next: string;
  form: FormState;
  closed: boolean;
}

export default define.page<typeof handler>(function Login({ data: { next, form, closed } }) {
  const { account, login: t } = usePageStrings();
  const general = generalError(form, FIELDS);
  return (
    <Sheet
      title="Parley"
      sentence={t.sentence}
      foot={!closed && (
        <>
          {t.newHere} <a href={withNext("/register", next)}>{t.register}</a>
        </>
      )}
    >
      <Head>
        <title>{t.title} · Parley</title>
      </Head>
      <SignedOut />
      <form class="form" method="post" action="/login">
        {general && <Notice kind="error" message={general} />}
        <input type="hidden" name="next" value={next} />
        <Field
          label={account.username}
          name="username"
          value={form.values["username"]}
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
          autofocus={!form.values["username"]}
          error={errorOf(form, "username")}
        />
        <Field
          label={account.password}
          name="password"
          type="password"
          autocomplete="current-password"
          required
          autofocus={Boolean(form.values["username"])}
          error={errorOf(form, "password")}
        />
        <button type="submit" class="button button-main button-wide">{t.submit}</button>
        <p class="sheet-foot">
          <a href="/recover">{t.forgot}</a>
        </p>
      </form>
    </Sheet>
  );
});

function withNext(path: string, next: string): string {
  return next === "/" ? path : `${path}?next=${encodeURIComponent(next)}`;
}
