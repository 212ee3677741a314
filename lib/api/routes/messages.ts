/** Messages: sending and changing them. */
import * as v from "valibot";
import { readMessage, readReactors, readRevisions } from "../../chat/messages/history.ts";
import { deleteMessage, editMessage, markRead, react, sendMessage } from "../../chat/messages/messages.ts";
import { answer, route } from "../route.ts";
import { bodies, queries } from "../schemas.ts";
import * as views from "../views.ts";

const ONE = "/api/rooms/:room_id/messages/:message_id";
const REACTION = `${ONE}/reactions/:emoji` as const;

export const messageRoutes = [
  route({
    method: "POST",
    path: "/api/rooms/:room_id/messages",
    id: "sendMessage",
    tag: "Messages",
    summary: "Send a message",
    about: "It is stored when the answer comes. The same client_id again answers 200 with the first message's id.",
    sends: true,
    body: bodies.send,
    responses: { 200: views.sent, 201: views.sent },
    errors: ["forbidden", "no_such_message", "no_such_file", "muted", "read_only"],
    async run({ chat, actor, params, body }) {
      const sent = await sendMessage(chat, actor, { room_id: params.room_id, ...body });
      return answer(sent.duplicate ? 200 : 201, sent);
    },
  }),
  route({
    method: "GET",
    path: ONE,
    id: "getMessage",
    tag: "Messages",
    summary: "One message",
    responses: { 200: views.message },
    errors: ["forbidden", "no_such_message"],
    run: async ({ chat, actor, params }) =>
      answer(200, await readMessage(chat, actor, params.room_id, params.message_id)),
  }),
  route({
    method: "PATCH",
    path: ONE,
    id: "editMessage",
    tag: "Messages",
    summary: "Edit my message",
    sends: true,
    body: bodies.edit,
    responses: { 200: views.changed },
    errors: ["forbidden", "no_such_message", "muted", "read_only", "edit_window_over"],
    run: async ({ chat, actor, params, body }) =>
      answer(200, await editMessage(chat, actor, { ...params, content: body.content })),
  }),
  route({
    method: "DELETE",
    path: ONE,
    id: "deleteMessage",
    tag: "Messages",
    summary: "Delete a message",
    about: "One's own; a moderator or an administrator may delete any, and say why: everybody in the room reads the " +
      "reason. Its text is erased for good.",
    sends: true,
    query: queries.reason,
    responses: { 200: views.changed },
    errors: ["forbidden", "no_such_message"],
    run: async ({ chat, actor, params, query }) =>
      answer(200, await deleteMessage(chat, actor, { ...params, ...query })),
  }),
  route({
    method: "GET",
    path: `${ONE}/revisions`,
    id: "listRevisions",
    tag: "Messages",
    summary: "An edited message's earlier texts",
    about: "Oldest first, at most 50; none of a deleted message.",
    responses: { 200: v.object({ revisions: v.array(views.revision) }) },
    errors: ["forbidden", "no_such_message"],
    run: async ({ chat, actor, params }) =>
      answer(200, { revisions: await readRevisions(chat, actor, params.room_id, params.message_id) }),
  }),
  route({
    method: "GET",
    path: REACTION,
    id: "listReactors",
    tag: "Messages",
    summary: "The people who reacted with an emoji",
    about: "In the order of their ids; after is the last id of the page before.",
    query: queries.reactors,
    responses: { 200: v.object({ users: v.array(views.user), has_more: v.boolean() }) },
    errors: ["forbidden", "no_such_message"],
    run: async ({ chat, actor, params, query }) => answer(200, await readReactors(chat, actor, params, query)),
  }),
  route({
    method: "PUT",
    path: REACTION,
    id: "addReaction",
    tag: "Messages",
    summary: "React to a message",
    about: "At most 20 different emoji a message. The emoji is percent-encoded in the path.",
    sends: true,
    responses: { 200: views.reacted },
    errors: ["forbidden", "no_such_message", "limit_reached", "muted"],
    run: async ({ chat, actor, params }) => answer(200, await react(chat, actor, { ...params, op: "add" })),
  }),
  route({
    method: "DELETE",
    path: REACTION,
    id: "removeReaction",
    tag: "Messages",
    summary: "Remove my reaction",
    sends: true,
    responses: { 200: views.reacted },
    errors: ["forbidden", "no_such_message"],
    run: async ({ chat, actor, params }) => answer(200, await react(chat, actor, { ...params, op: "remove" })),
  }),
  route({
    method: "POST",
    path: "/api/rooms/:room_id/read",
    id: "markRead",
    tag: "Messages",
    summary: "Move my read mark in a room",
    about: "The mark moves back only with unread.",
    body: bodies.markRead,
    responses: { 200: views.readMark },
    errors: ["forbidden"],
    run: async ({ chat, actor, params, body }) =>
      answer(200, await markRead(chat, actor, { room_id: params.room_id, ...body })),
  }),
];
