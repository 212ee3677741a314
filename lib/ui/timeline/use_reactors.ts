import type { MessageView } from "../../client/room/entries.ts";
import type { User } from "../../protocol/model.ts";
import { useChat } from "../page/context.ts";
import { usePages } from "../parts/use_pages.ts";

/** The people who gave an emoji to a message, a page at a time; read again when their number changes. */
export function useReactors(message: MessageView, emoji: string, limit: number) {
  const { store } = useChat();
  const { room_id, id } = message;
  const count = message.reactions?.find((reaction) => reaction.emoji === emoji)?.count ?? 0;
  const read = async (after: string | undefined) => {
    const range = after === undefined ? { limit } : { limit, after };
    const { users, has_more } = await store.api.listReactors({ room_id, id, emoji }, range);
    return { items: users, next: has_more ? users.at(-1)?.id ?? null : null };
  };
  return usePages<User, string>(emoji === "" || count === 0 ? null : read, [id, emoji, count]);
}
