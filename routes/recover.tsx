import { page } from "fresh";
import { Head } from "fresh/runtime";
import { recover } from "../lib/chat/sign_in/recovery.ts";
import { define } from "../lib/pages/define.ts";
import { readForm } from "../lib/pages/form.ts";
import { LIMITS } from "../lib/protocol/limits.ts";
import { Field, Notice } from "../lib/ui/parts/forms/field.tsx";
import { errorOf, type FormState, generalError, kept, refusal } from "../lib/ui/parts/forms/form_state.ts";
import { text } from "../lib/ui/parts/forms/form_text.ts";
import { Sheet } from "../lib/ui/parts/sheet.tsx";
import { useBrand } from "../lib/ui/parts/server_brand.tsx";
import { usePageStrings } from "../lib/ui/strings/context.ts";
import { PostForm } from "../lib/ui/parts/forms/post_form.tsx";

const FIELDS = ["username", "code", "new_password"];

export const handler = define.handlers({
  GET: () => page<FormState>({ values: {} }),
  async POST(ctx) {
    const { chat, client, language } = ctx.state;
    const form = await readForm(ctx.req, chat);
    try {
      const input = { username: text(form, "username"), code: text(form, "code") };
      await recover(chat, { ...input, new_password: text(form, "new_password") }, client);
      return page<FormState>({ values: {}, done: "recovered" });
    } catch (error) {
      return page<FormState>({ values: kept(form, ["username"]), error: refusal(error, language) }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(function Recover({ data: form }) {
  const { recover: t, account, login } = usePageStrings();
  const brand = useBrand();
  const general = generalError(form, FIELDS);
  return (
    <Sheet title={t.title} sentence={t.sentence} foot={<a href="/login">{login.title}</a>}>
      <Head>
        <title>{t.title} · {brand.name}</title>
      </Head>
      {form.done ? <Notice kind="done" message={t.done} /> : (
        <PostForm class="form" action="/recover">
          {general && <Notice kind="error" message={general} />}
          <Field
            label={account.username}
            name="username"
            value={form.values["username"]}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            required
            autofocus
            error={errorOf(form, "username")}
          />
          <Field
            label={t.code}
            name="code"
            hint={t.codeHint}
            autocomplete="one-time-code"
            autocapitalize="none"
            spellcheck={false}
            required
            error={errorOf(form, "code")}
          />
          <Field
            label={t.newPassword}
            name="new_password"
            type="password"
            autocomplete="new-password"
            hint={t.passwordHint(LIMITS.password_min)}
            required
            error={errorOf(form, "new_password")}
          />
          <button type="submit" class="button button-main button-wide">{t.submit}</button>
        </PostForm>
      )}
    </Sheet>
  );
});
