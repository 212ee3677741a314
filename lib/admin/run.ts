/** The commands of `deno task admin`, on a chat: the running server's, or one that the task opened for itself. */
import { setDisabled } from "../chat/control.ts";
import type { Chat } from "../chat/chat.ts";
import { createInvitation } from "../chat/invitations.ts";
import { listUsers, makeAdmin, OPERATOR, resetPassword, userNamed } from "../chat/operator.ts";
import { ChatError } from "../errors.ts";
import type { UserRecord } from "../model.ts";
import type { AdminAnswer, AdminRequest } from "./protocol.ts";

const DAY_S = 86_400;

/** Never rejects for what a command may run into: the answer says it. */
export async function runAdmin(chat: Chat, request: AdminRequest): Promise<AdminAnswer> {
  try {
    const text = await run(chat, request);
    // who has the shell has the log too; what is secret is not in it
    if (request.command !== "users") {
      chat.log.info("the operator ran a command", {
        command: request.command,
        username: "username" in request ? request.username : undefined,
      });
    }
    return { ok: true, text };
  } catch (error) {
    if (error instanceof ChatError) return { ok: false, text: error.message };
    throw error;
  }
}

async function run(chat: Chat, request: AdminRequest): Promise<string> {
  switch (request.command) {
    case "make-admin":
      return await makeAdmin(chat, request.username)
        ? `${request.username} is an administrator now.`
        : `${request.username} is an administrator already.`;
    case "reset-password": {
      const password = await resetPassword(chat, request.username);
      return `The new password of ${request.username} is shown this once:\n\n  ${password}\n\n` +
        "All sessions of the account have ended. Let its owner change the password after signing in.";
    }
    case "disable":
    case "enable": {
      const disabled = request.command === "disable";
      const { id } = await userNamed(chat, request.username);
      await setDisabled(chat, OPERATOR, id, disabled);
      return disabled
        ? `${request.username} cannot sign in any more, and all sessions of the account have ended.`
        : `${request.username} may sign in.`;
    }
    case "invite":
      return await invite(chat, request.uses ?? 1, request.days ?? 7);
    case "users":
      return await users(chat, request.after);
  }
}

async function invite(chat: Chat, uses: number, days: number): Promise<string> {
  if (!Number.isInteger(days) || days < 1 || days > 365) {
    throw new ChatError("invalid", "--days must be a whole number from 1 to 365.");
  }
  if (!Number.isInteger(uses) || uses < 1 || uses > 1_000) {
    throw new ChatError("invalid", "--uses must be a whole number from 1 to 1000.");
  }
  const { code, expires_at } = await createInvitation(chat, OPERATOR, { uses, expires_in_s: days * DAY_S });
  const until = new Date(expires_at).toISOString().slice(0, 16).replace("T", " ");
  return `${code}\n\nGood for ${uses === 1 ? "one account" : `${uses} accounts`} until ${until} UTC.`;
}

async function users(chat: Chat, after: string | undefined): Promise<string> {
  const { users: page, has_more } = await listUsers(chat, after);
  if (page.length === 0) return after === undefined ? "There are no accounts yet." : "There are no more.";
  const width = Math.max(...page.map(({ username }) => username.length));
  const lines = page.map((user) => line(user, width));
  const last = page.at(-1)?.username ?? "";
  return [...lines, ...(has_more ? ["", `There are more: users --after ${last}`] : [])].join("\n");
}

/** A display name cannot hold what moves a terminal's cursor (chat/fields.ts). */
function line(user: UserRecord, width: number): string {
  const marks = [user.admin ? "administrator" : "", user.disabled_at === undefined ? "" : "disabled"];
  const since = new Date(user.created_at).toISOString().slice(0, 10);
  return [user.username.padEnd(width), since, user.display_name, ...marks].filter((part) => part !== "").join("  ");
}
