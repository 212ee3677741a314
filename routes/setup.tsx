import { page } from "fresh";
import { needsSetupCode, setUp } from "../lib/chat/people/accounts.ts";
import { ChatError } from "../lib/base/errors.ts";
import { enterAccount } from "../lib/pages/enter.ts";
import { redirect } from "../lib/http/redirect.ts";
import { define } from "../lib/pages/define.ts";
import { localPath } from "../lib/http/origin.ts";
import { readForm } from "../lib/pages/form.ts";
import { type FormState, kept, optionalText, refusal } from "../lib/ui/parts/forms/form_state.ts";
import { text } from "../lib/ui/parts/forms/form_text.ts";
import { SetUpSheet } from "../lib/ui/page/set_up_sheet.tsx";

export const handler = define.handlers({
  async GET({ state: { chat }, url }) {
    const next = localPath(url.searchParams.get("next"));
    if (await chat.server.isSetUp()) {
      return redirect(next === "/" ? "/login" : `/login?next=${encodeURIComponent(next)}`);
    }
    return page<Data>({ next, form: { values: {} }, needsCode: await needsSetupCode(chat) });
  },
  async POST({ req, state: { chat, client, language } }) {
    const form = await readForm(req, chat);
    const next = localPath(text(form, "next"));
    const username = text(form, "username").trim();
    const password = text(form, "password");
    try {
      const optional = ["display_name", "server_name", "setup_code"].flatMap((name) => {
        const value = optionalText(form, name);
        return value === undefined ? [] : [[name, value]];
      });
      await setUp(chat, { username, password, ...Object.fromEntries(optional) }, client);
      return await enterAccount(chat, { username, password }, client, req, next);
    } catch (error) {
      if (error instanceof ChatError && error.code === "conflict") return redirect("/register", 303);
      const values = kept(form, ["server_name", "username", "display_name", "setup_code"]);
      const refused = refusal(error, language);
      const field = error instanceof ChatError && error.code === "setup_code_required" ? "setup_code" : refused.field;
      const data = { next, form: { values, error: { ...refused, field } }, needsCode: await needsSetupCode(chat) };
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
