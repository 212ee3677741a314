/** Reading what was said. Cursors are seqs. */
import * as v from "valibot";
import { readEvents } from "../../chat/feed.ts";
import { requireMember } from "../../chat/membership.ts";
import { directHistory, latestMessages, readHistory } from "../../chat/messages.ts";
import type { Chat } from "../../chat/chat.ts";
import { ChatError } from "../../errors.ts";
import type { Actor, RoomEvent } from "../../model.ts";
import { answer, route } from "../route.ts";
import { queries } from "../schemas.ts";
import * as views from "../views.ts";

export const historyRoutes = [
  route({
    method: "GET",
    path: "/api/rooms/:room_id/messages",
    id: "listMessages",
    tag: "Messages",
    summary: "A page of a room's messages",
    about:
      "Oldest first; the newest page unless before or after (a seq, not both) is given. include=system adds joins, " +
      "leaves and room changes. mine holds my reactions by message id.",
    query: queries.history,
    responses: { 200: views.page },
    errors: ["forbidden"],
    async run({ chat, actor, params, query: { include, ...query } }) {
      const page = await readHistory(chat, actor, params.room_id, { ...query, messages_only: include === undefined });
      return answer(200, { messages: page.events, has_more: page.has_more, mine: page.mine });
    },
  }),
  route({
    method: "GET",
    path: "/api/rooms/:room_id/events",
    id: "listEvents",
    tag: "Messages",
    summary: "A room's whole sequence, for machines",
    about: "Every event after the seq given, without a gap; edits and deletes too. Changes carry what their message " +
      "holds now. seq is the room's last; ask again with the last event's seq. Another epoch means another database: " +
      "start over.",
    query: queries.events,
    responses: { 200: views.replay },
    errors: ["forbidden", "conflict"],
    run: async ({ chat, actor, params, query }) =>
      answer(200, await replay(chat, actor, params.room_id, query.after, query.limit)),
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
    summary: "My direct conversation with somebody",
    about: "Oldest first; empty where there is none.",
    query: queries.direct,
    responses: { 200: views.page },
    async run({ chat, actor, query: { user_id, ...query } }) {
      const page = await directHistory(chat, actor, user_id, query);
      return answer(200, { messages: page.events, has_more: page.has_more, mine: page.mine });
    },
  }),
];

async function replay(chat: Chat, actor: Actor, roomId: string, given: number | undefined, limit: number) {
  const { head } = await requireMember(chat, actor, roomId);
  const after = given ?? head.floor;
  if (after < head.floor) {
    const message =
      `Events up to ${head.floor} are gone: read a page of messages, then go on from after=${head.floor}.`;
    throw new ChatError("conflict", message, { field: "after" });
  }
  if (after > head.seq) {
    const message = `The room's last event is ${head.seq}: this cursor is of another database. Start over without it.`;
    throw new ChatError("conflict", message, { field: "after" });
  }
  const encoded = await readEvents(chat, roomId, after, head.seq, limit);
  // the log's own encoding of the event: what a socket would get
  const events = encoded.map((event): RoomEvent => JSON.parse(event.line));
  return { epoch: chat.epoch, seq: head.seq, events, has_more: after + events.length < head.seq };
}
