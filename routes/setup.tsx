import { page } from "fresh";
import { needsSetupCode, setUp } from "../lib/chat/people/accounts.ts";
import { ChatError } from "../lib/base/errors.ts";
import { enterAccount } from "../lib/pages/enter.ts";
import { redirect } from "../lib/http/redirect.ts";
import { define } from "../lib/pages/define.ts";
import { localPath, withNext } from "../lib/http/origin.ts";
import { readForm } from "../lib/pages/form.ts";
import { type FormState, kept, optionalTexts, refusal } from "../lib/ui/parts/forms/form_state.ts";
import { text } from "../lib/ui/parts/forms/form_text.ts";
import { SetUpSheet } from "../lib/ui/page/set_up_sheet.tsx";

export const handler = define.handlers({
  async GET({ state: { chat }, url }) {
    const next = localPath(url.searchParams.get("next"));
    if (await chat.server.isSetUp()) {
      return redirect(withNext("/login", next));
    }
    return page<Data>({ next, form: { values: {} }, needsCode: await needsSetupCode(chat) });
  },
  async POST({ req, state: { chat, client, language } }) {
    const form = await readForm(req, chat);
    const next = localPath(text(form, "next"));
    const username = text(form, "username").trim();
    const password = text(form, "password");
    try {
      const optional = optionalTexts(form, ["display_name", "server_name", "setup_code"]);
      await setUp(chat, { username, password, ...optional }, client);
      return await enterAccount(chat, { username, password }, client, req, next);
    } catch (error) {
      if (error instanceof ChatError && error.code === "conflict") return redirect("/register", 303);
      const values = kept(form, ["server_name", "username", "display_name", "setup_code"]);
      const data = { next, form: { values, error: refusal(error, language) }, needsCode: await needsSetupCode(chat) };
      return page<Data>(data, { status: 422 });
    }
  },
});

interface Data {
  next: string;
  form: FormState;
  needsCode: boolean;
}

export default define.page<typeof handler>(function SetUp({ data }) {
  return <SetUpSheet {...data} />;
});
