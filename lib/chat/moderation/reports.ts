/** Reports of messages: making them, the moderators' queue, and dealing with them. */
import { ChatError } from "../../base/errors.ts";
import { seqOf, timeId } from "../../base/ids.ts";
import { change } from "../../store/change.ts";
import { keys, lastPart, ranges, rest } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Actor, MessageItem, ReportOutcome, ReportRecord } from "../../protocol/model.ts";
import { auditPut, checkAdmin, type Doer, requireAdmin } from "./audit.ts";
import type { Chat } from "../chat.ts";
import { invalid, reasonOf } from "../people/fields.ts";
import { readMessage } from "../messages/history.ts";
import { membership, readRoom } from "../rooms/membership.ts";
import { RANK } from "../../log/rules/support.ts";

/** The most open reports of one person; a further one is refused until some are dealt with. */
const MAX_OPEN = 20;
/** How many reports of one message one commit closes. */
const MAX_TOGETHER = 8;
/** How long a member is muted from the queue. */
const MUTE_MS = 86_400_000;
export const REPORTS_A_PAGE = 50;
/** The most open reports of one room that are looked through, and how many are read in one step. */
const MAX_IN_ROOM = 10_000;

/** Reports a message to the room's moderators and the administrators. One open report for each message and person. */
export async function reportMessage(
  chat: Chat,
  actor: Actor,
  input: { room_id: string; message_id: string; reason: string },
): Promise<ReportRecord> {
  const reason = reasonOf(input.reason);
  if (reason === undefined) throw invalid("reason", "must say what is wrong, in a sentence.");
  const message = await readMessage(chat, actor, input.room_id, input.message_id);
  if (message.deleted) throw new ChatError("no_such_message", "This message was deleted: there is nothing to report.");
  if (message.user_id === actor.user_id) throw new ChatError("forbidden", "This is your own message: delete it.");
  const { room_id, message_id } = input;
  const { result } = await change(chat.kv, [keys.reported(actor.user_id, room_id, message_id)], async (own) => {
    const known = own.value === null ? null : (await chat.kv.get(keys.report(own.value))).value;
    if (known !== null) return { result: known };
    const open = await chat.kv.list(ranges.reportedBy(actor.user_id), { limit: MAX_OPEN });
    if (open.length >= MAX_OPEN) {
      throw new ChatError(
        "limit_reached",
        `${MAX_OPEN} of your reports are open: wait until moderators have handled some.`,
      );
    }
    const at = chat.clock.now();
    const report: ReportRecord = {
      id: timeId(at),
      at,
      room_id,
      message_id,
      author: message.user_id,
      reporter: actor.user_id,
      reason,
    };
    const made = put(keys.report(report.id), report);
    const set = [
      made,
      put(keys.openReport(report.id), true),
      put(keys.roomReport(room_id, message_id, report.id), true),
      put(own.key, report.id),
    ];
    return { result: report, write: { set }, proof: made };
  });
  return result;
}

/** A report with its message as it now stands; null: deleted, or gone. */
export interface ReportView {
  report: ReportRecord;
  room: { id: string; name: string; kind: string };
  message: MessageItem | null;
}

/** Open reports, oldest first: a room's for its moderators, those of all rooms for administrators. */
export async function listReports(
  chat: Chat,
  actor: Doer,
  query: { room_id?: string | undefined; after?: string | undefined } = {},
): Promise<{ reports: ReportView[]; has_more: boolean }> {
  if (query.room_id !== undefined) {
    await requireModerator(chat, actor, query.room_id);
    const views = await roomPage(chat, actor, query.room_id, query.after);
    // checked again after the reading, so that a removal meanwhile counts (D6)
    await requireModerator(chat, actor, query.room_id);
    return { reports: views.slice(0, REPORTS_A_PAGE), has_more: views.length > REPORTS_A_PAGE };
  }
  requireAdmin(actor);
  const found = await chat.kv.list(ranges.openReports(query.after), { limit: REPORTS_A_PAGE + 1 });
  const ids = found.slice(0, REPORTS_A_PAGE).map(({ key }) => lastPart(key));
  return { reports: await viewsOf(chat, ids), has_more: found.length > REPORTS_A_PAGE };
}

/**
 * A room's open reports after `after`, up to one more than a page. Their keys are by message, so all their ids, which
 * sort by time, are read first.
 */
async function roomPage(chat: Chat, actor: Doer, roomId: string, after = ""): Promise<ReportView[]> {
  const ids = (await openIn(chat, roomId)).filter((id) => id > after).sort();
  const page: ReportView[] = [];
  for (let i = 0; i < ids.length && page.length <= REPORTS_A_PAGE; i += REPORTS_A_PAGE) {
    const views = await viewsOf(chat, ids.slice(i, i + REPORTS_A_PAGE));
    // a moderator does not see reports of their own messages, nor who made them
    page.push(...actor.admin ? views : views.filter(({ report }) => report.author !== actor.user_id));
  }
  return page;
}

/** The ids of a room's open reports. Of more than MAX_IN_ROOM, the rest appears once some are closed. */
async function openIn(chat: Chat, roomId: string): Promise<string[]> {
  const range = ranges.roomReports(roomId);
  const limit = chat.kv.limits.entriesABatch;
  const ids: string[] = [];
  for (let next = range; ids.length < MAX_IN_ROOM;) {
    const found = await chat.kv.list(next, { limit });
    ids.push(...found.map(({ key }) => lastPart(key)));
    const last = found.at(-1);
    if (last === undefined || found.length < limit) break;
    next = rest(range, last.key);
  }
  return ids;
}

async function viewsOf(chat: Chat, ids: string[]): Promise<ReportView[]> {
  const records = (await chat.kv.getMany(ids.map((id) => keys.report(id)))).flatMap(({ value }) => value ?? []);
  const [rooms, heads, items] = await Promise.all([
    chat.kv.getMany(records.map(({ room_id }) => keys.room(room_id))),
    chat.kv.getMany(records.map(({ room_id }) => keys.head(room_id))),
    chat.kv.getMany(records.map(({ room_id, message_id }) => keys.item(room_id, seqOf(message_id)))),
  ]);
  return records.map((report, i) => {
    const item = items[i]?.value;
    const gone = item?.kind !== "message" || item.deleted !== undefined || item.id !== report.message_id ||
      item.seq <= (heads[i]?.value?.floor ?? 0);
    const { name = "", kind = "public" } = rooms[i]?.value ?? {};
    return { report, room: { id: report.room_id, name, kind }, message: gone ? null : item };
  });
}

/** How many reports are open, counted up to a hundred: for a badge. */
export async function countOpenReports(chat: Chat): Promise<number> {
  return (await chat.kv.list(ranges.openReports(), { limit: 100 })).length;
}

/**
 * Carries out a moderator's decision, then closes all reports of the message. Repeating it changes nothing. Throws
 * `not_found`, and the errors of the act itself.
 */
export async function handleReport(chat: Chat, actor: Doer, id: string, outcome: ReportOutcome): Promise<void> {
  const report = /^[0-9a-z]{17}$/.test(id) ? (await chat.kv.get(keys.report(id))).value : null;
  if (report === null) throw new ChatError("not_found", "There is no such report.");
  // the commit that closes the report checks this again, but the act in the room comes before that commit
  if (actor.admin) await checkAdmin(chat, actor);
  else await requireModerator(chat, actor, report.room_id);
  if (!actor.admin && report.author === actor.user_id) {
    throw new ChatError("forbidden", "This report is about a message of yours: ask another moderator to handle it.");
  }
  if (report.handled !== undefined) return;
  await carryOut(chat, actor, report, outcome);
  for (let closed = 0, more = 1; more > 0; closed += more) {
    more = await closeSome(chat, actor, report, outcome, closed > 0);
  }
}

/** Does the act. Its reason in the room and the audit log is a general one: the reporter's words are for moderators alone. */
async function carryOut(chat: Chat, actor: Doer, report: ReportRecord, outcome: ReportOutcome): Promise<void> {
  const { room_id, author, message_id } = report;
  const by = actor.user_id;
  const context = {
    // a member reported it to the administrators, who may not see the room otherwise
    ...(actor.admin ? { by_admin: "anywhere" as const } : {}),
    ...(actor.address === undefined ? {} : { address: actor.address }),
  };
  switch (outcome) {
    case "dismissed":
      return;
    case "removed":
      try {
        await chat.appender.append(room_id, { type: "delete", user_id: by, target: message_id, ...context });
      } catch (error) {
        if (!(error instanceof ChatError) || error.code !== "no_such_message") throw error;
      }
      return;
    case "muted": {
      // never shortens a longer mute
      const present = (await chat.kv.get(keys.member(room_id, author))).value?.muted_until ?? 0;
      const until = Math.max(present, chat.clock.now() + MUTE_MS);
      await chat.appender.append(room_id, {
        type: "mute",
        user_id: author,
        by,
        until,
        ...context,
      });
      return;
    }
    case "banned":
      await chat.appender.append(room_id, { type: "leave", user_id: author, by, ban: true, ...context });
  }
}

/**
 * Closes this report, then others of the same message, at most MAX_TOGETHER; the audit log records the first. Returns how
 * many: 0 where none is open, or where somebody else has closed this one.
 */
async function closeSome(
  chat: Chat,
  actor: Doer,
  report: ReportRecord,
  outcome: ReportOutcome,
  isBegun: boolean,
): Promise<number> {
  const { room_id, message_id } = report;
  const { result } = await change(chat.kv, [], async () => {
    const doers = actor.admin ? await checkAdmin(chat, actor) : [];
    const found = await chat.kv.list(ranges.messageReports(room_id, message_id), { limit: MAX_TOGETHER });
    const others = found.map(({ key }) => lastPart(key));
    const ids = isBegun ? others : [...new Set([report.id, ...others])].slice(0, MAX_TOGETHER);
    const entries = await chat.kv.getMany(ids.map((id) => keys.report(id)));
    const open = entries.flatMap(({ key, value, versionstamp }) =>
      value === null || value.handled !== undefined ? [] : [{ key, value, versionstamp }]
    );
    if (open.length === 0 || (!isBegun && open[0]?.value.id !== report.id)) return { result: 0 };
    const handled = { at: chat.clock.now(), by: actor.user_id, outcome };
    const audit = auditPut(chat, actor, {
      act: "report_handled",
      room_id,
      user_id: report.author,
      target: message_id,
      detail: outcome,
    });
    return {
      result: open.length,
      write: {
        checks: [...open.map(({ key, versionstamp }) => ({ key, versionstamp })), ...doers],
        set: [
          ...open.map(({ value }) => put(keys.report(value.id), { ...value, handled })),
          ...(isBegun ? [] : [audit]),
        ],
        delete: open.flatMap(({ value }) => [
          keys.openReport(value.id),
          keys.roomReport(room_id, message_id, value.id),
          keys.reported(value.reporter, room_id, message_id),
        ]),
      },
      proof: isBegun ? "repeatable" : audit,
    };
  });
  return result;
}

async function requireModerator(chat: Chat, actor: Doer, roomId: string): Promise<void> {
  const member = await membership(chat, actor.user_id, roomId);
  if (member !== null && RANK[member.role] >= RANK.moderator) return;
  const { room } = await readRoom(chat, actor.user_id, roomId);
  if (actor.admin && room?.kind === "public") return;
  throw new ChatError("forbidden", "Only a moderator of the room sees its reports.");
}
