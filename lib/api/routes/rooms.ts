/** Rooms and direct conversations. */
import * as v from "valibot";
import {
  browseRooms,
  createRoom,
  deleteRoom,
  getRoom,
  listRooms,
  openDirect,
  updateRoom,
} from "../../chat/rooms/rooms.ts";
import { answer, route } from "../route.ts";
import { bodies, queries } from "../schemas.ts";
import * as views from "../views.ts";

export const roomRoutes = [
  route({
    method: "GET",
    path: "/api/rooms",
    id: "listRooms",
    tag: "Rooms",
    summary: "My rooms, or with browse the public rooms",
    about: "Mine come all at once. Public ones come by id: give the last one's as after while has_more is true.",
    query: queries.rooms,
    responses: { 200: v.object({ rooms: v.array(views.room), has_more: v.boolean() }) },
    async run({ chat, actor, query: { browse, after, limit } }) {
      if (browse === true) return answer(200, await browseRooms(chat, actor, { after, limit }));
      return answer(200, { rooms: await listRooms(chat, actor), has_more: false });
    },
  }),
  route({
    method: "POST",
    path: "/api/rooms",
    id: "createRoom",
    tag: "Rooms",
    summary: "Make a room",
    about: "The caller becomes the owner. Only its members can see a private room.",
    body: bodies.createRoom,
    responses: { 201: views.room },
    errors: ["room_name_taken", "limit_reached"],
    run: async ({ chat, actor, body }) => answer(201, await createRoom(chat, actor, body)),
  }),
  route({
    method: "POST",
    path: "/api/direct",
    id: "openDirect",
    tag: "Rooms",
    summary: "Open my direct conversation with somebody",
    about: "There is one for each pair, however often it is opened.",
    body: bodies.direct,
    responses: { 200: views.room },
    errors: ["no_such_user", "limit_reached"],
    run: async ({ chat, actor, body }) => answer(200, await openDirect(chat, actor, body.user_id)),
  }),
  route({
    method: "GET",
    path: "/api/rooms/:room_id",
    id: "getRoom",
    tag: "Rooms",
    summary: "One room",
    responses: { 200: views.room },
    run: async ({ chat, actor, params }) => answer(200, await getRoom(chat, actor, params.room_id)),
  }),
  route({
    method: "PATCH",
    path: "/api/rooms/:room_id",
    id: "updateRoom",
    tag: "Rooms",
    summary: "Change a room's name, topic, kind and rules",
    about:
      "Moderators; kind and retention_days are for owners. In a read_only room just moderators and owners write. " +
      "retention_days erases older messages for good; edit_minutes is how long they may be edited; with 0 each is as " +
      "the server's settings say.",
    body: bodies.updateRoom,
    responses: { 200: views.room },
    errors: ["forbidden", "room_name_taken"],
    run: async ({ chat, actor, params, body }) => answer(200, await updateRoom(chat, actor, params.room_id, body)),
  }),
  route({
    method: "DELETE",
    path: "/api/rooms/:room_id",
    id: "deleteRoom",
    tag: "Rooms",
    summary: "Delete a room for everybody",
    about: "Owners only. Everything in it is erased.",
    responses: { 204: null },
    errors: ["forbidden"],
    async run({ chat, actor, params }) {
      await deleteRoom(chat, actor, params.room_id);
      return answer(204, null);
    },
  }),
];
