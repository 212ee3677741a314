import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Chat } from "../../../lib/chat/chat.ts";
import { readHistory } from "../../../lib/chat/messages/history.ts";
import {
  addMember,
  joinRoom,
  listMembers,
  muteMember,
  removeMember,
  setRole,
} from "../../../lib/chat/rooms/members.ts";
import { deleteMessage, editMessage, react, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { createRoom, deleteRoom, getRoom, openDirect, updateRoom } from "../../../lib/chat/rooms/rooms.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { ranges } from "../../../lib/store/keys.ts";
import type { Actor, AuditRecord, Role } from "../../../lib/protocol/model.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";

async function refusal(run: () => Promise<unknown>): Promise<ChatError> {
  return await assertRejects(run, ChatError);
}

async function audit(chat: Chat): Promise<AuditRecord[]> {
  return (await chat.kv.list(ranges.audit(), { limit: 1_000 })).map(({ value }) => value);
}

/** A public room of olga (owner), mona (moderator), max (member) and vic, who things are done to. */
async function cast(chat: Chat) {
  const olga = await addPerson(chat, "olga");
  const { id } = await createRoom(chat, olga, { name: "Ops", kind: "public" });
  const people: Record<string, Actor> = { olga, root: await addPerson(chat, "root", { admin: true }) };
  for (const name of ["mona", "max", "vic"]) {
    people[name] = await addPerson(chat, name);
    await joinRoom(chat, people[name], id);
  }
  await setRole(chat, olga, id, "mona", "moderator");
  const as = (name: string): Actor => people[name] ?? olga;
  return { id, as };
}

const WHO = ["max", "mona", "olga", "root"] as const;

/** What each may do to somebody of the role: y or n for member, moderator, owner, administrator. */
const MATRIX: [
  act: string,
  victim: Role,
  allowed: string,
  run: (chat: Chat, actor: Actor, room: string) => Promise<unknown>,
][] = [
  ["mute", "member", "nyyy", (chat, actor, room) => muteMember(chat, actor, room, "vic", { minutes: 5 })],
  ["mute", "moderator", "nnyy", (chat, actor, room) => muteMember(chat, actor, room, "vic")],
  ["mute", "owner", "nnny", (chat, actor, room) => muteMember(chat, actor, room, "vic")],
  ["remove", "member", "nyyy", (chat, actor, room) => removeMember(chat, actor, room, "vic")],
  ["remove", "moderator", "nnyy", (chat, actor, room) => removeMember(chat, actor, room, "vic")],
  ["ban", "member", "nyyy", (chat, actor, room) => removeMember(chat, actor, room, "vic", { ban: true })],
  ["ban", "owner", "nnny", (chat, actor, room) => removeMember(chat, actor, room, "vic", { ban: true })],
  ["role", "member", "nnyy", (chat, actor, room) => setRole(chat, actor, room, "vic", "moderator")],
  ["read-only", "member", "nyyy", (chat, actor, room) => updateRoom(chat, actor, room, { read_only: true })],
  ["edit window", "member", "nyyy", (chat, actor, room) => updateRoom(chat, actor, room, { edit_minutes: 5 })],
  ["retention", "member", "nnyy", (chat, actor, room) => updateRoom(chat, actor, room, { retention_days: 7 })],
  ["topic", "member", "nyyy", (chat, actor, room) => updateRoom(chat, actor, room, { topic: "Fires" })],
  ["delete", "member", "nnyy", (chat, actor, room) => deleteRoom(chat, actor, room)],
];

for (const [act, victim, allowed, run] of MATRIX) {
  Deno.test(`who may: ${act}, of a ${victim}, leaves one entry in the audit log`, async () => {
    for (const [i, who] of WHO.entries()) {
      await using chat = await openTestChat();
      const { id, as } = await cast(chat);
      if (victim !== "member") await setRole(chat, as("olga"), id, "vic", victim);
      const before = new Set((await audit(chat)).map((entry) => entry.id));
      const mayDo = allowed[i] === "y";
      if (mayDo) await run(chat, { ...as(who), address: "192.0.2.7" }, id);
      else assertEquals((await refusal(() => run(chat, as(who), id))).code, "forbidden", who);
      const entries = (await audit(chat)).filter((entry) => !before.has(entry.id));
      assertEquals(entries.length, mayDo ? 1 : 0, who);
      if (mayDo) assertEquals([entries[0]?.actor, entries[0]?.room_id, entries[0]?.address], [who, id, "192.0.2.7"]);
    }
  });
}

Deno.test("[M6] a muted member reads, but cannot write, edit or react, until the time is over", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const { id, as } = await cast(chat);
  const { id: mine } = await sendMessage(chat, as("vic"), { room_id: id, content: "before", client_id: "c1" });
  await muteMember(chat, as("mona"), id, "vic", { minutes: 10, reason: "Cool  down" });

  for (
    const write of [
      () => sendMessage(chat, as("vic"), { room_id: id, content: "no" }),
      () => editMessage(chat, as("vic"), { room_id: id, message_id: mine, content: "no" }),
      () => react(chat, as("vic"), { room_id: id, message_id: mine, emoji: "👍", op: "add" }),
    ]
  ) {
    const { code, retryAfter } = await refusal(write);
    assertEquals([code, retryAfter], ["muted", 600]);
  }
  const repeated = await sendMessage(chat, as("vic"), { room_id: id, content: "before", client_id: "c1" });
  assert(repeated.duplicate, "what was taken before is still acknowledged");
  const { events } = await readHistory(chat, as("vic"), id);
  const told = events.find((event) => event.type === "member_muted");
  const until = new Date(clock.now() + 600_000).toISOString();
  assertEquals([told?.user_id, told?.by, told?.muted_until, told?.reason], ["vic", "mona", until, "Cool down"]);
  assertEquals((await getRoom(chat, as("vic"), id)).muted_until, until);
  const members = (await listMembers(chat, as("max"), id)).members;
  assertEquals(members.find((member) => member.id === "vic")?.muted_until, until);

  clock.tick(600_001);
  assertEquals((await getRoom(chat, as("vic"), id)).muted_until, undefined);
  await sendMessage(chat, as("vic"), { room_id: id, content: "again" });
});

Deno.test("[M6] leaving and coming back does not lift a mute; a moderator does", async () => {
  await using chat = await openTestChat();
  const { id, as } = await cast(chat);
  await muteMember(chat, as("mona"), id, "vic");
  await removeMember(chat, as("vic"), id, "vic");
  assertEquals((await listMembers(chat, as("max"), id)).members.length, 3);
  assertEquals((await refusal(() => sendMessage(chat, as("vic"), { room_id: id, content: "x" }))).code, "forbidden");
  await joinRoom(chat, as("vic"), id);
  assertEquals((await refusal(() => sendMessage(chat, as("vic"), { room_id: id, content: "x" }))).code, "muted");
  await muteMember(chat, as("mona"), id, "vic", { minutes: 0 });
  await sendMessage(chat, as("vic"), { room_id: id, content: "x" });
  const before = (await audit(chat)).length;
  await muteMember(chat, as("mona"), id, "vic", { minutes: 0 });
  assertEquals((await audit(chat)).length, before, "what changes nothing is no act");
});

Deno.test("nobody is muted in a direct conversation", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada", { admin: true });
  await addPerson(chat, "bob");
  const { id } = await openDirect(chat, ada, "bob");
  assertEquals((await refusal(() => muteMember(chat, ada, id, "bob"))).code, "forbidden");
});

Deno.test("[M7] in a read-only room moderators and owners write, others react", async () => {
  await using chat = await openTestChat();
  const { id, as } = await cast(chat);
  const { id: old } = await sendMessage(chat, as("max"), { room_id: id, content: "old" });
  const room = await updateRoom(chat, as("mona"), id, { read_only: true });
  assertEquals(room.read_only, true);
  assertEquals((await refusal(() => sendMessage(chat, as("max"), { room_id: id, content: "x" }))).code, "read_only");
  const late = () => editMessage(chat, as("max"), { room_id: id, message_id: old, content: "x" });
  assertEquals((await refusal(late)).code, "read_only");
  const { id: news } = await sendMessage(chat, as("mona"), { room_id: id, content: "news" });
  await react(chat, as("max"), { room_id: id, message_id: news, emoji: "🎉", op: "add" });
  await deleteMessage(chat, as("max"), { room_id: id, message_id: old });
  assertEquals((await updateRoom(chat, as("mona"), id, { read_only: false })).read_only, undefined);
  await sendMessage(chat, as("max"), { room_id: id, content: "thanks" });
});

Deno.test("[M8] the edit window is the room's, else the server's", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock, config: { editMs: 60_000 } });
  const { id, as } = await cast(chat);
  const { id: first } = await sendMessage(chat, as("max"), { room_id: id, content: "one" });
  const edit = (content: string) => editMessage(chat, as("max"), { room_id: id, message_id: first, content });
  clock.tick(60_000);
  await edit("two");
  clock.tick(1);
  assertEquals((await refusal(() => edit("three"))).code, "edit_window_over");
  assertEquals((await edit("two")).changed, false, "an edit that changes nothing is no late one");
  await updateRoom(chat, as("olga"), id, { edit_minutes: 5 });
  assertEquals((await getRoom(chat, as("max"), id)).edit_minutes, 5);
  await edit("three");
  await updateRoom(chat, as("olga"), id, { edit_minutes: 0 });
  assertEquals((await getRoom(chat, as("max"), id)).edit_minutes, 1);
});

Deno.test("[M9] a removal says who did it and why, at once and in every later reading", async () => {
  await using chat = await openTestChat();
  const { id, as } = await cast(chat);
  const sent = await sendMessage(chat, as("vic"), { room_id: id, content: "rude" });
  const own = await sendMessage(chat, as("vic"), { room_id: id, content: "mine" });
  await deleteMessage(chat, as("mona"), { room_id: id, message_id: sent.id, reason: "Be kind" });
  await deleteMessage(chat, as("vic"), { room_id: id, message_id: own.id, reason: "not told" });
  const { events } = await readHistory(chat, as("max"), id, { messages_only: true });
  const told = events.map((e) => e.type === "chat_message" && [e.content, e.deleted, e.removed_by, e.reason]);
  assertEquals(told, [["", true, "mona", "Be kind"], ["", true, undefined, undefined]]);
  const entry = (await audit(chat)).find(({ act }) => act === "message_removed");
  assertEquals([entry?.actor, entry?.user_id, entry?.target, entry?.reason], ["mona", "vic", sent.id, "Be kind"]);
  assertEquals((await audit(chat)).filter(({ act }) => act === "message_removed").length, 1);
});

for (const reason of ["x".repeat(251), "turn\u202eed", "bell\u0007", "a\ud800"]) {
  Deno.test(`a reason such as ${JSON.stringify(reason.slice(0, 8))} (${reason.length}) is refused`, async () => {
    await using chat = await openTestChat();
    const { id, as } = await cast(chat);
    const { code, field } = await refusal(() => removeMember(chat, as("mona"), id, "vic", { ban: true, reason }));
    assertEquals([code, field], ["invalid", "reason"]);
  });
}

Deno.test("lifting a ban is an act of its own, and a ban ends a mute's record", async () => {
  await using chat = await openTestChat();
  const { id, as } = await cast(chat);
  await removeMember(chat, as("mona"), id, "vic", { ban: true, reason: "Spam" });
  assertEquals((await refusal(() => joinRoom(chat, as("vic"), id))).code, "forbidden");
  await addMember(chat, as("mona"), id, "vic");
  const acts = (await audit(chat)).filter(({ act }) => act !== "role_changed").map(({ act, reason }) => [act, reason]);
  assertEquals(acts.sort(), [["member_banned", "Spam"], ["member_unbanned", undefined]]);
});

Deno.test("a role that somebody is added with is in the audit log, as one that is given later", async () => {
  await using chat = await openTestChat();
  const { id, as } = await cast(chat);
  const nina = await addPerson(chat, "nina");
  const told = async () =>
    (await audit(chat)).filter(({ user_id }) => user_id === "nina").map(({ actor, act, detail }) => [
      actor,
      act,
      detail,
    ]);
  await addMember(chat, as("olga"), id, "nina");
  assertEquals(await told(), [], "a member is no more than others are");
  await removeMember(chat, nina, id, "nina");
  await addMember(chat, as("olga"), id, "nina", "owner");
  assertEquals(await told(), [["olga", "role_changed", "owner"]]);
});
