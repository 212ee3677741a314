import type { User } from "../../protocol/model.ts";
import { Avatar } from "../parts/avatar.tsx";
import type { FormState } from "../parts/forms/form_state.ts";
import { usePageStrings } from "../strings/context.ts";
import { Card } from "./card.tsx";
import { PostForm } from "../parts/forms/post_form.tsx";

/** The people whom the reader has blocked, with a button to unblock. */
export function BlockedCard({ people, form }: { people: User[]; form: FormState }) {
  const { blocked: t } = usePageStrings();
  return (
    <Card id="blocked" title={t.title} form={form}>
      {people.length === 0 ? <p class="hint">{t.none}</p> : (
        <ul>
          {people.map((user) => (
            <li key={user.id} class="session">
              <Avatar user={user} size="s" />
              <div>
                <bdi>{user.display_name}</bdi>
                <small>@{user.username}</small>
              </div>
              <PostForm action="/settings">
                <input type="hidden" name="form" value="blocked" />
                <input type="hidden" name="user" value={user.id} />
                <button type="submit" class="button button-quiet">
                  {t.unblock} <bdi class="hidden-text">{user.display_name}</bdi>
                </button>
              </PostForm>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
