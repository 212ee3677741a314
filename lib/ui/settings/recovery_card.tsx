import { Field } from "../parts/forms/field.tsx";
import { errorOf, type FormState } from "../parts/forms/form_state.ts";
import { usePageStrings } from "../strings/context.ts";
import { Card } from "./card.tsx";
import { PostForm } from "../parts/forms/post_form.tsx";

interface RecoveryCardProps {
  left: number;
  /** New codes, shown this once. */
  codes?: string[] | undefined;
  form: FormState;
  /** Whether the page reminds of them, by a dot on the settings. */
  reminds: boolean;
}

/** Recovery codes, for a forgotten password. */
export function RecoveryCard({ left, codes, form, reminds }: RecoveryCardProps) {
  const { recovery: t, password } = usePageStrings();
  return (
    <Card id="recovery" title={t.title} form={form} fields={["current_password"]}>
      <p class="hint">{t.about}</p>
      {codes === undefined ? <p>{t.left(left)}</p> : (
        <div class="notice recovery-notice" role="status">
          <p>{t.once}</p>
          <ol class="recovery-codes">
            {codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ol>
        </div>
      )}
      <PostForm class="form" action="/settings">
        <input type="hidden" name="form" value="recovery" />
        <Field
          label={password.current}
          id="recovery-password"
          name="current_password"
          type="password"
          autocomplete="current-password"
          required
          error={errorOf(form, "current_password")}
        />
        <div class="form-end">
          <button type="submit" class="button">{left > 0 || codes !== undefined ? t.again : t.make}</button>
        </div>
      </PostForm>
      {reminds && left === 0 && codes === undefined && (
        <PostForm action="/settings">
          <input type="hidden" name="form" value="no-reminder" />
          <button type="submit" class="link-button">{t.noReminder}</button>
        </PostForm>
      )}
    </Card>
  );
}
