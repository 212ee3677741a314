import { Field } from "../parts/forms/field.tsx";
import { errorOf, type FormState } from "../parts/forms/form_state.ts";
import { usePageStrings } from "../strings/context.ts";
import { Card } from "./card.tsx";
import { PostForm } from "../parts/forms/post_form.tsx";

/** Deletion of the account, in a closed fold. */
export function DeletionCard({ form }: { form: FormState }) {
  const { deletion: t, password } = usePageStrings();
  return (
    <Card id="deletion" title={t.title} form={form} fields={["current_password"]}>
      <p class="hint">{t.about}</p>
      <details open={form.error !== undefined}>
        <summary class="button">{t.ask}</summary>
        <PostForm class="form deletion-form" action="/settings">
          <input type="hidden" name="form" value="deletion" />
          <label class="admin-check">
            <input type="checkbox" name="erase" /> {t.erase}
          </label>
          <label class="admin-check">
            <input type="checkbox" name="sure" required /> {t.sure}
          </label>
          <Field
            label={password.current}
            id="deletion-password"
            name="current_password"
            type="password"
            autocomplete="current-password"
            required
            error={errorOf(form, "current_password")}
          />
          <div class="form-end">
            <button type="submit" class="button button-danger">{t.submit}</button>
          </div>
        </PostForm>
      </details>
    </Card>
  );
}
