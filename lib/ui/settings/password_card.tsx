import { LIMITS } from "../../protocol/limits.ts";
import { Field } from "../parts/forms/field.tsx";
import { errorOf, type FormState } from "../parts/forms/form_state.ts";
import { usePageStrings } from "../strings/context.ts";
import { Card } from "./card.tsx";
import { PostForm } from "../parts/forms/post_form.tsx";

export function PasswordCard({ form }: { form: FormState }) {
  const { password: t, account } = usePageStrings();
  return (
    <Card id="password" title={account.password} form={form} fields={["current_password", "new_password"]}>
      <PostForm class="form" action="/settings">
        <input type="hidden" name="form" value="password" />
        <Field
          label={t.current}
          name="current_password"
          type="password"
          autocomplete="current-password"
          required
          error={errorOf(form, "current_password")}
        />
        <Field
          label={t.new}
          name="new_password"
          type="password"
          autocomplete="new-password"
          hint={t.hint(LIMITS.password_min)}
          required
          error={errorOf(form, "new_password")}
        />
        <div class="form-end">
          <button type="submit" class="button">{t.change}</button>
        </div>
      </PostForm>
    </Card>
  );
}
