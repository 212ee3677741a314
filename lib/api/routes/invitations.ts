/** Invitations: the links by which people come in. */
import * as v from "valibot";
import { changeInvitation, createInvitation } from "../../chat/people/accounts.ts";
import { listInvitations, revokeInvitation } from "../../chat/sign_in/invitations.ts";
import { inviteLink } from "../../chat/sign_in/invite_link.ts";
import type { Invitation } from "../../store/keys.ts";
import { answer, route } from "../route.ts";
import { bodies, queries } from "../schemas.ts";
import { defined } from "../support.ts";
import * as views from "../views.ts";

export const invitationRoutes = [
  route({
    method: "GET",
    path: "/api/invitations",
    id: "listInvitations",
    tag: "Accounts",
    summary: "The invitations that can still be used",
    about: "For administrators. By their codes: give the last one's as after while has_more is true.",
    query: queries.invitations,
    responses: { 200: v.object({ invitations: v.array(views.invitation), has_more: v.boolean() }) },
    errors: ["forbidden"],
    async run({ chat, actor, query }) {
      const { invitations, has_more } = await listInvitations(chat, actor, query.after);
      return answer(200, { invitations: invitations.map(shown), has_more });
    },
  }),
  route({
    method: "POST",
    path: "/api/invitations/link",
    id: "getInviteLink",
    tag: "Accounts",
    summary: "My link to invite people by: the one I have, or a new one",
    about: "For those who may invite. A link is good for 20 accounts and a week; one for a QR code for an hour.",
    body: bodies.inviteLink,
    bodyOptional: true,
    responses: { 200: views.invitation },
    errors: ["forbidden", "limit_reached", "overloaded"],
    run: async ({ chat, actor, body }) => answer(200, shown(await inviteLink(chat, actor, body.for))),
  }),
  route({
    method: "PATCH",
    path: "/api/invitations/:code",
    id: "changeInvitation",
    tag: "Accounts",
    summary: "Change how many more accounts an invitation is good for, and for how long",
    about: "For who made it, and administrators. expires_in_s is in seconds from now.",
    body: bodies.invitationChanges,
    responses: { 200: views.invitation },
    errors: ["forbidden", "not_found", "overloaded"],
    run: async ({ chat, actor, params, body }) =>
      answer(200, shown(await changeInvitation(chat, actor, params.code, defined(body)))),
  }),
  route({
    method: "DELETE",
    path: "/api/invitations/:code",
    id: "revokeInvitation",
    tag: "Accounts",
    summary: "End an invitation: its code no longer works",
    about: "For who made it, and administrators.",
    responses: { 204: null },
    errors: ["forbidden", "not_found"],
    async run({ chat, actor, params }) {
      await revokeInvitation(chat, actor, params.code);
      return answer(204, null);
    },
  }),
  route({
    method: "POST",
    path: "/api/invitations",
    id: "createInvitation",
    tag: "Accounts",
    summary: "Make an invitation code",
    about: "For those who may invite; administrators may always. expires_in_s is in seconds.",
    body: bodies.invitation,
    bodyOptional: true,
    responses: { 201: views.invitation },
    errors: ["forbidden", "limit_reached"],
    run: async ({ chat, actor, body }) => answer(201, shown(await createInvitation(chat, actor, body))),
  }),
];

function shown({ code, uses_left, expires_at, created_by, people = [] }: Invitation) {
  return { code, uses_left, expires_at: new Date(expires_at).toISOString(), created_by, people };
}
