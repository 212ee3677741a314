/** Blocking people. */
import * as v from "valibot";
import { blockedUsers, blockUser, unblockUser } from "../../chat/people/blocks.ts";
import { answer, route } from "../route.ts";
import * as views from "../views.ts";

const ONE = "/api/me/blocks/:user_id";

export const blockRoutes = [
  route({
    method: "GET",
    path: "/api/me/blocks",
    id: "listBlocks",
    tag: "Users",
    summary: "Whom I have blocked",
    responses: { 200: v.object({ users: v.array(views.user) }) },
    run: async ({ chat, actor }) => answer(200, { users: await blockedUsers(chat, actor) }),
  }),
  route({
    method: "PUT",
    path: ONE,
    id: "blockUser",
    tag: "Users",
    summary: "Block somebody",
    about: "Their direct messages are refused, they cannot add me to rooms, and clients collapse their messages " +
      "elsewhere. At most 1,000 people.",
    responses: { 204: null },
    errors: ["no_such_user", "limit_reached"],
    async run({ chat, actor, params }) {
      await blockUser(chat, actor, params.user_id);
      return answer(204, null);
    },
  }),
  route({
    method: "DELETE",
    path: ONE,
    id: "unblockUser",
    tag: "Users",
    summary: "Unblock somebody",
    responses: { 204: null },
    async run({ chat, actor, params }) {
      await unblockUser(chat, actor, params.user_id);
      return answer(204, null);
    },
  }),
];
