import { Head } from "fresh/runtime";
import { LIMITS } from "../../protocol/limits.ts";
import { Field, Notice } from "../parts/forms/field.tsx";
import { errorOf, type FormState, generalError } from "../parts/forms/form_state.ts";
import { useBrand } from "../parts/server_brand.tsx";
import { Sheet } from "../parts/sheet.tsx";
import { usePageStrings } from "../strings/context.ts";

/** Commands that find the code's line in the log. */
const IN_DOCKER = "docker compose logs | grep set-up";
const IN_SERVICE = "journalctl | grep set-up";

interface SetUpProps {
  next: string;
  form: FormState;
  /** Whether the first account has to prove that the server is its operator's. */
  needsCode: boolean;
}

/** What an empty server shows instead of the sign-in: it makes the first account and names the team. */
export function SetUpSheet({ next, form, needsCode }: SetUpProps) {
  const { setUp: t, account, register } = usePageStrings();
  const { name } = useBrand();
  const shown = ["server_name", "display_name", "username", "password", ...(needsCode ? ["setup_code"] : [])];
  const general = generalError(form, shown);
  const of = (field: string) => ({ name: field, value: form.values[field], error: errorOf(form, field) });
  return (
    <Sheet title={t.title} sentence={t.sentence}>
      <Head>
        <title>{t.title} · {name}</title>
      </Head>
      <form class="form" method="post" action="/setup">
        {general && <Notice kind="error" message={general} />}
        <input type="hidden" name="next" value={next} />
        {needsCode && <SetUpCode field={of("setup_code")} />}
        <Field
          {...of("server_name")}
          label={t.team}
          hint={t.teamHint}
          autocomplete="organization"
          maxLength={LIMITS.display_name}
          autofocus={!needsCode}
        />
        <Field
          {...of("display_name")}
          label={t.name}
          hint={t.nameHint}
          autocomplete="name"
          maxLength={LIMITS.display_name}
        />
        <Field
          {...of("username")}
          label={account.username}
          hint={t.usernameHint}
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          maxLength={LIMITS.username}
          required
        />
        <Field
          label={account.password}
          name="password"
          type="password"
          hint={register.passwordHint(LIMITS.password_min)}
          autocomplete="new-password"
          required
          error={errorOf(form, "password")}
        />
        <button type="submit" class="button button-main button-wide">{t.submit}</button>
      </form>
    </Sheet>
  );
}

interface SetUpCodeProps {
  field: { name: string; value: string | undefined; error: string | undefined };
}

function SetUpCode({ field }: SetUpCodeProps) {
  const { setUp: t } = usePageStrings();
  return (
    <div class="set-up-code">
      <Field {...field} label={t.code} hint={t.codeHint} autocomplete="off" spellcheck={false} required autofocus />
      <details>
        <summary>{t.where}</summary>
        <dl>
          <dt>{t.inTerminal}</dt>
          <dd>{t.inTerminalHow}</dd>
          <dt>{t.inDocker}</dt>
          <dd>
            <code>{IN_DOCKER}</code>
          </dd>
          <dt>{t.inService}</dt>
          <dd>
            <code>{IN_SERVICE}</code>
          </dd>
          <dt>{t.inDeploy}</dt>
          <dd>{t.inDeployHow}</dd>
        </dl>
      </details>
    </div>
  );
}
