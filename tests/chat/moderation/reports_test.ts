import { assert, assertEquals, assertRejects } from "@std/assert";
import { readAudit } from "../../../lib/chat/moderation/audit.ts";
import type { Chat } from "../../../lib/chat/chat.ts";
import { setDisabled } from "../../../lib/chat/sign_in/session_ends.ts";
import { readHistory } from "../../../lib/chat/messages/history.ts";
import { addMember, joinRoom, muteMember, removeMember, setRole } from "../../../lib/chat/rooms/members.ts";
import { deleteMessage, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { endAllSessions, OPERATOR } from "../../../lib/chat/people/operator.ts";
import { handleReport, listReports, reportMessage } from "../../../lib/chat/moderation/reports.ts";
import { createRoom, openDirect } from "../../../lib/chat/rooms/rooms.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { timeId } from "../../../lib/base/ids.ts";
import { keys } from "../../../lib/store/keys.ts";
import { type Kv, put } from "../../../lib/store/kv.ts";
import type { Actor, AuditRecord, ReportOutcome } from "../../../lib/protocol/model.ts";
import { auditLines } from "../../../lib/pages/admin.ts";
import { addAccount, enter } from "../../support/accounts.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";
import { alteredKv } from "../../support/altered_kv.ts";

async function code(run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, ChatError)).code;
}

/** A private room of olga (owner), mona (moderator), max and vic, whose message is rude; root is not in it. */
async function scene(chat: Chat) {
  const [olga, mona, max, vic] = [
    await addPerson(chat, "olga"),
    await addPerson(chat, "mona"),
    await addPerson(chat, "max"),
    await addPerson(chat, "vic"),
  ];
  const root = await addPerson(chat, "root", { admin: true });
  const { id: room_id } = await createRoom(chat, olga, { name: "Ops", kind: "private" });
  for (const name of ["mona", "max", "vic"]) await addMember(chat, olga, room_id, name);
  await setRole(chat, olga, room_id, "mona", "moderator");
  const { id: message_id } = await sendMessage(chat, vic, { room_id, content: "rude" });
  return { olga, mona, max, vic, root, room_id, message_id };
}

const open = async (chat: Chat, actor: Actor, room_id?: string) =>
  (await listReports(chat, actor, { room_id })).reports.map(({ report, message }) => [
    report.reporter,
    report.reason,
    message?.content,
  ]);

Deno.test("a report reaches the room's moderators and the administrators, and nobody else", async () => {
  await using chat = await openTestChat();
  const { olga, mona, max, vic, root, room_id, message_id } = await scene(chat);
  await Promise.all(
    Array.from({ length: 5 }, () => reportMessage(chat, max, { room_id, message_id, reason: " It is rude " })),
  );
  const expected = [["max", "It is rude", "rude"]];
  for (const moderator of [olga, mona]) assertEquals(await open(chat, moderator, room_id), expected);
  assertEquals(await open(chat, root), expected, "without being in the room");
  for (const other of [max, vic]) {
    assertEquals(await code(() => listReports(chat, other, { room_id })), "forbidden");
    assertEquals(await code(() => listReports(chat, other)), "forbidden");
  }
  assertEquals(await code(() => listReports(chat, mona)), "forbidden");
});

Deno.test("reports: one's own message, a deleted or an invisible one, and a missing reason are refused", async () => {
  await using chat = await openTestChat();
  const { max, vic, root, room_id, message_id } = await scene(chat);
  assertEquals(await code(() => reportMessage(chat, vic, { room_id, message_id, reason: "x" })), "forbidden");
  assertEquals(await code(() => reportMessage(chat, root, { room_id, message_id, reason: "x" })), "no_such_room");
  assertEquals(await code(() => reportMessage(chat, max, { room_id, message_id, reason: " " })), "invalid");
  await deleteMessage(chat, vic, { room_id, message_id });
  assertEquals(await code(() => reportMessage(chat, max, { room_id, message_id, reason: "x" })), "no_such_message");
});

Deno.test("one person has at most twenty open reports", async () => {
  await using chat = await openTestChat();
  const { max, mona, vic, room_id } = await scene(chat);
  for (let i = 0; i < 20; i++) {
    const { id } = await sendMessage(chat, vic, { room_id, content: `rude ${i}` });
    await reportMessage(chat, max, { room_id, message_id: id, reason: "x" });
  }
  const { id } = await sendMessage(chat, vic, { room_id, content: "once more" });
  const again = () => reportMessage(chat, max, { room_id, message_id: id, reason: "x" });
  assertEquals(await code(again), "limit_reached");
  const [first] = (await listReports(chat, mona, { room_id })).reports;
  await handleReport(chat, mona, first?.report.id ?? "", "dismissed");
  await again();
});

const OUTCOMES: [ReportOutcome, acts: string[]][] = [
  ["dismissed", ["report_handled"]],
  ["removed", ["message_removed", "report_handled"]],
  ["muted", ["member_muted", "report_handled"]],
  ["banned", ["member_banned", "report_handled"]],
];
for (const [outcome, acts] of OUTCOMES) {
  for (const who of ["mona", "root"] as const) {
    Deno.test(`${who} deals with a report: ${outcome}; every act is in the audit log once`, async () => {
      await using chat = await openTestChat();
      const { max, olga, root, room_id, message_id, ...rest } = await scene(chat);
      for (const reporter of [max, olga]) await reportMessage(chat, reporter, { room_id, message_id, reason: "rude" });
      const before = new Set((await readAudit(chat, root)).entries.map(({ id }) => id));
      const [first] = (await listReports(chat, root)).reports;
      const actor = who === "root" ? root : rest.mona;
      const both = () => handleReport(chat, actor, first?.report.id ?? "", outcome);
      await both();
      await both();
      const told = (await readAudit(chat, root)).entries.filter(({ id }) => !before.has(id));
      assertEquals(told.map(({ act }) => act).sort(), acts);
      assertEquals(told.every((entry) => entry.actor === who && entry.user_id === "vic"), true);
      assertEquals(await open(chat, root), [], "both reports of the message are closed");
      if (outcome === "removed") {
        const { events } = await readHistory(chat, olga, room_id, { messages_only: true });
        assertEquals(events.map((event) => "deleted" in event && event.deleted), [true]);
      }
      await reportMessage(chat, max, { room_id, message_id, reason: "again" }).catch(() => {});
    });
  }
}

Deno.test("reports: one decision closes all reports of a message that very many people reported", async () => {
  await using chat = await openTestChat();
  const { mona, olga, root, room_id, message_id } = await scene(chat);
  const people = await Promise.all(Array.from({ length: 20 }, (_, i) => addPerson(chat, `p${i}`)));
  for (const person of people) {
    await addMember(chat, olga, room_id, person.user_id);
    await reportMessage(chat, person, { room_id, message_id, reason: "rude" });
  }
  const last = (await listReports(chat, root)).reports.at(-1);
  await handleReport(chat, mona, last?.report.id ?? "", "removed");
  assertEquals(await open(chat, root), []);
  assertEquals(await open(chat, mona, room_id), []);
  const { entries } = await readAudit(chat, root);
  assertEquals(entries.filter(({ act }) => act === "report_handled").length, 1);
});

for (const outcome of ["removed", "muted", "banned"] as const) {
  Deno.test(`what a reporter wrote is told to nobody but the moderators: ${outcome}`, async () => {
    await using chat = await openTestChat();
    const { max, mona, olga, root, room_id, message_id } = await scene(chat);
    const report = await reportMessage(chat, max, { room_id, message_id, reason: "my doctor's name" });
    await handleReport(chat, mona, report.id, outcome);
    const { events } = await readHistory(chat, olga, room_id, { limit: 50 });
    const { entries } = await readAudit(chat, root);
    assertEquals(events.length > 0 && entries.length > 0, true);
    assertEquals(JSON.stringify([events, entries]).includes("doctor"), false);
  });
}

Deno.test("a moderator does not judge their own message; two who decide at once leave one entry", async () => {
  await using chat = await openTestChat();
  const { max, mona, olga, root, room_id } = await scene(chat);
  const { id } = await sendMessage(chat, mona, { room_id, content: "rude too" });
  const report = await reportMessage(chat, max, { room_id, message_id: id, reason: "rude" });
  assertEquals(await open(chat, mona, room_id), []);
  assertEquals(await code(() => handleReport(chat, mona, report.id, "dismissed")), "forbidden");
  assertEquals(await code(() => handleReport(chat, max, report.id, "dismissed")), "forbidden");
  assertEquals(await code(() => handleReport(chat, olga, "nosuchreport", "dismissed")), "not_found");
  await Promise.all([olga, root, olga].map((actor) => handleReport(chat, actor, report.id, "dismissed")));
  const { entries } = await readAudit(chat, root);
  assertEquals(entries.filter(({ act }) => act === "report_handled").length, 1);
});

Deno.test("a message of a direct conversation reaches the administrators, who may remove it", async () => {
  await using chat = await openTestChat();
  const { max, vic, root } = await scene(chat);
  const { id: room_id } = await openDirect(chat, max, "vic");
  const { id: message_id } = await sendMessage(chat, vic, { room_id, content: "rude" });
  const { id } = await reportMessage(chat, max, { room_id, message_id, reason: "rude" });
  assertEquals(await code(() => handleReport(chat, root, id, "banned")), "forbidden");
  await handleReport(chat, root, id, "removed");
  const { events } = await readHistory(chat, max, room_id, { messages_only: true });
  assertEquals(events.map((event) => "deleted" in event && event.deleted), [true]);
});

Deno.test("the audit log is read by administrators alone, newest first, in pages", async () => {
  await using chat = await openTestChat();
  const { max, root } = await scene(chat);
  const { id } = await createRoom(chat, root, { name: "x", kind: "public" });
  await joinRoom(chat, max, id);
  for (let i = 0; i < 5; i++) await setRole(chat, root, id, "max", i % 2 === 0 ? "moderator" : "member");
  assertEquals(await code(() => readAudit(chat, max)), "forbidden");
  const all = (await readAudit(chat, root)).entries;
  const pages: string[] = [];
  let more = true;
  while (more) {
    const { entries, has_more } = await readAudit(chat, root, { before: pages.at(-1), limit: 2 });
    pages.push(...entries.map((entry) => entry.id));
    more = has_more;
  }
  assertEquals(pages, all.map((entry) => entry.id));
  assertEquals(pages, pages.toSorted().reverse());
});

Deno.test("[D6] a moderator who loses the room while its reports are read gets none", async () => {
  let meanwhile = (): Promise<unknown> => Promise.resolve();
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      async list(range, options) {
        const found = await kv.list(range, options);
        if ("prefix" in range && range.prefix[0] === "room_report") await meanwhile();
        return found;
      },
    });
  await using chat = await openTestChat({ wrapKv });
  const { olga, mona, max, room_id, message_id } = await scene(chat);
  await reportMessage(chat, max, { room_id, message_id, reason: "rude" });
  meanwhile = () => removeMember(chat, olga, room_id, "mona");
  assertEquals(await code(() => listReports(chat, mona, { room_id })), "forbidden");
});

Deno.test("[D6] the download of the audit log ends with its reader's session, and with their role", async () => {
  for (const end of ["session", "role"] as const) {
    const clock = new FakeClock();
    await using chat = await openTestChat({ clock });
    await addAccount(chat, "root");
    const { actor } = await enter(chat, "root");
    const entry = (n: number): AuditRecord => ({ id: timeId(n), at: n, actor: "root", act: "room_deleted" });
    await chat.kv.commit({ set: Array.from({ length: 600 }, (_, n) => put(keys.audit(entry(n).id), entry(n))) });
    const lines = auditLines(chat, actor);
    for (let i = 0; i < 500; i++) assertEquals((await lines.next()).done, false);
    clock.tick(2_000);
    if (end === "session") await endAllSessions(chat, OPERATOR, actor.user_id);
    else await changeUser(chat, actor.user_id);
    const expected = end === "session" ? "unauthorized" : "forbidden";
    assertEquals(await code(() => lines.next()), expected);
  }

  async function changeUser(chat: Chat, id: string): Promise<void> {
    const { key, value } = await chat.kv.get(keys.user(id));
    assert(value !== null);
    await chat.kv.commit({ set: [put(key, { ...value, admin: false })] });
  }
});

Deno.test("audit: acts of one millisecond are listed in their order", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const { root, room_id, olga } = await scene(chat);
  const expected: string[] = [];
  for (let i = 0; i < 12; i++) {
    // beside each other: in a room's queue and outside of any
    await muteMember(chat, olga, room_id, "max", { minutes: 5 + i, reason: `mute ${i}` });
    await setDisabled(chat, root, "vic", i % 2 === 0, `account ${i}`);
    expected.push(`mute ${i}`, `account ${i}`);
  }
  const { entries } = await readAudit(chat, root, { limit: 24 });
  assertEquals(entries.map(({ reason }) => reason).reverse(), expected);
});

Deno.test("reports: a room's are paged past 50, the oldest first, each once, without those about oneself", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const { olga, mona, vic, room_id } = await scene(chat);
  const { id: hers } = await sendMessage(chat, mona, { room_id, content: "hers" });
  const expected: string[] = [];
  for (let i = 0; i < 130; i++) {
    const { id: message_id } = await sendMessage(chat, vic, { room_id, content: `rude ${i}` });
    const at = clock.now() + 1_000 * ((i * 37) % 130);
    const isHers = i % 10 === 0;
    const report = {
      id: timeId(at),
      at,
      room_id,
      message_id: isHers ? hers : message_id,
      author: isHers ? "mona" : "vic",
      reporter: "max",
      reason: `${i}`,
    };
    await chat.kv.commit({
      set: [put(keys.report(report.id), report), put(keys.roomReport(room_id, report.message_id, report.id), true)],
    });
    expected.push(report.id);
  }
  const all = async (actor: Actor) => {
    const ids: string[] = [];
    for (;;) {
      const { reports, has_more } = await listReports(chat, actor, { room_id, after: ids.at(-1) });
      ids.push(...reports.map(({ report }) => report.id));
      if (!has_more) return ids;
      assertEquals(reports.length, 50);
    }
  };
  expected.sort();
  assertEquals(await all(olga), expected);
  assertEquals((await all(mona)).length, 117);
});
