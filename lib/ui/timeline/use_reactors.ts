import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { MessageView } from "../../client/room/entries.ts";
import type { User } from "../../protocol/model.ts";
import { errorText } from "../strings/error_text.ts";
import { useChat } from "../page/context.ts";
import { usePartStrings } from "../page/part_strings.ts";

export interface Reactors {
  /** null until the first page is there. */
  people: Signal<User[] | null>;
  hasMore: Signal<boolean>;
  error: Signal<string>;
  more(): void;
}

/** Who gave an emoji to a message, a page at a time; read anew when their number changes. */
export function useReactors(message: MessageView, emoji: string, limit: number): Reactors {
  const { store } = useChat();
  const strings = usePartStrings();
  const people = useSignal<User[] | null>(null);
  const hasMore = useSignal(false);
  const error = useSignal("");
  const count = message.reactions?.find((reaction) => reaction.emoji === emoji)?.count ?? 0;
  const load = async (before: User[], isCurrent: () => boolean) => {
    const after = before.at(-1)?.id;
    const range = after === undefined ? { limit } : { limit, after };
    try {
      const page = await store.api.listReactors({ room_id: message.room_id, id: message.id, emoji }, range);
      if (!isCurrent()) return;
      people.value = [...before, ...page.users];
      hasMore.value = page.has_more;
      error.value = "";
    } catch (failure) {
      if (isCurrent()) error.value = errorText(strings, failure);
    }
  };
  useEffect(() => {
    let current = true;
    if (emoji !== "" && count > 0) void load([], () => current);
    return () => void (current = false);
  }, [message.id, emoji, count]);
  return { people, hasMore, error, more: () => void load(people.peek() ?? [], () => true) };
}
