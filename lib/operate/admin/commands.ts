/** Every command of `deno task admin`, in one table: what it takes, what it does, and what the help says of it. */
import { readAudit } from "../../chat/moderation/audit.ts";
import type { Chat } from "../../chat/chat.ts";
import { setDisabled } from "../../chat/sign_in/session_ends.ts";
import { deleteAccount } from "../../chat/people/deletion.ts";
import { rebuildIndex } from "../../chat/search/indexing.ts";
import { createInvitation, listInvitations, revokeInvitation } from "../../chat/sign_in/invitations.ts";
import { endAllSessions, listUsers, OPERATOR, resetPassword, setAdmin, userNamed } from "../../chat/people/operator.ts";
import { handleReport, listReports } from "../../chat/moderation/reports.ts";
import { changeRoom, endRoom, listAllRooms } from "../../chat/rooms/room_admin.ts";
import { ChatError } from "../../base/errors.ts";
import type { UserRecord } from "../../protocol/model.ts";

export interface Options {
  after?: string | undefined;
  uses?: number | undefined;
  days?: number | undefined;
  reason?: string | undefined;
  erase?: boolean | undefined;
}

interface Command {
  /** The name of its argument in the help; "" where it takes none. */
  takes: string;
  options: readonly (keyof Options)[];
  about: string;
  /** The command only reads: it is not logged. */
  reads?: true;
  run(chat: Chat, argument: string, options: Options): Promise<string>;
}

const DAY_S = 86_400;

export const COMMANDS = {
  users: command("", ["after"], "lists accounts, 100 at a time", (chat, _, { after }) => users(chat, after), true),
  "make-admin": command("USERNAME", [], "makes an account an administrator", async (chat, name) => {
    const changed = await setAdmin(chat, OPERATOR, await idOf(chat, name), true);
    return changed ? `${name} is an administrator now.` : `${name} is an administrator already.`;
  }),
  "revoke-admin": command(
    "USERNAME",
    [],
    "makes an administrator an ordinary account, and signs it out",
    async (chat, name) => {
      const changed = await setAdmin(chat, OPERATOR, await idOf(chat, name), false);
      return changed ? `${name} is no longer an administrator, and is signed out.` : `${name} is no administrator.`;
    },
  ),
  "reset-password": command(
    "USERNAME",
    [],
    "sets a new random password; ends the account's sessions and recovery codes",
    reset,
  ),
  disable: command(
    "USERNAME",
    ["reason"],
    "ends an account's sessions; it cannot sign in",
    async (chat, name, { reason }) => {
      await setDisabled(chat, OPERATOR, await idOf(chat, name), true, reason);
      return `${name} cannot sign in any more, and all sessions of the account have ended.`;
    },
  ),
  enable: command("USERNAME", [], "lets a disabled account sign in again", async (chat, name) => {
    await setDisabled(chat, OPERATOR, await idOf(chat, name), false);
    return `${name} may sign in.`;
  }),
  "sign-out": command("USERNAME", [], "ends an account's sessions", async (chat, name) => {
    await endAllSessions(chat, OPERATOR, await idOf(chat, name));
    return `${name} is signed out everywhere.`;
  }),
  "delete-account": command(
    "USERNAME",
    ["erase"],
    "deletes an account for good; with --erase also its messages",
    async (chat, name, { erase = false }) => {
      await deleteAccount(chat, OPERATOR, await idOf(chat, name), erase);
      return `${name} is deleted. Within minutes it has left its rooms${erase ? ", and its messages are erased" : ""}.`;
    },
  ),
  invite: command(
    "",
    ["uses", "days"],
    "makes a code for new accounts: 1 account, 7 days",
    (chat, _, { uses = 1, days = 7 }) => invite(chat, uses, days),
  ),
  invitations: command("", ["after"], "lists the invitation codes that still work", invitations, true),
  "revoke-invitation": command("CODE", [], "ends an invitation: its code no longer works", async (chat, code) => {
    await revokeInvitation(chat, OPERATOR, code);
    return "Nobody can use this code any more.";
  }),
  rooms: command("", ["after"], "lists rooms, 100 at a time; not direct conversations", rooms, true),
  retention: command(
    "ROOM_ID",
    ["days"],
    "erases messages older than --days, now and later; 0: as the server's setting says",
    async (chat, room, { days }) => {
      const given = whole("days", days ?? -1, 0, 36_500);
      await changeRoom(chat, OPERATOR, room, { retention_days: given });
      return given === 0 ? `${room} keeps its messages as the server's setting says.` : `${room} keeps ${given} days.`;
    },
  ),
  "delete-room": command("ROOM_ID", [], "deletes a room with all its messages", async (chat, room) => {
    await endRoom(chat, OPERATOR, room);
    return `${room} is deleted.`;
  }),
  reports: command("", ["after"], "lists open reports, the oldest first", reports, true),
  "dismiss-report": command("REPORT_ID", [], "closes a report without doing anything", async (chat, id) => {
    await handleReport(chat, OPERATOR, id, "dismissed");
    return "The report is closed.";
  }),
  "remove-reported": command("REPORT_ID", [], "deletes the message and closes its reports", async (chat, id) => {
    await handleReport(chat, OPERATOR, id, "removed");
    return "The message is deleted, and its reports are closed.";
  }),
  reindex: command("ROOM_ID", [], "rebuilds a room's search index; all: of every room", async (chat, room) => {
    const rooms = await rebuildIndex(chat, room === "all" ? undefined : room);
    return `The search index of ${rooms === 1 ? "one room" : `${rooms} rooms`} is being rebuilt. ` +
      "/metrics shows what is left to do: parley_index_lag_events.";
  }),
  audit: command("", ["after"], "lists who did what, the newest first; --after ID goes on", audit, true),
} as const satisfies Record<string, Command>;

export type CommandName = keyof typeof COMMANDS;
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

function command(
  takes: string,
  options: readonly (keyof Options)[],
  about: string,
  run: Command["run"],
  reads?: true,
): Command {
  return { takes, options, about, run, ...(reads === undefined ? {} : { reads }) };
}

async function idOf(chat: Chat, username: string): Promise<string> {
  return (await userNamed(chat, username)).id;
}

async function reset(chat: Chat, username: string): Promise<string> {
  const password = await resetPassword(chat, OPERATOR, await idOf(chat, username));
  return `The new password of ${username} is shown this once:\n\n  ${password}\n\n` +
    "All its sessions and recovery codes have ended. Let its owner change the password after signing in.";
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ChatError("invalid", `--${name} must be a whole number from ${least} to ${most}.`);
}

async function invite(chat: Chat, uses: number, days: number): Promise<string> {
  const lasts = whole("days", days, 1, 365);
  const { code, expires_at } = await createInvitation(chat, OPERATOR, {
    uses: whole("uses", uses, 1, 1_000),
    expires_in_s: lasts * DAY_S,
  });
  return `${code}\n\nGood for ${uses === 1 ? "one account" : `${uses} accounts`} until ${moment(expires_at)} UTC.`;
}

async function invitations(chat: Chat, _: string, { after }: Options): Promise<string> {
  const { invitations: page, has_more } = await listInvitations(chat, OPERATOR, after);
  const lines = page.map(({ code, uses_left, expires_at }) =>
    `${code}  ${uses_left} left  until ${moment(expires_at)}`
  );
  return listing(lines, "There are no invitations.", has_more && `invitations --after ${page.at(-1)?.code}`);
}

async function users(chat: Chat, after: string | undefined): Promise<string> {
  const { users: page, next } = await listUsers(chat, after);
  const width = Math.max(...page.map(({ username }) => username.length));
  const none = after === undefined ? "There are no accounts yet." : "There are no more.";
  return listing(page.map((one) => line(one, width)), none, next !== undefined && `users --after ${next}`);
}

/** A display name cannot hold what moves a terminal's cursor (chat/people/fields.ts). */
function line(user: UserRecord, width: number): string {
  const marks = [user.admin ? "administrator" : "", user.disabled_at === undefined ? "" : "disabled"];
  const since = new Date(user.created_at).toISOString().slice(0, 10);
  return [user.username.padEnd(width), since, user.display_name, ...marks].filter((part) => part !== "").join("  ");
}

async function rooms(chat: Chat, _: string, { after }: Options): Promise<string> {
  const { rooms: page, next } = await listAllRooms(chat, OPERATOR, after);
  const lines = page.map(({ room, head, retention_days }) =>
    [
      ...[room.id.padEnd(12), room.kind, room.name, `${head.members} members`, `${head.messages} messages`],
      ...(retention_days > 0 ? [`kept ${retention_days} days`] : []),
      ...(room.read_only ? ["read-only"] : []),
    ].join("  ")
  );
  return listing(lines, "There are no rooms.", next !== undefined && `rooms --after ${next}`);
}

async function reports(chat: Chat, _: string, { after }: Options): Promise<string> {
  const { reports: page, has_more } = await listReports(chat, OPERATOR, { after });
  const people = await chat.directory.many(page.flatMap(({ report }) => [report.author, report.reporter]));
  const name = (id: string) => `@${people.get(id)?.username ?? id}`;
  const lines = page.map(({ report, room }) =>
    `${report.id}  ${moment(report.at)}  ${room.name || room.id}  ${name(report.reporter)} about ${
      name(report.author)
    }: ${report.reason}`
  );
  return listing(lines, "No report is open.", has_more && `reports --after ${page.at(-1)?.report.id}`);
}

async function audit(chat: Chat, _: string, { after }: Options): Promise<string> {
  const { entries, has_more } = await readAudit(chat, OPERATOR, { before: after });
  const people = await chat.directory.many(entries.flatMap(({ actor, user_id }) => [actor, user_id ?? actor]));
  const name = (id: string) => id === OPERATOR.user_id ? id : `@${people.get(id)?.username ?? id}`;
  const lines = entries.map(({ at, actor, act, user_id, room_id, target, detail, reason, address }) =>
    [
      ...[moment(at), name(actor), act, ...(user_id === undefined ? [] : [name(user_id)])],
      ...[room_id, target, detail, reason && JSON.stringify(reason), address].filter((part) => part !== undefined),
    ].join("  ")
  );
  return listing(lines, "Nothing was done yet.", has_more && `audit --after ${entries.at(-1)?.id}`);
}

function listing(lines: string[], none: string, more: string | false): string {
  if (more === false) return lines.length === 0 ? none : lines.join("\n");
  return [...lines, "", `There are more: ${more}`].join("\n");
}

function moment(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}
