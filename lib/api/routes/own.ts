/** My own mentions, bookmarks, notification levels, push subscriptions and drafts. */
import * as v from "valibot";
import { addBookmark, listBookmarks, listMarks, removeBookmark } from "../../chat/messages/bookmarks.ts";
import { readDraft, saveDraft } from "../../chat/messages/drafts.ts";
import { listMentions } from "../../chat/messages/mentions.ts";
import { isSubscribed, pushInput, subscribePush, unsubscribePush } from "../../chat/notify/push_subscriptions.ts";
import { setLevel } from "../../chat/people/settings.ts";
import { vapidKeys } from "../../chat/notify/vapid.ts";
import { answer, route } from "../route.ts";
import { bodies, queries } from "../schemas.ts";
import * as views from "../views.ts";

const BOOKMARK = "/api/rooms/:room_id/messages/:message_id/bookmark";
const DRAFT = "/api/rooms/:room_id/draft";

export const ownRoutes = [
  route({
    method: "GET",
    path: "/api/me/mentions",
    id: "listMentions",
    tag: "Messages",
    summary: "The messages that mention me",
    about:
      "By name, or with everybody in a room of mine (@room, @here; a room keeps the last hundred of these); over all my " +
      "rooms, newest first. Give cursor for the next page while it is not null. A page may be short: what was deleted " +
      "is left out.",
    query: queries.mentions,
    responses: { 200: v.object({ messages: v.array(views.message), cursor: v.nullable(v.string()) }) },
    run: async ({ chat, actor, query }) => answer(200, await listMentions(chat, actor, query)),
  }),
  route({
    method: "GET",
    path: "/api/me/bookmarks",
    id: "listBookmarks",
    tag: "Messages",
    summary: "My bookmarked messages",
    about:
      "What was marked last comes first: give the last one's at as before while has_more is true. A message that " +
      "was deleted, or that I may not read any more, is null.",
    query: queries.bookmarks,
    responses: { 200: v.object({ bookmarks: v.array(views.bookmark), has_more: v.boolean() }) },
    run: async ({ chat, actor, query }) => answer(200, await listBookmarks(chat, actor, query)),
  }),
  route({
    method: "GET",
    path: "/api/me/bookmarks/ids",
    id: "listBookmarkIds",
    tag: "Messages",
    summary: "The ids of my bookmarked messages",
    about: "All ids, at most 1,000, without the messages.",
    responses: { 200: v.object({ ids: v.array(v.object({ room_id: views.text, message_id: views.text })) }) },
    run: async ({ chat, actor }) => answer(200, { ids: await listMarks(chat, actor) }),
  }),
  route({
    method: "PUT",
    path: BOOKMARK,
    id: "addBookmark",
    tag: "Messages",
    summary: "Bookmark a message",
    about: "At most 1,000. Nobody else learns of it.",
    responses: { 200: views.bookmarked },
    errors: ["forbidden", "no_such_message", "limit_reached"],
    run: async ({ chat, actor, params }) => answer(200, await addBookmark(chat, actor, params)),
  }),
  route({
    method: "DELETE",
    path: BOOKMARK,
    id: "removeBookmark",
    tag: "Messages",
    summary: "Remove a bookmark",
    responses: { 200: views.bookmarked },
    run: async ({ chat, actor, params }) => answer(200, await removeBookmark(chat, actor, params)),
  }),
  route({
    method: "PUT",
    path: "/api/rooms/:room_id/level",
    id: "setLevel",
    tag: "Rooms",
    summary: "Set which messages of a room notify me",
    about: "Every message, mentions only, or nothing; null: the default of GET /api/me/settings.",
    body: bodies.level,
    responses: { 200: bodies.level },
    errors: ["forbidden"],
    async run({ chat, actor, params, body }) {
      await setLevel(chat, actor, params.room_id, body.level);
      return answer(200, body);
    },
  }),
  route({
    method: "GET",
    path: "/api/me/push",
    id: "getPush",
    tag: "Accounts",
    summary: "The web push key, and whether this session's browser is subscribed",
    about: "The key is made at the server's first start and stays (VAPID, base64url).",
    responses: { 200: v.object({ public_key: views.text, subscribed: v.boolean() }) },
    async run({ chat, actor }) {
      const [{ publicKey }, subscribed] = await Promise.all([vapidKeys(chat.kv), isSubscribed(chat, actor)]);
      return answer(200, { public_key: publicKey, subscribed });
    },
  }),
  route({
    method: "PUT",
    path: "/api/me/push",
    id: "subscribePush",
    tag: "Accounts",
    summary: "Subscribe this session's browser to web push",
    about:
      "As the browser's PushSubscription says it. It ends with the session; at most 10 a user, the oldest gives way.",
    body: pushInput,
    responses: { 204: null },
    async run({ chat, actor, body }) {
      await subscribePush(chat, actor, body);
      return answer(204, null);
    },
  }),
  route({
    method: "DELETE",
    path: "/api/me/push",
    id: "unsubscribePush",
    tag: "Accounts",
    summary: "Unsubscribe this session's browser from web push",
    responses: { 204: null },
    async run({ chat, actor }) {
      await unsubscribePush(chat, actor);
      return answer(204, null);
    },
  }),
  route({
    method: "GET",
    path: DRAFT,
    id: "getDraft",
    tag: "Messages",
    summary: "My draft in a room",
    about: "Empty where there is nothing.",
    responses: { 200: views.draft },
    errors: ["forbidden"],
    run: async ({ chat, actor, params }) => answer(200, await readDraft(chat, actor, params.room_id)),
  }),
  route({
    method: "PUT",
    path: DRAFT,
    id: "saveDraft",
    tag: "Messages",
    summary: "Save my draft in a room",
    about:
      "Of two devices the one that wrote later wins: where a later draft is there, saved is false. at is when it " +
      "was written, in milliseconds; now by default. reply_to is the message that it answers: null answers none, and " +
      "without it a draft goes on answering what it answered, until it is emptied.",
    body: bodies.draft,
    responses: { 200: v.object({ at: views.count, saved: v.boolean() }) },
    errors: ["forbidden"],
    run: async ({ chat, actor, params, body }) =>
      answer(200, await saveDraft(chat, actor, { room_id: params.room_id, ...body })),
  }),
];
