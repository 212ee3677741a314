/** Who is in a room. */
import * as v from "valibot";
import {
  addMember,
  joinRoom,
  listMembers,
  muteMember,
  readMember,
  removeMember,
  setRole,
} from "../../chat/rooms/members.ts";
import { ChatError } from "../../base/errors.ts";
import { answer, route } from "../route.ts";
import { bodies, queries } from "../schemas.ts";
import * as views from "../views.ts";

export const memberRoutes = [
  route({
    method: "GET",
    path: "/api/rooms/:room_id/members",
    id: "listMembers",
    tag: "Members",
    summary: "The members of a room",
    about: "By id: give the last one's as after while has_more is true.",
    query: queries.members,
    responses: { 200: v.object({ members: v.array(views.member), has_more: v.boolean() }) },
    errors: ["forbidden"],
    run: async ({ chat, actor, params, query }) => answer(200, await listMembers(chat, actor, params.room_id, query)),
  }),
  route({
    method: "POST",
    path: "/api/rooms/:room_id/members",
    id: "addMember",
    tag: "Members",
    summary: "Join a room, or add somebody",
    about:
      "Without user_id it is I who join, or agree to a room that somebody added me to, and the answer is 200 with " +
      "the room. Members may add others: 201. Beyond a small number of rooms the other person has to agree first.",
    body: bodies.addMember,
    bodyOptional: true,
    responses: { 200: views.room, 201: views.member },
    errors: ["forbidden", "no_such_user", "limit_reached"],
    async run({ chat, actor, params, body: { user_id, role } }) {
      if (user_id !== undefined && user_id !== actor.user_id) {
        return answer(201, await addMember(chat, actor, params.room_id, user_id, role));
      }
      if (role !== undefined) {
        throw new ChatError("invalid", '"role" is for adding somebody else: who joins is a member.', { field: "role" });
      }
      return answer(200, await joinRoom(chat, actor, params.room_id));
    },
  }),
  route({
    method: "GET",
    path: "/api/rooms/:room_id/members/:user_id",
    id: "getMember",
    tag: "Members",
    summary: "A member of a room",
    responses: { 200: views.member },
    errors: ["forbidden", "no_such_user"],
    run: async ({ chat, actor, params }) => answer(200, await readMember(chat, actor, params.room_id, params.user_id)),
  }),
  route({
    method: "PATCH",
    path: "/api/rooms/:room_id/members/:user_id",
    id: "setRole",
    tag: "Members",
    summary: "Give a member a role",
    about: "Owners only.",
    body: bodies.setRole,
    responses: { 200: views.member },
    errors: ["forbidden", "no_such_user", "conflict"],
    run: async ({ chat, actor, params, body }) =>
      answer(200, await setRole(chat, actor, params.room_id, params.user_id, body.role)),
  }),
  route({
    method: "DELETE",
    path: "/api/rooms/:room_id/members/:user_id",
    id: "removeMember",
    tag: "Members",
    summary: "Leave a room, or remove somebody",
    about:
      "My own id leaves. Moderators may remove members; with ban=true they cannot come back until a moderator adds " +
      "them. The reason goes into the audit log. The last member of a private room deletes it by leaving, and says so " +
      "with confirm=true; else the answer is last_member.",
    query: queries.removal,
    responses: { 204: null },
    errors: ["forbidden", "conflict", "last_member"],
    async run({ chat, actor, params, query }) {
      await removeMember(chat, actor, params.room_id, params.user_id, query);
      return answer(204, null);
    },
  }),
  route({
    method: "PUT",
    path: "/api/rooms/:room_id/members/:user_id/mute",
    id: "muteMember",
    tag: "Members",
    summary: "Mute a member",
    about: "Moderators. They read on, but cannot write or react: for so many minutes, or until it is lifted.",
    body: bodies.mute,
    bodyOptional: true,
    responses: { 204: null },
    errors: ["forbidden", "no_such_user"],
    async run({ chat, actor, params, body }) {
      await muteMember(chat, actor, params.room_id, params.user_id, body);
      return answer(204, null);
    },
  }),
  route({
    method: "DELETE",
    path: "/api/rooms/:room_id/members/:user_id/mute",
    id: "unmuteMember",
    tag: "Members",
    summary: "Unmute a member",
    responses: { 204: null },
    errors: ["forbidden", "no_such_user"],
    async run({ chat, actor, params }) {
      await muteMember(chat, actor, params.room_id, params.user_id, { minutes: 0 });
      return answer(204, null);
    },
  }),
];
