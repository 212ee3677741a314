/** Other people. */
import * as v from "valibot";
import { searchUsers } from "../../chat/people/accounts.ts";
import { whoIsOnline } from "../../chat/people/online.ts";
import { answer, route } from "../route.ts";
import { queries } from "../schemas.ts";
import * as views from "../views.ts";

export const userRoutes = [
  route({
    method: "GET",
    path: "/api/users",
    id: "searchUsers",
    tag: "Users",
    summary: "Find people by name",
    about:
      "Usernames that begin with the query come first, all of them findable; then names that hold it anywhere, out " +
      "of the server's first 500 people.",
    query: queries.users,
    responses: { 200: v.object({ users: v.array(views.user) }) },
    run: async ({ chat, actor, query }) => answer(200, { users: await searchUsers(chat, actor, query) }),
  }),
  route({
    method: "GET",
    path: "/api/users/status",
    id: "getStatus",
    tag: "Users",
    summary: "Who is online",
    about:
      "user_id may be given several times or hold ids with commas between them, at most 100. People who share no " +
      "room with you, or who have blocked you, are shown as offline.",
    query: queries.status,
    responses: { 200: v.object({ users: v.array(v.object({ user_id: views.text, online: v.boolean() })) }) },
    run: async ({ chat, actor, query }) => answer(200, { users: await whoIsOnline(chat, actor, query.user_id) }),
  }),
];
