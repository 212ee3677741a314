import { page } from "fresh";
import { Head } from "fresh/runtime";
import type { Chat } from "../lib/chat/chat.ts";
import { getServer } from "../lib/chat/moderation/server.ts";
import { needsSetupCode } from "../lib/chat/people/accounts.ts";
import { enterAccount } from "../lib/pages/enter.ts";
import { ChatError } from "../lib/base/errors.ts";
import SignedOut from "../islands/SignedOut.tsx";
import { redirect } from "../lib/http/redirect.ts";
import { define } from "../lib/pages/define.ts";
import { localPath, withNext } from "../lib/http/origin.ts";
import { readForm } from "../lib/pages/form.ts";
import { Field, Notice } from "../lib/ui/parts/forms/field.tsx";
import { errorOf, type FormState, generalError, kept, refusal } from "../lib/ui/parts/forms/form_state.ts";
import { text } from "../lib/ui/parts/forms/form_text.ts";
import { SetUpSheet } from "../lib/ui/page/set_up_sheet.tsx";
import type { Registration } from "../lib/protocol/joining.ts";
import { useBrand } from "../lib/ui/parts/server_brand.tsx";
import { Sheet } from "../lib/ui/parts/sheet.tsx";
import { usePageStrings } from "../lib/ui/strings/context.ts";

const FIELDS = ["username", "password"];

export const handler = define.handlers({
  async GET(ctx) {
    const next = localPath(ctx.url.searchParams.get("next"));
    if (ctx.state.actor !== null) return redirect(next);
    return page<Data>({ next, form: { values: {} }, ...await door(ctx.state.chat) });
  },
  async POST(ctx) {
    const { chat, client } = ctx.state;
    const form = await readForm(ctx.req, chat);
    const next = localPath(text(form, "next"));
    try {
      const input = { username: text(form, "username").trim(), password: text(form, "password") };
      return await enterAccount(chat, input, client, ctx.req, next);
    } catch (error) {
      const wrong = error instanceof ChatError && error.code === "bad_credentials";
      const refused = refusal(error, ctx.state.language);
      const state = { values: kept(form, ["username"]), error: wrong ? { ...refused, field: "password" } : refused };
      return page<Data>({ next, form: state, ...await door(chat) }, { status: 422 });
    }
  },
});

interface Data {
  next: string;
  form: FormState;
  registration: Registration;
  /** What the first account needs; null: it exists. */
  setUp: { needsCode: boolean } | null;
}

async function door(chat: Chat): Promise<Pick<Data, "registration" | "setUp">> {
  const { registration, set_up } = await getServer(chat);
  return { registration, setUp: set_up ? null : { needsCode: await needsSetupCode(chat) } };
}

export default define.page<typeof handler>(function Login({ data: { next, form, registration, setUp } }) {
  const { account, login: t } = usePageStrings();
  const brand = useBrand();
  if (setUp !== null) return <SetUpSheet next={next} form={{ values: {} }} {...setUp} />;
  const general = generalError(form, FIELDS);
  return (
    <Sheet
      title={brand.name}
      sentence={t.sentence}
      foot={registration !== "closed" && (
        <>
          {t.newHere} <a href={withNext("/register", next)}>{t.register}</a>
        </>
      )}
    >
      <Head>
        <title>{t.title} · {brand.name}</title>
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
