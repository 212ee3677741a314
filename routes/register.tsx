import { page } from "fresh";
import { Head } from "fresh/runtime";
import { needsSetupCode, register } from "../lib/chat/people/accounts.ts";
import { redirect } from "../lib/http/redirect.ts";
import { define } from "../lib/pages/define.ts";
import { enterAccount } from "../lib/pages/enter.ts";
import { type Door, doorOf } from "../lib/pages/invited.ts";
import { localPath, withNext } from "../lib/http/origin.ts";
import { readForm } from "../lib/pages/form.ts";
import { LIMITS } from "../lib/protocol/limits.ts";
import { InvitationNotice, invitedSentence } from "../lib/ui/page/invited.tsx";
import { SetUpSheet } from "../lib/ui/page/set_up_sheet.tsx";
import { Field, Notice } from "../lib/ui/parts/forms/field.tsx";
import {
  errorOf,
  type FormState,
  generalError,
  kept,
  optionalTexts,
  refusal,
} from "../lib/ui/parts/forms/form_state.ts";
import { text } from "../lib/ui/parts/forms/form_text.ts";
import { useBrand } from "../lib/ui/parts/server_brand.tsx";
import { Sheet } from "../lib/ui/parts/sheet.tsx";
import { usePageStrings } from "../lib/ui/strings/context.ts";

export const handler = define.handlers({
  async GET({ url, state: { actor, chat } }) {
    const next = localPath(url.searchParams.get("next"));
    if (actor !== null) return redirect(next);
    const invitation = url.searchParams.get("invitation") ?? "";
    if (!await chat.server.isSetUp()) {
      return page<Data>({ setUp: { next, form: { values: {} }, needsCode: await needsSetupCode(chat) } });
    }
    return page<Data>({ setUp: null, next, form: { values: { invitation } }, door: await doorOf(chat, invitation) });
  },
  async POST(ctx) {
    const { chat, client } = ctx.state;
    const form = await readForm(ctx.req, chat);
    const next = localPath(text(form, "next"));
    const username = text(form, "username").trim();
    const password = text(form, "password");
    const optional = optionalTexts(form, ["display_name", "setup_code", "invitation"]);
    try {
      await register(chat, { username, password, ...optional }, client);
      return await enterAccount(chat, { username, password }, client, ctx.req, next);
    } catch (error) {
      const values = kept(form, ["username", "display_name", "setup_code", "invitation"]);
      const state: FormState = { values, error: refusal(error, ctx.state.language) };
      const data: Data = await chat.server.isSetUp()
        ? { setUp: null, next, form: state, door: await doorOf(chat, optional.invitation ?? "") }
        : { setUp: { next, form: state, needsCode: await needsSetupCode(chat) } };
      return page<Data>(data, { status: 422 });
    }
  },
});

type Data =
  | { setUp: { next: string; form: FormState; needsCode: boolean } }
  | { setUp: null; next: string; form: FormState; door: Door };

export default define.page<typeof handler>(function Register({ data }) {
  return data.setUp === null ? <Join {...data} /> : <SetUpSheet {...data.setUp} />;
});

function Join({ next, form, door }: { next: string; form: FormState; door: Door }) {
  const strings = usePageStrings();
  const { login, register: t, joining } = strings;
  const brand = useBrand();
  return (
    <Sheet
      title={joining.heading(brand.name)}
      sentence={invitedSentence(strings, door, brand.name)}
      foot={
        <>
          {t.already} <a href={withNext("/login", next)}>{login.title}</a>
        </>
      }
    >
      <Head>
        <title>{login.register} · {brand.name}</title>
      </Head>
      <InvitationNotice door={door} />
      {door.registration !== "closed" && <RegisterForm next={next} form={form} door={door} />}
    </Sheet>
  );
}

function RegisterForm({ next, form, door }: { next: string; form: FormState; door: Door }) {
  const { account, register: t } = usePageStrings();
  // an invitation that holds came with the link: nobody types it
  const asksCode = door.registration === "invite" && door.invitation?.state !== "open";
  const shown = ["username", "display_name", "password", ...(asksCode ? ["invitation"] : [])];
  const general = generalError(form, shown);
  return (
    <form class="form" method="post" action="/register">
      {general && <Notice kind="error" message={general} />}
      <input type="hidden" name="next" value={next} />
      {asksCode
        ? (
          <Field
            label={t.invitation}
            name="invitation"
            value={door.invitation === null ? form.values["invitation"] : ""}
            hint={t.invitationHint}
            autocomplete="off"
            spellcheck={false}
            required
            error={errorOf(form, "invitation")}
          />
        )
        : <input type="hidden" name="invitation" value={form.values["invitation"]} />}
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
  );
}
