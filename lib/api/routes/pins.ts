/** Pinned messages. */
import * as v from "valibot";
import { pinMessage, readPins, unpinMessage } from "../../chat/rooms/pins.ts";
import { answer, route } from "../route.ts";
import * as views from "../views.ts";

const ONE = "/api/rooms/:room_id/pins/:message_id";

export const pinRoutes = [
  route({
    method: "GET",
    path: "/api/rooms/:room_id/pins",
    id: "listPins",
    tag: "Messages",
    summary: "A room's pinned messages",
    about: "The one pinned last first; at most 50.",
    responses: { 200: v.object({ pins: v.array(views.pin) }) },
    errors: ["forbidden"],
    run: async ({ chat, actor, params }) => answer(200, { pins: await readPins(chat, actor, params.room_id) }),
  }),
  route({
    method: "PUT",
    path: ONE,
    id: "pinMessage",
    tag: "Messages",
    summary: "Pin a message",
    about: "By moderators, owners and administrators; in a direct conversation by either.",
    sends: true,
    responses: { 200: views.changed },
    errors: ["forbidden", "no_such_message", "limit_reached"],
    run: async ({ chat, actor, params }) => answer(200, await pinMessage(chat, actor, params)),
  }),
  route({
    method: "DELETE",
    path: ONE,
    id: "unpinMessage",
    tag: "Messages",
    summary: "Unpin a message",
    sends: true,
    responses: { 200: views.changed },
    errors: ["forbidden", "no_such_message"],
    run: async ({ chat, actor, params }) => answer(200, await unpinMessage(chat, actor, params)),
  }),
];
