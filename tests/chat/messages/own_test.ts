import { assertEquals, assertRejects } from "@std/assert";
import { addBookmark, listBookmarks, listMarks, removeBookmark } from "../../../lib/chat/messages/bookmarks.ts";
import { readDraft, saveDraft } from "../../../lib/chat/messages/drafts.ts";
import { joinRoom, removeMember } from "../../../lib/chat/rooms/members.ts";
import { listMentions } from "../../../lib/chat/messages/mentions.ts";
import { deleteMessage, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { createRoom } from "../../../lib/chat/rooms/rooms.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys } from "../../../lib/store/keys.ts";
import { put } from "../../../lib/store/kv.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";

const room_id = "general";

async function world() {
  const clock = new FakeClock();
  const chat = await openTestChat({ clock });
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const told: unknown[] = [];
  chat.bus.subscribe((signal) => signal.type === "user" && told.push([signal.user_id, JSON.parse(signal.line)]));
  return { chat, clock, ada, bob, told, [Symbol.asyncDispose]: () => chat[Symbol.asyncDispose]() };
}

async function refusal(run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, ChatError)).code;
}

Deno.test("listMentions() covers all rooms, newest first, without deleted or unreadable messages", async () => {
  await using w = await world();
  const ops = await createRoom(w.chat, w.ada, { name: "Ops", kind: "public" });
  const secret = await createRoom(w.chat, w.ada, { name: "Secret", kind: "public" });
  for (const room of [ops, secret]) await joinRoom(w.chat, w.bob, room.id);
  const say = async (room_id: string, content: string) => {
    w.clock.tick(1_000);
    return await sendMessage(w.chat, w.ada, { room_id, content });
  };
  await say(room_id, "@bob one");
  await say(ops.id, "@bob two");
  await say(secret.id, "@bob three");
  const gone = await say(room_id, "@bob four");
  await say(ops.id, "@room and @bob, five");
  await say(room_id, "nobody");
  await deleteMessage(w.chat, w.ada, { room_id, message_id: gone.id });
  await removeMember(w.chat, w.bob, secret.id, "bob");
  const said = async (limit?: number) =>
    (await listMentions(w.chat, w.bob, { limit })).messages.map(({ content }) => content);
  assertEquals(await said(), ["@room and @bob, five", "@bob two", "@bob one"]);
  assertEquals(await said(2), ["@room and @bob, five", "@bob two"]);
  assertEquals((await listMentions(w.chat, w.ada)).messages, []);
});

Deno.test("listMentions() pages over all rooms give each mention once, also those of one instant and new ones", async () => {
  await using w = await world();
  const ops = await createRoom(w.chat, w.ada, { name: "Ops", kind: "public" });
  await joinRoom(w.chat, w.bob, ops.id);
  const expected: string[] = [];
  for (let n = 0; n < 130; n++) {
    // two rooms at one instant, and runs in one room alone
    if (n % 3 === 0) w.clock.tick(1_000);
    const content = n % 10 === 0 ? `@room ${n}` : `@bob ${n}`;
    await sendMessage(w.chat, w.ada, { room_id: n % 2 === 0 || n > 90 ? room_id : ops.id, content });
    expected.push(content);
  }
  const found: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 10; pages++) {
    const page = await listMentions(w.chat, w.bob, { limit: 40, cursor });
    found.push(...page.messages.map(({ content }) => content));
    if (pages === 1) await sendMessage(w.chat, w.ada, { room_id, content: "@bob meanwhile" });
    if (page.cursor === null) break;
    cursor = page.cursor;
  }
  assertEquals(found.toSorted(), expected.toSorted());
  assertEquals([found[0], found.at(-1)], ["@bob 129", "@room 0"]);
  await assertRejects(() => listMentions(w.chat, w.bob, { cursor: "elsewhere" }), ChatError);
});

Deno.test("[O3] [O1] bookmarks: listed last marked first, in pages; marking twice changes nothing, and my devices are notified", async () => {
  await using w = await world();
  const ids: string[] = [];
  for (const content of ["one", "two", "three"]) {
    ids.push((await sendMessage(w.chat, w.ada, { room_id, content })).id);
  }
  const [one = "", two = "", three = ""] = ids;
  for (const message_id of [two, one, three, one]) await addBookmark(w.chat, w.bob, { room_id, message_id });
  assertEquals(w.told.length, 3);
  assertEquals(w.told[0], ["bob", { type: "user", change: "bookmark", room_id, message_id: two, marked: true }]);

  const first = await listBookmarks(w.chat, w.bob, { limit: 2 });
  assertEquals([first.bookmarks.map(({ message }) => message?.content), first.has_more], [["three", "one"], true]);
  const rest = await listBookmarks(w.chat, w.bob, { limit: 2, before: first.bookmarks.at(-1)?.at });
  assertEquals([rest.bookmarks.map(({ message }) => message?.content), rest.has_more], [["two"], false]);

  assertEquals(await removeBookmark(w.chat, w.bob, { room_id, message_id: one }), { changed: true });
  assertEquals(await removeBookmark(w.chat, w.bob, { room_id, message_id: one }), { changed: false });
  assertEquals((await listMarks(w.chat, w.bob)).map(({ message_id }) => message_id), [three, two]);
  assertEquals(await listMarks(w.chat, w.ada), []);
});

Deno.test("[O1] bookmarks: only a readable message can be marked; one no longer readable is listed without its text", async () => {
  await using w = await world();
  const ops = await createRoom(w.chat, w.ada, { name: "Ops", kind: "private" });
  const { id: message_id } = await sendMessage(w.chat, w.ada, { room_id: ops.id, content: "secret" });
  assertEquals(await refusal(() => addBookmark(w.chat, w.bob, { room_id: ops.id, message_id })), "no_such_room");
  const said = await sendMessage(w.chat, w.ada, { room_id, content: "said" });
  await addBookmark(w.chat, w.bob, { room_id, message_id: said.id });
  await deleteMessage(w.chat, w.ada, { room_id, message_id: said.id });
  assertEquals((await listBookmarks(w.chat, w.bob)).bookmarks.map(({ message }) => message), [null]);
  assertEquals(await removeBookmark(w.chat, w.bob, { room_id, message_id: said.id }), { changed: true });
});

Deno.test("[O1] bookmarks: a user has at most a thousand, also when many are made at once", async () => {
  await using w = await world();
  await w.chat.kv.commit({ set: [put(keys.bookmarks("bob"), { count: 998, at: 1 })] });
  const sent = await Promise.all([1, 2, 3, 4].map((n) => sendMessage(w.chat, w.ada, { room_id, content: `${n}` })));
  const made = await Promise.allSettled(sent.map(({ id }) => addBookmark(w.chat, w.bob, { room_id, message_id: id })));
  assertEquals(made.filter(({ status }) => status === "fulfilled").length, 2);
  assertEquals((await w.chat.kv.get(keys.bookmarks("bob"))).value?.count, 1_000);
});

Deno.test("[O2] drafts: of two the later one wins, and a clock that is ahead gains nothing", async () => {
  await using w = await world();
  const now = w.clock.now();
  const save = (content: string, at?: number) => saveDraft(w.chat, w.bob, { room_id, content, at });
  assertEquals(await save("half a", now - 5_000), { at: now - 5_000, saved: true });
  assertEquals(await save("older", now - 9_000), { at: now - 5_000, saved: false });
  assertEquals(await save("from the future", now + 60_000), { at: now, saved: true });
  w.clock.tick(1_000);
  assertEquals((await save("half a thought")).saved, true);
  assertEquals((await readDraft(w.chat, w.bob, room_id)).content, "half a thought");
  assertEquals((await readDraft(w.chat, w.ada, room_id)).content, "");
  assertEquals(w.told.map((one) => JSON.stringify(one)).filter((line) => line.includes('"draft"')).length, 3);
});

Deno.test("[O2] drafts: a save without reply_to keeps it, null removes it, and an emptied draft has none", async () => {
  await using w = await world();
  const save = async (content: string, reply_to?: string | null) => {
    w.clock.tick(1_000);
    await saveDraft(w.chat, w.bob, { room_id, content, reply_to });
    const { at: _, ...kept } = await readDraft(w.chat, w.bob, room_id);
    return kept;
  };
  const reply_to = "5-abcdefgh";
  assertEquals(await save("", reply_to), { content: "", reply_to });
  assertEquals(await save("an older page writes"), { content: "an older page writes", reply_to });
  assertEquals(await save("an older page writes", null), { content: "an older page writes" });
  assertEquals(await save("so", reply_to), { content: "so", reply_to });
  assertEquals(w.told.at(-1), ["bob", {
    type: "user",
    change: "draft",
    room_id,
    content: "so",
    at: w.clock.now(),
    reply_to,
  }]);
  assertEquals(await save(""), { content: "" });
});

Deno.test("[O2] drafts: a field that a newer version wrote stays when this version writes", async () => {
  await using w = await world();
  const newer = { content: "half a", at: 1, later_field: "kept" };
  await w.chat.kv.commit({ set: [put(keys.draft("bob", room_id), newer)] });
  await saveDraft(w.chat, w.bob, { room_id, content: "half a thought" });
  const { value } = await w.chat.kv.get(keys.draft("bob", room_id));
  assertEquals(value, { ...newer, content: "half a thought", at: w.clock.now() });
});

Deno.test("[O2] drafts: an emptied draft wins over an older text, and is erased when its writer leaves the room", async () => {
  await using w = await world();
  const now = w.clock.now();
  await saveDraft(w.chat, w.bob, { room_id, content: "x", at: now - 9_000 });
  await saveDraft(w.chat, w.bob, { room_id, content: "", at: now - 1_000 });
  assertEquals((await saveDraft(w.chat, w.bob, { room_id, content: "y", at: now - 5_000 })).saved, false);
  await saveDraft(w.chat, w.bob, { room_id, content: "z" });
  await removeMember(w.chat, w.bob, room_id, "bob");
  assertEquals((await w.chat.kv.get(keys.draft("bob", room_id))).value, null);
  assertEquals(await refusal(() => saveDraft(w.chat, w.bob, { room_id, content: "z" })), "forbidden");
});
