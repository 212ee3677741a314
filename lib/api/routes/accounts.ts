/** Accounts, sessions, profiles and settings. */
import * as v from "valibot";
import { changePassword, getMe, type Me, register, updateProfile } from "../../chat/people/accounts.ts";
import { endSession, listSessions, signInBrowser, signOut } from "../../chat/sign_in/sessions.ts";
import { signIn } from "../../chat/sign_in/sign_in.ts";
import { clearedCookie, readCookie, sessionCookie } from "../../chat/sign_in/cookies.ts";
import { firstSteps } from "../../chat/people/first_steps.ts";
import { getSettings, settingsInput, updateSettings } from "../../chat/people/settings.ts";
import type { Chat } from "../../chat/chat.ts";
import { deleteOwnAccount } from "../../chat/people/deletion.ts";
import { makeRecoveryCodes, recover } from "../../chat/sign_in/recovery.ts";
import { issueTokens, refreshTokens } from "../../chat/sign_in/tokens.ts";
import { ChatError } from "../../base/errors.ts";
import type { Actor } from "../../protocol/model.ts";
import { answer, publicRoute, route } from "../route.ts";
import { bodies } from "../schemas.ts";
import { defined } from "../support.ts";
import * as views from "../views.ts";

const signedIn = v.union([
  v.object({ user: views.me, expires_at: views.time }),
  v.object({ user: views.me, ...views.tokens.entries }),
]);

export const accountRoutes = [
  publicRoute({
    method: "POST",
    path: "/api/users",
    id: "register",
    tag: "Accounts",
    summary: "Make an account",
    about: "It joins the room general. Sign in afterwards. A username is typed in any case and kept in lower case.",
    body: bodies.register,
    responses: { 201: views.user },
    errors: ["username_taken", "setup_code_required", "registration_closed", "invitation_required", "overloaded"],
    run: async ({ chat, body, client }) => answer(201, await register(chat, defined(body), client)),
  }),
  publicRoute({
    method: "POST",
    path: "/api/users/login",
    id: "signIn",
    tag: "Accounts",
    summary: "Sign in",
    about:
      'Sets the session cookie, and ends the session that the request came over; with "tokens": true it sets none and answers with an access and a refresh token.',
    body: bodies.login,
    responses: { 200: signedIn },
    errors: ["bad_credentials", "forbidden", "overloaded"],
    async run({ chat, request, body: { username, password, tokens }, client }) {
      const input = { username, password };
      if (tokens) {
        const session = await signIn(chat, input, "tokens", client);
        return answer(200, { user: session.user, ...await issueTokens(chat, session) });
      }
      const before = readCookie(chat.config, request.headers);
      const { user, secret, expires_at } = await signInBrowser(chat, input, client, before);
      return answer(200, { user, expires_at: new Date(expires_at).toISOString() }, [[
        "set-cookie",
        sessionCookie(chat.config, secret, expires_at),
      ]]);
    },
  }),
  publicRoute({
    method: "POST",
    path: "/api/auth/refresh",
    id: "refreshTokens",
    tag: "Accounts",
    summary: "Exchange a refresh token for new tokens",
    about: "The refresh token is replaced. Using a replaced one ends the session, except for a retry within seconds.",
    body: bodies.refresh,
    responses: { 200: views.tokens },
    errors: ["unauthorized"],
    run: async ({ chat, body, client }) => answer(200, await refreshTokens(chat, body.refresh_token, client)),
  }),
  publicRoute({
    method: "POST",
    path: "/api/auth/logout",
    id: "signOut",
    tag: "Accounts",
    summary: "End this session",
    about: "Its sockets are closed. Without a valid session it only clears the cookie.",
    auth: "optional",
    responses: { 204: null },
    async run({ chat, actor }) {
      if (actor !== null) await signOut(chat, actor);
      return answer(204, null, [["set-cookie", clearedCookie(chat.config)]]);
    },
  }),
  route({
    method: "GET",
    path: "/api/me",
    id: "getMe",
    tag: "Accounts",
    summary: "My account",
    responses: { 200: views.me },
    run: async ({ chat, actor }) => answer(200, await getMe(chat, actor)),
  }),
  route({
    method: "PATCH",
    path: "/api/me",
    id: "updateMe",
    tag: "Accounts",
    summary: "Change my profile or password",
    about: "current_password and new_password go together; a new password ends all other sessions.",
    body: bodies.profile,
    responses: { 200: views.me },
    errors: ["bad_credentials", "overloaded"],
    async run({ chat, actor, body: { current_password, new_password, ...profile } }) {
      await changePasswordIfAsked(chat, actor, current_password, new_password);
      return answer(200, await updateProfile(chat, actor, defined(profile)) satisfies Me);
    },
  }),
  route({
    method: "GET",
    path: "/api/me/settings",
    id: "getSettings",
    tag: "Accounts",
    summary: "My settings",
    responses: { 200: views.settings },
    run: async ({ chat, actor }) => answer(200, await getSettings(chat, actor.user_id)),
  }),
  route({
    method: "PATCH",
    path: "/api/me/settings",
    id: "updateSettings",
    tag: "Accounts",
    summary: "Change my settings",
    about: "Omitted fields stay as they are. All my sockets are notified on the user stream.",
    body: settingsInput,
    responses: { 200: views.settings },
    run: async ({ chat, actor, body }) => answer(200, await updateSettings(chat, actor, defined(body))),
  }),
  route({
    method: "GET",
    path: "/api/me/first_steps",
    id: "getFirstSteps",
    tag: "Accounts",
    summary: "What I could do first here, and what of it is done",
    about: "invite is null for those who may not invite. The page shows them until my setting checklist is false.",
    responses: { 200: views.firstSteps },
    run: async ({ chat, actor }) => answer(200, await firstSteps(chat, actor)),
  }),
  route({
    method: "GET",
    path: "/api/me/sessions",
    id: "listSessions",
    tag: "Accounts",
    summary: "My sessions",
    responses: { 200: v.object({ sessions: v.array(views.session) }) },
    run: async ({ chat, actor }) => answer(200, { sessions: await listSessions(chat, actor) }),
  }),
  route({
    method: "DELETE",
    path: "/api/me/sessions/:session_id",
    id: "endSession",
    tag: "Accounts",
    summary: "End one of my sessions",
    about: "The id others ends all but this one.",
    responses: { 204: null },
    errors: ["not_found"],
    async run({ chat, actor, params }) {
      await endSession(chat, actor, params.session_id);
      return answer(204, null);
    },
  }),
  route({
    method: "DELETE",
    path: "/api/me",
    id: "deleteMe",
    tag: "Accounts",
    summary: "Delete my account",
    about:
      "All sessions end at once; I leave my rooms, and my name is given to nobody else. With erase_messages what I " +
      "wrote is erased everywhere, else it stays under Deleted user. An administrator gives the role up first.",
    body: bodies.deletion,
    responses: { 204: null },
    errors: ["bad_credentials", "conflict", "overloaded"],
    async run({ chat, actor, body }) {
      await deleteOwnAccount(chat, actor, body);
      return answer(204, null, [["set-cookie", clearedCookie(chat.config)]]);
    },
  }),
  route({
    method: "POST",
    path: "/api/me/recovery_codes",
    id: "makeRecoveryCodes",
    tag: "Accounts",
    summary: "Make new recovery codes for a forgotten password",
    about: "Ten codes, shown only in this answer. Each sets a new password once. The old codes no longer work.",
    body: bodies.recoveryCodes,
    responses: { 201: v.object({ codes: v.array(views.text) }) },
    errors: ["bad_credentials", "overloaded"],
    run: async ({ chat, actor, body }) => answer(201, { codes: await makeRecoveryCodes(chat, actor, body) }),
  }),
  publicRoute({
    method: "POST",
    path: "/api/users/recover",
    id: "recover",
    tag: "Accounts",
    summary: "Set a new password with a recovery code",
    about: "The code is used up, and all sessions of the account end.",
    body: bodies.recover,
    responses: { 204: null },
    errors: ["bad_credentials", "forbidden", "overloaded"],
    async run({ chat, body, client }) {
      await recover(chat, body, client);
      return answer(204, null);
    },
  }),
];

async function changePasswordIfAsked(chat: Chat, actor: Actor, current?: string, next?: string): Promise<void> {
  if (current === undefined && next === undefined) return;
  if (current === undefined || next === undefined) {
    const field = current === undefined ? "current_password" : "new_password";
    throw new ChatError("invalid", `"${field}" is missing: a new password needs the current one too.`, { field });
  }
  await changePassword(chat, actor, { current_password: current, new_password: next });
}
