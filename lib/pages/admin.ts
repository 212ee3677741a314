/** Data and form actions of the administration pages. */
import { HttpError } from "fresh";
import { readAudit } from "../chat/moderation/audit.ts";
import type { Chat } from "../chat/chat.ts";
import { setDisabled } from "../chat/sign_in/session_ends.ts";
import { deleteAccount } from "../chat/people/deletion.ts";
import {
  createInvitation,
  listInvitations,
  revokeAllInvitations,
  revokeInvitation,
} from "../chat/sign_in/invitations.ts";
import { endAllSessions, findUsers, listUsers, resetPassword, setAdmin } from "../chat/people/operator.ts";
import { getServer, type ServerInput, updateServer } from "../chat/moderation/server.ts";
import { countOpenReports, handleReport, listReports } from "../chat/moderation/reports.ts";
import { assignOwner, changeRoom, endRoom, listAllRooms } from "../chat/rooms/room_admin.ts";
import { stillSignedIn } from "../chat/sign_in/sessions.ts";
import type { State } from "./app_state.ts";
import type { Config } from "../base/config/config.ts";
import { INVITERS, REGISTRATIONS } from "../protocol/joining.ts";
import { ChatError } from "../base/errors.ts";
import { merged } from "../base/metrics.ts";
import type { Actor, ReportOutcome } from "../protocol/model.ts";

const DAY_S = 86_400;
/** Of the people who came by an invitation. */
const SHOWN = 20;

/** For anybody but administrators these pages do not exist (404). */
export function administrator({ actor }: State): Actor {
  if (actor?.admin !== true) throw new HttpError(404, "No such page");
  return actor;
}

const ENTRIES = 500;

/**
 * The whole audit log, newest first, one entry a line. It is read as fast as the client takes it, which may last long;
 * so it ends with a ChatError once the reader is signed out or is no administrator any more.
 */
export async function* auditLines(chat: Chat, actor: Actor): AsyncGenerator<string> {
  const since = chat.clock.elapsed();
  let before: string | undefined;
  for (let more = true; more;) {
    const { entries, has_more } = await readAudit(chat, await stillSignedIn(chat, actor, since), {
      before,
      limit: ENTRIES,
    });
    before = entries.at(-1)?.id;
    more = has_more;
    for (const entry of entries) yield `${JSON.stringify({ ...entry, at: new Date(entry.at).toISOString() })}\n`;
  }
}

/** The data of one section. */
export async function loadSection(chat: Chat, actor: Actor, section: string, query: URLSearchParams) {
  const open = await countOpenReports(chat);
  const after = (query.get("after") ?? "").slice(0, 64);
  switch (section) {
    case "overview":
      return { section, open, figures: await figuresOf(chat), limits: limitsOf(chat.config) } as const;
    case "team":
      return { section, open, server: await getServer(chat) } as const;
    case "users": {
      const q = (query.get("q") ?? "").trim().slice(0, 50);
      const found = q === ""
        ? await listUsers(chat, after)
        : { users: await findUsers(chat, actor, q), next: undefined };
      return { section, open, ...found, query: q } as const;
    }
    case "rooms":
      return { section, open, ...await listAllRooms(chat, actor, after) } as const;
    case "invitations": {
      const found = await listInvitations(chat, actor, after);
      const ids = found.invitations.flatMap(({ created_by, people = [] }) => [created_by, ...people.slice(0, SHOWN)]);
      const banned = query.has("banned");
      return { section, open, ...found, banned, people: await chat.directory.many(ids) } as const;
    }
    case "reports": {
      const found = await listReports(chat, actor, after === "" ? {} : { after });
      const ids = found.reports.flatMap(({ report }) => [report.author, report.reporter]);
      return { section, open, ...found, people: await chat.directory.many(ids) } as const;
    }
    case "audit": {
      const before = query.get("before") ?? "";
      const found = await readAudit(chat, actor, before === "" ? {} : { before: before.slice(0, 64) });
      const ids = found.entries.flatMap((entry) => [entry.actor, entry.user_id ?? entry.actor]);
      return { section, open, ...found, people: await chat.directory.many(ids) } as const;
    }
    default:
      throw new HttpError(404, "No such page");
  }
}

/** Events in one second: reads the counter twice, so that no history is needed. */
async function figuresOf(chat: Chat) {
  const read = async () => merged(await chat.metrics.gather());
  const sum = (samples: Awaited<ReturnType<typeof read>>, name: string) =>
    samples.reduce((total, sample) => sample.name === name ? total + sample.value : total, 0);
  const before = await read();
  const from = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 250));
  const now = await read();
  const seconds = (performance.now() - from) / 1_000;
  return {
    sockets: sum(now, "parley_sockets"),
    users: sum(now, "parley_users_connected"),
    rooms: sum(now, "parley_rooms_followed"),
    events: (sum(now, "parley_events_total") - sum(before, "parley_events_total")) / seconds,
    memory: sum(now, "process_resident_memory_bytes"),
    uptime: sum(now, "process_uptime_seconds"),
    isolates: sum(now, "parley_isolates"),
    errors: sum(now, "parley_store_errors_total"),
  };
}

function limitsOf(config: Config): [name: string, value: string][] {
  const rate = ({ burst, perMinute }: Config["rates"]["sends"]) => `${burst}/${perMinute}`;
  return [
    ["REGISTRATION", config.registration],
    ["RETENTION_DAYS", String(config.retentionDays)],
    ["EDIT_MINUTES", String(config.editMs / 60_000)],
    ["LIMITS", config.limits ? "on" : "off"],
    ["RATE_SENDS", rate(config.rates.sends)],
    ["RATE_COMMANDS", rate(config.rates.commands)],
    ["RATE_SIGN_INS", rate(config.rates.signIns)],
    ["RATE_REGISTRATIONS", rate(config.rates.registrations)],
    ["MAX_SOCKETS_PER_USER", String(config.maxSocketsPerUser)],
    ["MAX_SOCKETS_PER_ADDRESS", String(config.maxSocketsPerAddress)],
    ["MAX_CONNECTIONS_PER_ADDRESS", String(config.maxConnectionsPerAddress)],
    ["MAX_DOWNLOADS_PER_USER", String(config.maxDownloadsPerUser)],
    ["MAX_DOWNLOADS_PER_ADDRESS", String(config.maxDownloadsPerAddress)],
    ["MAX_BODY_BYTES", String(config.maxBodyBytes)],
    ["MAX_FRAME_BYTES", String(config.maxFrameBytes)],
    ["MAX_QUEUED_BYTES", String(config.maxQueuedBytes)],
    ["MAX_QUEUED_BYTES_TOTAL", String(config.maxQueuedBytesTotal)],
    ["SESSION_DAYS", String(config.sessionMs / 86_400_000)],
    ["ISOLATES", String(config.isolates)],
  ];
}

interface Asked {
  of: string;
  reason: string;
  username: string;
  uses: number;
  days: number;
  erase: boolean;
  /** The text of any other field. */
  field(name: string): string;
}

type Act = (chat: Chat, actor: Actor, asked: Asked) => Promise<unknown>;

const handled = (outcome: ReportOutcome): Act => (chat, actor, { of }) => handleReport(chat, actor, of, outcome);

/** The actions by section and name. Their result is shown once. */
const ACTS: Record<string, Record<string, Act>> = {
  team: {
    name: (chat, actor, { field }) => updateServer(chat, actor, { name: field("name") }),
    joining: (chat, actor, { field }) => updateServer(chat, actor, joiningOf(field)),
  },
  users: {
    disable: (chat, actor, { of, reason }) => setDisabled(chat, actor, of, true, reason),
    enable: (chat, actor, { of }) => setDisabled(chat, actor, of, false),
    reset: (chat, actor, { of }) => resetPassword(chat, actor, of),
    "sign-out": (chat, actor, { of }) => endAllSessions(chat, actor, of),
    "make-admin": (chat, actor, { of }) => setAdmin(chat, actor, of, true),
    "revoke-admin": (chat, actor, { of }) => setAdmin(chat, actor, of, false),
    delete: (chat, actor, { of, erase }) => deleteAccount(chat, actor, of, erase),
  },
  rooms: {
    retention: (chat, actor, { of, days }) => changeRoom(chat, actor, of, { retention_days: whole(days, 0, 36_500) }),
    "read-only": (chat, actor, { of }) => changeRoom(chat, actor, of, { read_only: true }),
    open: (chat, actor, { of }) => changeRoom(chat, actor, of, { read_only: false }),
    assign: (chat, actor, { of, username }) => assignOwner(chat, actor, of, username),
    delete: (chat, actor, { of }) => endRoom(chat, actor, of),
  },
  invitations: {
    make: (chat, actor, { uses, days }) =>
      createInvitation(chat, actor, { uses, expires_in_s: whole(days, 1, 365) * DAY_S }),
    revoke: (chat, actor, { of }) => revokeInvitation(chat, actor, of),
    "revoke-all": (chat, actor) => revokeAllInvitations(chat, actor),
  },
  reports: {
    dismissed: handled("dismissed"),
    removed: handled("removed"),
    muted: handled("muted"),
    banned: handled("banned"),
  },
};

/** A radio group that the environment has locked is not sent. */
function joiningOf(field: (name: string) => string): ServerInput {
  const registration = REGISTRATIONS.find((one) => one === field("registration"));
  const inviting = INVITERS.find((one) => one === field("inviting"));
  return { ...(registration && { registration }), ...(inviting && { inviting }) };
}

/** Acts that send somebody away, who may know an invitation. */
const SENDS_AWAY: Record<string, readonly string[]> = { users: ["disable", "delete"], reports: ["banned"] };

/** Where an act leads: to the invitations where somebody was sent away while some can be used. */
export async function afterAct(chat: Chat, actor: Actor, section: string, act: string): Promise<string> {
  const isAway = Object.hasOwn(SENDS_AWAY, section) && SENDS_AWAY[section]?.includes(act) === true;
  if (!isAway || (await listInvitations(chat, actor)).invitations.length === 0) return `/admin/${section}?done`;
  return "/admin/invitations?banned";
}

function whole(value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ChatError("invalid", `"days" must be a whole number from ${least} to ${most}.`, { field: "days" });
}

/** Runs an action. Returns what is to be shown once: a new password, if one was made. */
export async function carryOut(chat: Chat, actor: Actor, section: string, form: FormData): Promise<string | undefined> {
  const field = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value : "";
  };
  const acts = Object.hasOwn(ACTS, section) ? ACTS[section] : undefined;
  const act = acts !== undefined && Object.hasOwn(acts, field("act")) ? acts[field("act")] : undefined;
  if (act === undefined) {
    throw new ChatError("bad_request", "This page has no such action. Load it again and try once more.");
  }
  const of = field("of");
  if (of.length > 64) {
    throw new ChatError("bad_request", '"of" is too long to be an id. Load the page again and try once more.');
  }
  const result = await act(chat, actor, {
    of,
    reason: field("reason"),
    username: field("username"),
    uses: Number(field("uses")),
    days: Number(field("days")),
    erase: form.has("erase"),
    field,
  });
  return typeof result === "string" ? result : undefined;
}
