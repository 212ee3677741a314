import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { User } from "../../protocol/model.ts";
import { Avatar } from "../parts/avatar.tsx";
import { Notice } from "../parts/forms/field.tsx";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useAction } from "../parts/use_action.ts";
import { errorText } from "../strings/error_text.ts";
import { usePartStrings } from "../page/part_strings.ts";

interface PeopleDialogProps {
  title: string;
  action: (user: User) => Promise<unknown>;
  onClose: () => void;
}

function nameOf(text: string): string {
  return text.trim().replace(/^@/, "");
}

const PAUSE_MS = 150;
/** With so few people the one who is looked for may not be here yet. */
const FEW = 3;

/** Finds a person by name, for an action with them (invite, write to). */
export function PeopleDialog({ title, action, onClose }: PeopleDialogProps) {
  const chat = useChat();
  const { store } = chat;
  const strings = usePartStrings();
  const t = strings.people;
  const query = useSignal("");
  const people = useSignal<User[] | null>(null);
  const { busy, error, run } = useAction();
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      store.api.searchUsers(query.value).then((found) => {
        if (current) people.value = found;
      }, (failure: unknown) => {
        if (current) error.value = { field: undefined, message: errorText(strings, failure) };
      });
    }, people.peek() === null ? 0 : PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query.value]);
  /**
   * The only match, or the person with exactly this username. The results may belong to an earlier text, so they are
   * filtered again.
   */
  const takeOnly = async () => {
    const found = people.value = await store.api.searchUsers(query.peek());
    const only = found.length === 1 ? found[0] : found.find(({ username }) => username === query.peek().toLowerCase());
    if (only !== undefined) await action(only);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <input
        class="input"
        type="search"
        placeholder={t.findHint}
        aria-label={t.find}
        autocomplete="off"
        autofocus
        onInput={(event) => query.value = nameOf(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.isComposing) return;
          event.preventDefault();
          void run(takeOnly);
        }}
      />
      {error.value && <Notice kind="error" message={error.value.message} />}
      {people.value !== null && people.value.length > 0 && (
        <ul class="pick-list">
          {people.value.map((user) => (
            <li key={user.id}>
              <button type="button" class="pick" disabled={busy.value} onClick={() => run(() => action(user))}>
                <Avatar user={user} size="s" />
                <span>
                  <strong dir="auto">{user.display_name}</strong> <small>@{user.username}</small>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {people.value?.length === 0 && <p class="rooms-empty">{t.nobody}</p>}
      {chat.mayInvite && people.value !== null && people.value.length < FEW && (
        <div>
          <button type="button" class="button" onClick={() => chat.open({ name: "invite" })}>
            {strings.rooms.invite}
          </button>
        </div>
      )}
    </Dialog>
  );
}
