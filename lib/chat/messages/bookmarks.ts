/** Messages that somebody keeps at hand, for themselves alone. */
import { ChatError } from "../../base/errors.ts";
import { seqOf } from "../../base/ids.ts";
import { keys, lastPart, ranges } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Actor, Bookmark } from "../../protocol/model.ts";
import type { UserChange } from "../../protocol/frames.ts";
import { LIMITS } from "../../protocol/limits.ts";
import type { Chat } from "../chat.ts";
import { busy, pause } from "../sign_in/session_ends.ts";
import { readMessages } from "./feed.ts";
import { readMessage } from "./history.ts";

export interface BookmarkInput {
  room_id: string;
  message_id: string;
}

/** Keeps a message of a room of mine, at most 1,000. False: it was kept already. My other devices hear of it. */
export async function addBookmark(chat: Chat, actor: Actor, input: BookmarkInput): Promise<{ changed: boolean }> {
  await readMessage(chat, actor, input.room_id, input.message_id);
  return await change(chat, actor, input, true);
}

/** Whether I may still read it or not. */
export async function removeBookmark(chat: Chat, actor: Actor, input: BookmarkInput): Promise<{ changed: boolean }> {
  return await change(chat, actor, input, false);
}

async function change(chat: Chat, actor: Actor, input: BookmarkInput, marked: boolean): Promise<{ changed: boolean }> {
  const { room_id, message_id } = input;
  const own = keys.bookmark(actor.user_id, room_id, message_id);
  const all = keys.bookmarks(actor.user_id);
  for (let tries = 0; tries < 20; tries++) {
    if (tries > 0) await pause(tries);
    const [present, total] = await Promise.all([chat.kv.get(own), chat.kv.get(all)]);
    if ((present.value !== null) === marked) return { changed: false };
    const { count, at: last } = total.value ?? { count: 0, at: 0 };
    if (marked && count >= LIMITS.bookmarks) {
      throw new ChatError("limit_reached", `At most ${LIMITS.bookmarks} messages can be kept: remove some first.`);
    }
    // no two are of the same time, so that pages can begin anywhere
    const at = Math.max(chat.clock.now(), last + 1);
    const done = await chat.kv.commit({
      checks: [present, total].map(({ key, versionstamp }) => ({ key, versionstamp })),
      set: [put(all, { count: count + (marked ? 1 : -1), at: marked ? at : last }), ...(marked ? [put(own, at)] : [])],
      delete: marked ? [] : [own],
    });
    if (done === null) continue;
    const frame: UserChange = { type: "user", change: "bookmark", room_id, message_id, marked };
    chat.bus.publish({ type: "user", user_id: actor.user_id, line: JSON.stringify(frame) });
    return { changed: true };
  }
  throw busy();
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
    ...{ room_id, message_id, at: new Date(at).toISOString() },
    message: messages[i]?.id === message_id ? messages[i] : null,
  }));
  return { bookmarks, has_more: found.length > limit };
}

/** Which messages are kept, without what they say: for the marks beside them. */
export async function listMarks(chat: Chat, actor: Actor): Promise<{ room_id: string; message_id: string }[]> {
  return (await readMarks(chat, actor)).map(({ room_id, message_id }) => ({ room_id, message_id }));
}

async function readMarks(chat: Chat, actor: Actor): Promise<(BookmarkInput & { at: number })[]> {
  const found = await chat.kv.list(ranges.bookmarks(actor.user_id), { limit: LIMITS.bookmarks });
  return found.map(({ key, value }) => ({ room_id: String(key[2]), message_id: lastPart(key), at: value }))
    .sort((a, b) => b.at - a.at);
}
