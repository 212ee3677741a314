/** Reading history, replaying events and searching. Cursors of history are seqs. */
import * as v from "valibot";
import { directHistory, latestMessages, readHistory, readReplay } from "../../chat/messages/history.ts";
import { searchMessages } from "../../chat/search/search.ts";
import type { Page } from "../../chat/messages/feed.ts";
import { answer, route } from "../route.ts";
import { queries } from "../schemas.ts";
import * as views from "../views.ts";

function pageView({ events, has_more, next, mine }: Page) {
  return { messages: events, has_more, ...(next === undefined ? {} : { next }), mine };
}

export const historyRoutes = [
  route({
    method: "GET",
    path: "/api/rooms/:room_id/messages",
    id: "listMessages",
    tag: "Messages",
    summary: "A page of a room's messages",
    about:
      "Oldest first; the newest page unless before or after (a seq, not both) is given. include=system adds joins, " +
      "leaves and room changes. mine holds my reactions by message id. While has_more is true give next as before (or " +
      "after, going forward): a page among very many joins may be short.",
    query: queries.history,
    responses: { 200: views.page },
    errors: ["forbidden"],
    async run({ chat, actor, params, query: { include, ...query } }) {
      const page = await readHistory(chat, actor, params.room_id, { ...query, messages_only: include === undefined });
      return answer(200, pageView(page));
    },
  }),
  route({
    method: "GET",
    path: "/api/rooms/:room_id/events",
    id: "listEvents",
    tag: "Messages",
    summary: "All events of a room, in order",
    about: "Every event after the seq given, without a gap; edits and deletes too. Changes carry what their message " +
      "holds now. seq is the room's last; ask again with the last event's seq. Another epoch means another database: " +
      "start over.",
    query: queries.events,
    responses: { 200: views.replay },
    errors: ["forbidden", "conflict"],
    run: async ({ chat, actor, params, query }) => answer(200, await readReplay(chat, actor, params.room_id, query)),
  }),
  route({
    method: "GET",
    path: "/api/search",
    id: "searchMessages",
    tag: "Messages",
    summary: "Search the messages of my rooms",
    about:
      'Newest first. q holds words, all of which a message must have; "a phrase" in quotes; word* and the last word ' +
      "begin a word; from:@name, in:room, has:link, has:file, has:image, has:code, before:, after: and on:2026-01-31 (days " +
      "of the zone) narrow it. Case and accents do not count; scripts without spaces match anywhere. cursor is for the next " +
      "page. One search reads a bounded part of the index: truncated says that there may be more than it saw, behind how " +
      "many events are not in the index yet.",
    query: queries.search,
    responses: { 200: views.searchPage },
    errors: ["rate_limited"],
    async run({ chat, actor, query }) {
      chat.rates.check("searches", actor.user_id);
      return answer(200, await searchMessages(chat, actor, query));
    },
  }),
  route({
    method: "GET",
    path: "/api/messages",
    id: "listLatestMessages",
    tag: "Messages",
    summary: "The newest messages of all my rooms",
    about: "Newest first.",
    query: queries.latest,
    responses: { 200: v.object({ messages: v.array(views.message) }) },
    run: async ({ chat, actor, query }) => answer(200, { messages: await latestMessages(chat, actor, query) }),
  }),
  route({
    method: "GET",
    path: "/api/messages/history",
    id: "listDirectMessages",
    tag: "Messages",
    summary: "The messages of my direct conversation with a user",
    about: "Oldest first; empty where there is none.",
    query: queries.direct,
    responses: { 200: views.page },
    async run({ chat, actor, query: { user_id, ...query } }) {
      const page = await directHistory(chat, actor, user_id, query);
      return answer(200, pageView(page));
    },
  }),
];
