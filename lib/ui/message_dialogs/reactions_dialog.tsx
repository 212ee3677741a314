import { useSignal } from "@preact/signals";
import type { MessageEntry } from "../../client/room/entries.ts";
import { Avatar } from "../parts/avatar.tsx";
import { Notice } from "../parts/forms/field.tsx";
import { useChat } from "../page/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { MorePages } from "../parts/more_pages.tsx";
import { useReactors } from "../timeline/use_reactors.ts";
import { usePartStrings } from "../page/part_strings.ts";

interface ReactionsDialogProps {
  entry: MessageEntry;
  emoji?: string | undefined;
  onClose: () => void;
}

const PAGE = 50;

/** All people who reacted to a message, by emoji. */
export function ReactionsDialog({ entry, emoji, onClose }: ReactionsDialogProps) {
  const chat = useChat();
  const t = usePartStrings().reactions;
  const message = entry.view.value;
  const reactions = message.reactions ?? [];
  const wanted = useSignal(emoji ?? "");
  const chosen = reactions.find((one) => one.emoji === wanted.value)?.emoji ?? reactions[0]?.emoji ?? "";
  const { pages, error } = useReactors(message, chosen, PAGE);
  return (
    <Dialog title={t.title} onClose={onClose}>
      {reactions.length === 0
        ? <p class="rooms-empty">{t.none}</p>
        : (
          <div class="reactions" role="group" aria-label={t.which}>
            {reactions.map((one) => (
              <button
                key={one.emoji}
                type="button"
                class="reaction"
                aria-pressed={one.emoji === chosen}
                aria-label={`${one.emoji} ${one.count}`}
                onClick={() => wanted.value = one.emoji}
              >
                <span>{one.emoji}</span>
                <span>{one.count}</span>
              </button>
            ))}
          </div>
        )}
      {error !== "" && <Notice kind="error" message={error} />}
      {reactions.length > 0 && (
        <ul class="pick-list">
          {pages.items.value?.map((user) => (
            <li key={user.id}>
              <button type="button" class="pick" onClick={() => chat.open({ name: "person", user })}>
                <Avatar user={user} size="s" />
                <span>
                  <strong dir="auto">{user.display_name}</strong> <small>@{user.username}</small>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <MorePages pages={pages} label={t.showMore} />
    </Dialog>
  );
}
