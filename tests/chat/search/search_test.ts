/** Searching as somebody: what they may read, filters, bounds, and what a deleted message leaves behind. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { OpenChat } from "../../../lib/chat/open.ts";
import { addMember, removeMember } from "../../../lib/chat/rooms/members.ts";
import { deleteMessage, editMessage, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { createRoom, deleteRoom, openDirect } from "../../../lib/chat/rooms/rooms.ts";
import { searchMessages } from "../../../lib/chat/search/search.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys, ranges } from "../../../lib/store/keys.ts";
import { type Kv, put } from "../../../lib/store/kv.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";
import { until } from "../../support/until.ts";
import { alteredKv } from "../../support/altered_kv.ts";
import { sweep } from "../../support/upkeep.ts";

const room_id = "general";
const small = { slice: 10, tail: 120, page: 60, chunk: 8 };

async function found(chat: OpenChat, actor: Actor, q: string, zone = "UTC"): Promise<string[]> {
  await chat.indexer?.caughtUp();
  const { results } = await searchMessages(chat, actor, { q, limit: 50, zone });
  return results.map(({ message }) => message.content);
}

async function refusal(chat: OpenChat, actor: Actor, q: string): Promise<string> {
  const error = await assertRejects(() => searchMessages(chat, actor, { q, limit: 5, zone: "UTC" }), ChatError);
  assertEquals([error.code, error.field], ["invalid", "q"]);
  return error.message;
}

/** Every value and key of a room's index, as text. */
async function indexText(kv: Kv, room: string): Promise<string> {
  const pages = await kv.list(ranges.indexRoom(room), { limit: 10_000 });
  const tail = (await kv.get(keys.indexTail(room))).value ?? new Uint8Array();
  const decoder = new TextDecoder();
  return [...pages.map(({ key, value }) => key.join(" ") + decoder.decode(value)), decoder.decode(tail)].join(" ");
}

Deno.test("[D6] a search finds what its reader may read now, and nothing else", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const secret = await createRoom(chat, ada, { name: "Secret", kind: "private" });
  const open = await createRoom(chat, ada, { name: "Open", kind: "public" });
  const direct = await openDirect(chat, ada, "bob");
  for (
    const [id, content] of [[room_id, "tea here"], [secret.id, "tea secret"], [open.id, "tea open"], [
      direct.id,
      "tea two",
    ]]
  ) {
    await sendMessage(chat, ada, { room_id: id ?? "", content: content ?? "" });
  }
  assertEquals((await found(chat, ada, "tea")).sort(), ["tea here", "tea open", "tea secret", "tea two"]);
  assertEquals((await found(chat, bob, "tea")).sort(), ["tea here", "tea two"], "public rooms are searched by members");
  await addMember(chat, ada, secret.id, "bob");
  assertEquals((await found(chat, bob, "tea secret")).length, 1);
  await removeMember(chat, ada, secret.id, "bob");
  assertEquals(await found(chat, bob, "tea secret"), []);
  assertEquals(await refusal(chat, bob, "in:Secret tea"), 'in: none of your rooms is called "Secret".');
});

Deno.test("[D6] who is removed while a search runs gets nothing of the room", async () => {
  let meanwhile: (() => Promise<void>) | undefined;
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      async getMany(wanted) {
        const run = wanted.some((key) => key[0] === "item") ? meanwhile : undefined;
        if (run !== undefined) meanwhile = undefined;
        await run?.();
        return await kv.getMany(wanted);
      },
    });
  await using chat = await openTestChat({ wrapKv });
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id } = await createRoom(chat, ada, { name: "Secret", kind: "private" });
  await addMember(chat, ada, id, "bob");
  const message = await sendMessage(chat, ada, { room_id: id, content: "tea one" });
  await chat.indexer?.caughtUp();
  meanwhile = async () => {
    await removeMember(chat, ada, id, "bob");
    await editMessage(chat, ada, { room_id: id, message_id: message.id, content: "tea for Ada alone" });
  };
  assertEquals(await found(chat, bob, "tea"), []);
  assertEquals(meanwhile, undefined, "the search had begun");
});

Deno.test("from:, in:, has: and days narrow a search; each refusal says what is possible", async () => {
  const clock = new FakeClock(Date.parse("2026-01-30T23:30:00Z"));
  await using chat = await openTestChat({ clock });
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const project = await createRoom(chat, ada, { name: "Project X", kind: "public" });
  const direct = await openDirect(chat, ada, "bob");
  const say = async (actor: Actor, content: string, room = room_id) => {
    await sendMessage(chat, actor, { room_id: room, content });
    clock.tick(3_600_000);
  };
  await say(ada, "plan one");
  await say(bob, "plan two https://example.org");
  await say(ada, "plan `three`", project.id);
  clock.tick(86_400_000);
  await say(bob, "plan four", direct.id);
  assertEquals(await found(chat, ada, "plan"), [
    "plan four",
    "plan `three`",
    "plan two https://example.org",
    "plan one",
  ]);
  assertEquals(await found(chat, ada, "from:@Bob plan"), ["plan four", "plan two https://example.org"]);
  assertEquals(await found(chat, ada, "from:me"), ["plan `three`", "plan one"]);
  assertEquals(await found(chat, ada, 'in:"project x" plan'), ["plan `three`"]);
  assertEquals(await found(chat, ada, `in:${project.id} in:#general plan`), [
    ...["plan `three`", "plan two https://example.org", "plan one"],
  ]);
  assertEquals(await found(chat, ada, "in:@bob pla"), ["plan four"]);
  assertEquals(await found(chat, ada, "has:link"), ["plan two https://example.org"]);
  assertEquals(await found(chat, ada, "has:code plan"), ["plan `three`"]);
  assertEquals(await found(chat, ada, "has:file plan"), []);
  assertEquals(await found(chat, ada, "plan before:2026-01-31"), ["plan one"]);
  assertEquals(await found(chat, ada, "plan on:2026-01-31"), ["plan `three`", "plan two https://example.org"]);
  assertEquals(await found(chat, ada, "plan after:2026-01-31"), ["plan four"]);
  assertEquals(await found(chat, ada, "plan on:2026-01-31", "Asia/Tokyo"), [
    ...["plan `three`", "plan two https://example.org", "plan one"],
  ]);
  assertEquals(await refusal(chat, ada, "before:2026-01-31"), "Add a word to search for, or from:@name, or has:link.");
  assertEquals(
    await refusal(chat, ada, "plan on:2026-02-30"),
    'on: takes a day such as 2026-01-31, which "2026-02-30" is not.',
  );
  assertEquals(await refusal(chat, ada, "from:zoe"), 'from: nobody has the username "zoe".');
  assertEquals(await refusal(chat, ada, "has:cats"), 'has: takes link, file, image, code; "cats" is none of them.');
});

Deno.test("a result comes with where its words stand and with what was said around it", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  await sendMessage(chat, ada, { room_id, content: "before" });
  await sendMessage(chat, bob, { room_id, content: "Tea, for twö" });
  const after = await sendMessage(chat, ada, { room_id, content: "deleted" });
  await deleteMessage(chat, ada, { room_id, message_id: after.id });
  await addPerson(chat, "cyd");
  await sendMessage(chat, ada, { room_id, content: "after" });
  await chat.indexer?.caughtUp();
  const { results, cursor, truncated, behind } = await searchMessages(chat, ada, {
    q: "tea two",
    limit: 5,
    zone: "UTC",
  });
  assertEquals([cursor, truncated, behind], [null, false, 0]);
  assertEquals(results.map(({ matches, before, after }) => [matches, before?.content, after?.content]), [
    [[[0, 3], [9, 12]], "before", undefined],
  ]);
});

Deno.test("the words of a deleted, an edited, a trimmed and a room's messages are gone from the index", async () => {
  await using chat = await openTestChat({ indexSizes: small });
  const ada = await addPerson(chat, "ada");
  const room = await createRoom(chat, ada, { name: "Doomed", kind: "public" });
  const send = async (content: string, id = room_id) => (await sendMessage(chat, ada, { room_id: id, content })).id;
  const trimmed = await send("trimmedword common");
  const deleted = await send("aaasecret secretword zzzsecret common");
  const edited = await send("editedword common");
  for (let i = 0; i < 80; i++) await send(`filler${i} common`);
  const late = await send("latesecret common");
  await send("roomsecret", room.id);
  await chat.indexer?.caughtUp();
  const before = await indexText(chat.kv, room_id);
  for (const word of ["trimmedword", "aaasecret", "secretword", "zzzsecret", "editedword", "latesecret"]) {
    assert(before.includes(word), word);
  }
  await deleteMessage(chat, ada, { room_id, message_id: deleted });
  await deleteMessage(chat, ada, { room_id, message_id: late });
  await editMessage(chat, ada, { room_id, message_id: edited, content: "rewritten common" });
  const head = (await chat.kv.get(keys.head(room_id))).value;
  assert(head !== null);
  await chat.kv.commit({ set: [put(keys.head(room_id), { ...head, floor: Number(trimmed.split("-")[0]) })] });
  await deleteRoom(chat, ada, room.id);
  await chat.indexer?.caughtUp();
  await sweep(chat.kv, chat.clock);
  const after = await indexText(chat.kv, room_id);
  assert(!/secret|trimmedword|editedword/.test(after), after);
  assert(after.includes("rewritten") && after.includes("filler79"));
  assertEquals(await indexText(chat.kv, room.id), "");
  assertEquals((await chat.kv.get(keys.indexed(room.id))).value, null);
  assertEquals((await found(chat, ada, "common")).length, 50);
});

Deno.test("the last message with a frequent word takes the word with it, even out of a list of several chunks", async () => {
  await using chat = await openTestChat({ indexSizes: small });
  const ada = await addPerson(chat, "ada");
  const ids: string[] = [];
  for (let i = 0; i < 60; i++) ids.push((await sendMessage(chat, ada, { room_id, content: `often f${i}` })).id);
  await chat.indexer?.caughtUp();
  for (const message_id of ids) await deleteMessage(chat, ada, { room_id, message_id });
  await sendMessage(chat, ada, { room_id, content: "what is left" });
  assertEquals(await found(chat, ada, "left"), ["what is left"]);
  assert(!(await indexText(chat.kv, room_id)).includes("often"));
});

Deno.test("[D7] one search reads a bounded part, says so, and its cursor goes on from there", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  await sendMessage(chat, ada, { room_id, content: "first b a" });
  // no message has the phrase, all have its words
  for (let i = 0; i < 900; i++) await sendMessage(chat, ada, { room_id, content: "a b, so b" });
  await chat.indexer?.caughtUp();
  const search = (q: string, cursor?: string) => searchMessages(chat, ada, { q, cursor, limit: 5, zone: "UTC" });
  const one = await search('in:general "b a"');
  assertEquals([one.results.length, one.truncated], [0, true]);
  assert(one.cursor !== null);
  const two = await search('in:general "b a"', one.cursor);
  assertEquals([two.results.map(({ message }) => message.content), two.truncated, two.cursor], [
    ["first b a"],
    false,
    null,
  ]);
  const over = await search('"b a"');
  assertEquals([over.results.length, over.truncated], [0, true]);
});

/** So many rooms, each with so many messages "tea", a day apart, and then a join: all heads are newer than any message. */
async function manyRooms(options: { rooms: number; messages: number; clock: FakeClock; wrapKv?: (kv: Kv) => Kv }) {
  const { rooms, messages, clock, ...rest } = options;
  clock.every = () => () => {};
  const chat = await openTestChat({ clock, config: { limits: false }, ...rest });
  const ada = await addPerson(chat, "ada");
  const start = clock.now();
  clock.tick(messages * 86_400_000);
  for (let i = 0; i < rooms; i++) {
    const { id } = await createRoom(chat, ada, { name: `room ${i}`, kind: "private" });
    const key = keys.head(id);
    const head = (await chat.kv.get(key)).value;
    assert(head !== null);
    const seq = head.seq + messages;
    const items = Array.from({ length: messages }, (_, n) => ({
      kind: "message" as const,
      seq: head.seq + 1 + n,
      id: `${head.seq + 1 + n}-abcdefgh`,
      user_id: ada.user_id,
      at: start + n * 86_400_000 + i,
      messages: n + 1,
      content: `${i % 2 ? "tea cake" : "cake tea"} ${n} of ${i}`,
    }));
    const last = { ...head, seq, id: `${seq}-abcdefgh`, messages, at: clock.now() };
    await chat.kv.commit({ set: [put(key, last), ...items.map((item) => put(keys.item(id, item.seq), item))] });
  }
  await chat.indexer?.caughtUp();
  return { chat, ada };
}

Deno.test("a frequent word is found in however many rooms, the newest first, though something newer was said in all", async () => {
  const { chat, ada } = await manyRooms({ rooms: 100, messages: 12, clock: new FakeClock() });
  await using _ = chat;
  const answer = await searchMessages(chat, ada, { q: "tea ", limit: 20, zone: "UTC" });
  assertEquals(answer.truncated, false);
  assertEquals(
    answer.results.map(({ message }) => message.content),
    Array.from({ length: 20 }, (_, i) => `${i % 2 ? "cake tea" : "tea cake"} 11 of ${99 - i}`),
  );
  const bounded = await searchMessages(chat, ada, { q: '"tea cake"', limit: 20, zone: "UTC" });
  assertEquals([bounded.truncated, bounded.results.length], [true, 20], "what was found before the bound is shown");
});

Deno.test("[D7] days cost a search no further reading in rooms that have none of its words", async () => {
  let reads = 0;
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      list: (range, options) => (reads++, kv.list(range, options)),
    });
  const { chat, ada } = await manyRooms({ rooms: 20, messages: 50, clock: new FakeClock(), wrapKv });
  await using _ = chat;
  const readsOf = async (q: string) => {
    const before = reads;
    await searchMessages(chat, ada, { q, limit: 20, zone: "UTC" });
    return reads - before;
  };
  assertEquals(await readsOf("coffee on:2026-01-10"), await readsOf("coffee"));
});

Deno.test("the metrics tell how far the index is behind, and it catches up by itself", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const ada = await addPerson(chat, "ada");
  await chat.indexer?.caughtUp();
  const lag = () => {
    const value = (name: string) => chat.metrics.read().find((one) => one.name === name)?.value;
    return [value("parley_index_lag_events"), value("parley_index_lag_seconds")];
  };
  assertEquals(lag(), [0, 0]);
  await sendMessage(chat, ada, { room_id, content: "tea" });
  await sendMessage(chat, ada, { room_id, content: "tea" });
  await until(() => lag()[0] === 2);
  clock.tick(500);
  assertEquals(lag(), [2, 0.5]);
  assertEquals((await searchMessages(chat, ada, { q: "tea", limit: 5, zone: "UTC" })).behind, 2);
  clock.tick(500);
  await until(() => lag()[0] === 0);
  assertEquals((await searchMessages(chat, ada, { q: "tea", limit: 5, zone: "UTC" })).results.length, 2);
});

Deno.test("search: over several rooms no cursor skips what is newer in a room that the bound kept closed", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  const ada = await addPerson(chat, "ada");
  const { id: quiet } = await createRoom(chat, ada, { name: "quiet", kind: "private" });
  await sendMessage(chat, ada, { room_id: quiet, content: "b a in the quiet room" });
  await sendMessage(chat, ada, { room_id, content: "b a that is newer" });
  // no message has the phrase, all have its words
  for (let i = 0; i < 900; i++) await sendMessage(chat, ada, { room_id, content: "a b, so b" });
  await chat.indexer?.caughtUp();
  const search = (cursor?: string) => searchMessages(chat, ada, { q: '"b a"', cursor, limit: 5, zone: "UTC" });
  const page = await search();
  assertEquals(page.results.map(({ message }) => message.content), ["b a in the quiet room"]);
  assertEquals([page.truncated, page.cursor], [true, null], "a cursor behind it would skip the newer one");
  // what is surely the newest is shown alone, and the next page goes on behind it
  await sendMessage(chat, ada, { room_id, content: "b a just now" });
  await chat.indexer?.caughtUp();
  const one = await search();
  assertEquals([one.results.map(({ message }) => message.content), one.truncated], [["b a just now"], true]);
  assert(one.cursor !== null);
  const two = await search(one.cursor);
  assertEquals([two.results.map(({ message }) => message.content), two.cursor], [["b a in the quiet room"], null]);
});
