import type { User } from "../../protocol/model.ts";
import { colorClass, COLORS } from "../../protocol/colors.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { Avatar } from "../parts/avatar.tsx";
import { Field } from "../parts/forms/field.tsx";
import { errorOf, type FormState } from "../parts/forms/form_state.ts";
import { usePageStrings } from "../strings/context.ts";
import { Card } from "./card.tsx";
import { PostForm } from "../parts/forms/post_form.tsx";

export function ProfileCard({ me, form }: { me: User; form: FormState }) {
  const { profile: t, account } = usePageStrings();
  const color = form.values["color"] || me.color;
  return (
    <Card id="profile" title={t.title} form={form} fields={["display_name", "color"]}>
      <div class="profile-preview">
        <Avatar user={me} size="l" />
        <div>
          <div class={`author-name ${colorClass(me.color)}`}>
            <bdi>{me.display_name}</bdi>
          </div>
          <div class="message-note">@{me.username}</div>
        </div>
      </div>
      {/* the page's script makes it work (islands/LiveSettings.tsx) */}
      <div class="avatar-control only-live" data-failed={t.pictureFailed}>
        <input type="file" accept="image/*" hidden aria-label={t.choosePicture} />
        <button type="button" class="button" data-choose>{t.choosePicture}</button>
        {me.avatar !== undefined && (
          <button type="button" class="button button-quiet" data-remove>{t.removePicture}</button>
        )}
        <p class="hint" role="status" />
      </div>
      <PostForm class="form" action="/settings">
        <input type="hidden" name="form" value="profile" />
        <Field
          label={account.displayName}
          name="display_name"
          value={form.values["display_name"] ?? me.display_name}
          maxLength={LIMITS.display_name}
          autocomplete="name"
          required
          error={errorOf(form, "display_name")}
        />
        <fieldset class="swatches">
          <legend class="field-label">{t.color}</legend>
          {COLORS.map((value, index) => (
            <label key={value} class={colorClass(value)}>
              <input
                type="radio"
                name="color"
                value={value}
                checked={value === color}
                aria-label={t.colorNumber(index + 1)}
              />
            </label>
          ))}
        </fieldset>
        <div class="form-end">
          <button type="submit" class="button button-main">{t.save}</button>
        </div>
      </PostForm>
    </Card>
  );
}
