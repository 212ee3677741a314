/** Bookmarks: messages that somebody marked, for themselves alone. */
import { ChatError } from "../../base/errors.ts";
import { seqOf } from "../../base/ids.ts";
import { change } from "../../store/change.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Actor, Bookmark } from "../../protocol/model.ts";
import type { UserChange } from "../../protocol/frames.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Chat } from "../chat.ts";
import { readMessages } from "./feed.ts";
import { readMessage } from "./history.ts";

export interface BookmarkInput {
  room_id: string;
  message_id: string;
}

/** Bookmarks a message of a room of mine, at most 1,000. False: it was bookmarked already. Tells my other devices. */
export async function addBookmark(chat: Chat, actor: Actor, input: BookmarkInput): Promise<{ changed: boolean }> {
  await readMessage(chat, actor, input.room_id, input.message_id);
  return await mark(chat, actor, input, true);
}

/** Removes a bookmark, also of a message that I may not read any more. */
export async function removeBookmark(chat: Chat, actor: Actor, input: BookmarkInput): Promise<{ changed: boolean }> {
  return await mark(chat, actor, input, false);
}

async function mark(chat: Chat, actor: Actor, input: BookmarkInput, marked: boolean): Promise<{ changed: boolean }> {
  const { room_id, message_id } = input;
  const { changed } = await change(
    chat.kv,
    [keys.bookmark(actor.user_id, room_id, message_id), keys.bookmarks(actor.user_id)],
    ({ key: own, value: present }, { key: all, value: total }) => {
      if ((present !== null) === marked) return { result: undefined };
      const { count, at: last } = total ?? { count: 0, at: 0 };
      if (marked && count >= LIMITS.bookmarks) {
        throw new ChatError("limit_reached", `You can save at most ${LIMITS.bookmarks} messages: remove some first.`);
      }
      // no two bookmarks have the same time, so that a time is an exact cursor
      const at = Math.max(chat.clock.now(), last + 1);
      const write = marked
        ? { set: [put(all, { count: count + 1, at }), put(own, at)] }
        : { set: [put(all, { count: count - 1, at: last })], delete: [own] };
      return { result: undefined, write, proof: "repeatable" };
    },
  );
  if (!changed) return { changed };
  const frame: UserChange = { type: "user", change: "bookmark", room_id, message_id, marked };
  chat.bus.publish({ type: "user", user_id: actor.user_id, line: JSON.stringify(frame) });
  return { changed };
}

/** The newest first; `before` is the last one's time of the page before. */
export async function listBookmarks(
  chat: Chat,
  actor: Actor,
  query: { before?: string | undefined; limit?: number | undefined } = {},
): Promise<{ bookmarks: Bookmark[]; has_more: boolean }> {
  const limit = Math.max(1, Math.min(query.limit ?? 50, LIMITS.page));
  const before = query.before === undefined ? Infinity : Date.parse(query.before);
  const found = (await readMarks(chat, actor)).filter(({ at }) => at < before);
  const page = found.slice(0, limit);
  const messages = await readMessages(
    chat,
    actor.user_id,
    page.map(({ room_id, message_id }) => ({ room_id, seq: seqOf(message_id) })),
  );
  const bookmarks = page.map(({ room_id, message_id, at }, i) => ({
    room_id,
    message_id,
    at: new Date(at).toISOString(),
    message: messages[i]?.id === message_id ? messages[i] : null,
  }));
  return { bookmarks, has_more: found.length > limit };
}

/** The ids of bookmarked messages, without their text: for the marks in the timeline. */
export async function listMarks(chat: Chat, actor: Actor): Promise<{ room_id: string; message_id: string }[]> {
  return (await readMarks(chat, actor)).map(({ room_id, message_id }) => ({ room_id, message_id }));
}

async function readMarks(chat: Chat, actor: Actor): Promise<(BookmarkInput & { at: number })[]> {
  const found = await chat.kv.list(ranges.bookmarks(actor.user_id), { limit: LIMITS.bookmarks });
  return found.map(({ key, value }) => ({ room_id: String(key[2]), message_id: lastPart(key), at: value }))
    .sort((a, b) => b.at - a.at);
}
