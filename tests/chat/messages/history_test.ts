import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  directHistory,
  latestMessages,
  readHistory,
  readMessage,
  readReactors,
  readReplay,
  readRevisions,
} from "../../../lib/chat/messages/history.ts";
import { deleteMessage, editMessage, react, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { addMember, listMembers, removeMember } from "../../../lib/chat/rooms/members.ts";
import { createRoom, openDirect } from "../../../lib/chat/rooms/rooms.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys } from "../../../lib/store/keys.ts";
import { type Kv, put } from "../../../lib/store/kv.ts";
import type { ItemRecord } from "../../../lib/protocol/model.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";
import { alteredKv } from "../../support/altered_kv.ts";

const room_id = "general";

async function refusal(run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, ChatError)).code;
}

Deno.test("readHistory() pages both ways, clamps its limit, and gives every message once", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  for (let i = 1; i <= 120; i++) await sendMessage(chat, ada, { room_id, content: `m${i}` });
  const newest = await readHistory(chat, ada, room_id, { limit: 1_000, messages_only: true });
  assertEquals([newest.events.length, newest.has_more], [100, true]);
  const rest = await readHistory(chat, ada, room_id, { before: newest.events[0]?.seq, messages_only: true });
  assertEquals([rest.events.length, rest.has_more], [20, false]);
  const forward = await readHistory(chat, ada, room_id, { after: 0, limit: 100, messages_only: true });
  assertEquals([forward.events.length, forward.has_more, forward.events[0]?.seq], [100, true, 2]);
  assertEquals(await refusal(() => readHistory(chat, ada, room_id, { before: 1, after: 1 })), "invalid");
});

Deno.test("readHistory() finds messages behind many joins", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  await sendMessage(chat, ada, { room_id, content: "hello" });
  for (let i = 0; i < 30; i++) await addPerson(chat, `guest${i}`);
  const page = await readHistory(chat, ada, room_id, { limit: 5, messages_only: true });
  assertEquals(page.events.map(({ type }) => type), ["chat_message"]);
  assertEquals(page.has_more, false);
});

Deno.test("readHistory() gives my own reactions beside the page, never inside an event", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id: message_id } = await sendMessage(chat, ada, { room_id, content: "hello" });
  await react(chat, bob, { room_id, message_id, emoji: "👍", op: "add" });
  assertEquals((await readHistory(chat, bob, room_id)).mine, { [message_id]: ["👍"] });
  assertEquals((await readHistory(chat, ada, room_id)).mine, {});
  await react(chat, bob, { room_id, message_id, emoji: "👍", op: "remove" });
  assertEquals((await readMessage(chat, ada, room_id, message_id)).reactions, undefined);
});

Deno.test("latestMessages() merges my rooms, newest first, and no others", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const room = await createRoom(chat, ada, { name: "Ops", kind: "private" });
  const contents: string[] = [];
  for (let i = 0; i < 6; i++) {
    await sendMessage(chat, ada, { room_id: i % 2 === 0 ? room_id : room.id, content: `m${i}` });
    contents.unshift(`m${i}`);
  }
  const mine = await latestMessages(chat, ada, { limit: 4 });
  assertEquals(new Set(mine.map(({ content }) => content)), new Set(contents.slice(0, 4)));
  assertEquals((await latestMessages(chat, bob)).map(({ content }) => content), ["m4", "m2", "m0"]);
});

Deno.test("directHistory() is empty before the first message, and then the same for both", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  assertEquals((await directHistory(chat, ada, "bob")).events, []);
  const room = await openDirect(chat, ada, "bob");
  await sendMessage(chat, ada, { room_id: room.id, content: "psst" });
  const [one, two] = [await directHistory(chat, ada, "bob"), await directHistory(chat, bob, "ada")];
  assertEquals(one.events.length, 1);
  assertEquals(one.events, two.events);
});

Deno.test("[D6] reading: a member who is removed during a read gets no message of it", async () => {
  let meanwhile: (() => Promise<void>) | undefined;
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      async list(range, options) {
        const run = meanwhile;
        meanwhile = undefined;
        await run?.();
        return await kv.list(range, options);
      },
    });
  await using chat = await openTestChat({ wrapKv });
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id: room_id } = await createRoom(chat, ada, { name: "Secret", kind: "private" });
  const { id } = await sendMessage(chat, ada, { room_id, content: "before" });
  await editMessage(chat, ada, { room_id, message_id: id, content: "before!" });
  const reads = [
    () => readHistory(chat, bob, room_id, { messages_only: true }),
    () => readHistory(chat, bob, room_id, { after: 0 }),
    () => readRevisions(chat, bob, room_id, id),
    () => readReplay(chat, bob, room_id, { limit: 100 }),
    () => listMembers(chat, bob, room_id),
  ];
  for (const read of reads) {
    await addMember(chat, ada, room_id, "bob");
    meanwhile = async () => {
      await removeMember(chat, ada, room_id, "bob");
      await sendMessage(chat, ada, { room_id, content: "not for bob" });
    };
    assertEquals((await assertRejects(read, ChatError)).code, "no_such_room");
  }
  await addMember(chat, ada, room_id, "bob");
  meanwhile = undefined;
  const latest = latestMessages(chat, bob);
  assert((await latest).some(({ content }) => content === "before!"));
  let lists = 0;
  const leaving = async () => {
    // the first list is that of bob's rooms
    if (++lists === 2) {
      await removeMember(chat, ada, room_id, "bob");
      await sendMessage(chat, ada, { room_id, content: "not for bob either" });
    } else meanwhile = leaving;
  };
  meanwhile = leaving;
  assertEquals((await latestMessages(chat, bob)).filter((message) => message.room_id === room_id), []);
});

Deno.test("readReactors() lists the people who gave an emoji, page by page, to members alone", async () => {
  await using chat = await openTestChat();
  const [ada, bob, cy] = [await addPerson(chat, "ada"), await addPerson(chat, "bob"), await addPerson(chat, "cy")];
  const { id: message_id } = await sendMessage(chat, ada, { room_id, content: "hello" });
  for (const actor of [ada, bob, cy]) await react(chat, actor, { room_id, message_id, emoji: "👍", op: "add" });
  await react(chat, bob, { room_id, message_id, emoji: "🎉", op: "add" });
  const target = { room_id, message_id, emoji: "👍" };
  const first = await readReactors(chat, ada, target, { limit: 2 });
  assertEquals([first.users.length, first.has_more], [2, true]);
  const rest = await readReactors(chat, ada, target, { limit: 2, after: first.users[1]?.id });
  assertEquals(rest.has_more, false);
  const names = [...first.users, ...rest.users].map(({ username }) => username).sort();
  assertEquals(names, ["ada", "bob", "cy"]);
  assertEquals((await readReactors(chat, cy, { ...target, emoji: "👀" }, { limit: 2 })).users, []);

  await removeMember(chat, cy, room_id, cy.user_id);
  assertEquals(await refusal(() => readReactors(chat, cy, target, { limit: 2 })), "forbidden");
  await deleteMessage(chat, ada, { room_id, message_id });
  assertEquals(await readReactors(chat, ada, target, { limit: 2 }), { users: [], has_more: false });
});

Deno.test("readHistory() among very many joins reads a bounded number of events, and returns a cursor", async () => {
  let reads = 0;
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      list(range, options) {
        reads += options.limit;
        return kv.list(range, options);
      },
    });
  await using chat = await openTestChat({ wrapKv });
  const ada = await addPerson(chat, "ada");
  await sendMessage(chat, ada, { room_id, content: "the first" });
  const entry = await chat.kv.get(keys.head(room_id));
  const head = entry.value;
  assert(head !== null);
  const last = head.seq + 5_000;
  for (let seq = head.seq + 1; seq <= last;) {
    const set = Array.from({ length: 500 }, () => {
      const at = seq++;
      const item: ItemRecord = {
        kind: "join",
        role: "member",
        seq: at,
        id: `${at}-aaaaaaaa`,
        user_id: "ada",
        at: head.at,
        messages: 1,
      };
      return put(keys.item(room_id, at), item);
    });
    await chat.kv.commit({ set });
  }
  await chat.kv.commit({ set: [put(keys.head(room_id), { ...head, seq: last, id: `${last}-aaaaaaaa` })] });

  reads = 0;
  const first = await readHistory(chat, ada, room_id, { limit: 1, messages_only: true });
  assertEquals([first.events.length, first.has_more, first.next], [0, true, last - 1_999]);
  assert(reads < 2_300, `${reads} read`);
  let pages = 1;
  let page = first;
  for (; page.next !== undefined; pages++) {
    page = await readHistory(chat, ada, room_id, { before: page.next, limit: 1, messages_only: true });
  }
  assertEquals([pages, page.events.length, page.has_more], [3, 1, false]);
  const forward = await readHistory(chat, ada, room_id, { after: 0, limit: 10, messages_only: true });
  assertEquals([forward.events.length, forward.has_more, forward.next], [1, true, 2_000]);
});
