import { assert, assertEquals, assertRejects } from "@std/assert";
import { stringify } from "../../../lib/base/kept_json.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import type { Chat } from "../../../lib/chat/chat.ts";
import { readHistory } from "../../../lib/chat/messages/history.ts";
import { KeptPages } from "../../../lib/chat/messages/kept_pages.ts";
import { deleteMessage, editMessage, react, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { updateProfile } from "../../../lib/chat/people/profiles.ts";
import { addMember, removeMember } from "../../../lib/chat/rooms/members.ts";
import { createRoom } from "../../../lib/chat/rooms/rooms.ts";
import type { Actor, MessageItem } from "../../../lib/protocol/model.ts";
import { alteredKv } from "../../support/altered_kv.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";
import { random } from "../../support/random.ts";

const room_id = "general";

/** The same chat, whose lists of a room's items are counted. */
function counted(chat: Chat): { chat: Chat; lists: () => number } {
  let lists = 0;
  const kv = alteredKv(chat.kv, {
    list: (range, options) => {
      if ("start" in range && range.start[0] === "item") lists++;
      return chat.kv.list(range, options);
    },
  });
  return { chat: { ...chat, kv }, lists: () => lists };
}

/** The same chat, with nothing kept. */
function afresh(chat: Chat): Chat {
  return { ...chat, pages: new KeptPages() };
}

Deno.test("kept pages: a page is read once for everybody, until the room has a new event", async () => {
  await using open = await openTestChat();
  const [ada, bob] = [await addPerson(open, "ada"), await addPerson(open, "bob")];
  const { id } = await sendMessage(open, ada, { room_id, content: "hello" });
  const { chat, lists } = counted(open);
  const first = await readHistory(chat, ada, room_id);
  const second = await readHistory(chat, bob, room_id);
  assertEquals([lists(), second.events === first.events], [1, true]);
  await editMessage(chat, ada, { room_id, message_id: id, content: "hello all" });
  const edited = await readHistory(chat, bob, room_id);
  assertEquals(lists(), 2);
  const last = edited.events.at(-1);
  assert(last?.type === "chat_message" && last.content === "hello all");
});

Deno.test("kept pages: another name is shown though the room has no new event", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  await sendMessage(chat, ada, { room_id, content: "hello" });
  await readHistory(chat, ada, room_id);
  await updateProfile(chat, ada, { display_name: "Ada Lovelace" });
  assertEquals((await readHistory(chat, ada, room_id)).events.at(-1)?.display_name, "Ada Lovelace");
});

Deno.test("[D6] kept pages: who is removed before a read, or while it looks at a kept page, gets nothing", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id: room } = await createRoom(chat, ada, { name: "Secret", kind: "private" });
  await addMember(chat, ada, room, "bob");
  await sendMessage(chat, ada, { room_id: room, content: "among us" });
  const refused = async (reading: Chat) => {
    assertEquals((await assertRejects(() => readHistory(reading, bob, room), ChatError)).code, "no_such_room");
  };
  await readHistory(chat, bob, room);
  let looks = 0;
  const kv = alteredKv(chat.kv, {
    get: async (key) => {
      // the membership is read before the page and after it
      if (key[0] === "member" && ++looks === 2) await removeMember(chat, ada, room, "bob");
      return await chat.kv.get(key);
    },
  });
  await refused({ ...chat, kv });
  assertEquals(looks, 2);
  await refused(chat);
});

Deno.test("kept pages: what a page was read as while an event was committed is not kept", async () => {
  await using open = await openTestChat();
  const ada = await addPerson(open, "ada");
  await sendMessage(open, ada, { room_id, content: "one" });
  let sent = false;
  const kv = alteredKv(open.kv, {
    list: async (range, options) => {
      if (!sent && "start" in range && range.start[0] === "item") {
        sent = true;
        await sendMessage(open, ada, { room_id, content: "two" });
      }
      return await open.kv.list(range, options);
    },
  });
  await readHistory({ ...open, kv }, ada, room_id);
  assertEquals(open.pages.bytes, 0);
});

Deno.test("kept pages: own reactions are read for each reader", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id } = await sendMessage(chat, ada, { room_id, content: "hello" });
  await react(chat, ada, { room_id, message_id: id, emoji: "👍", op: "add" });
  assertEquals((await readHistory(chat, ada, room_id)).mine, { [id]: ["👍"] });
  assertEquals((await readHistory(chat, bob, room_id)).mine, {});
});

Deno.test("kept pages: random changes and readers get what is read afresh, as objects and as JSON", async () => {
  await using chat = await openTestChat();
  const people: Actor[] = [];
  for (const name of ["ada", "bob", "eve"]) people.push(await addPerson(chat, name));
  const next = random(7);
  const below = (n: number) => Math.floor(next() * n);
  const someone = () => people[below(people.length)] ?? raise();
  const ids: { id: string; by: Actor }[] = [];
  for (let round = 0; round < 150; round++) {
    const actor = someone();
    const target = ids[below(ids.length)];
    const kind = below(6);
    if (target === undefined || kind < 2) {
      ids.push({ id: (await sendMessage(chat, actor, { room_id, content: `${round} @bob` })).id, by: actor });
    } else {
      const message = { room_id, message_id: target.id };
      if (kind === 2) await editMessage(chat, target.by, { ...message, content: `edit ${round}` }).catch(ignore);
      if (kind === 3) await react(chat, actor, { ...message, emoji: "👍", op: "add" }).catch(ignore);
      if (kind === 4 && below(3) === 0) await deleteMessage(chat, target.by, message).catch(ignore);
      if (kind === 5) await updateProfile(chat, actor, { display_name: `${actor.username} ${below(3)}` });
    }
    const reader = someone();
    const query = [{}, { limit: 5 }, { before: 10 }, { after: 3, limit: 4 }, { messages_only: true }][below(5)];
    const [kept, fresh] = [
      await readHistory(chat, reader, room_id, query),
      await readHistory(afresh(chat), reader, room_id, query),
    ];
    assertEquals(kept, fresh);
    assertEquals(stringify(kept), JSON.stringify(fresh));
  }
});

Deno.test("kept pages: the least recently used go when there is too much, and one that is too large is not kept", () => {
  const pages = new KeptPages(100_000);
  const page = (length: number) => ({ items: [message("x".repeat(length))], next: undefined });
  for (let at = 0; at < 40; at++) {
    pages.keep(`page ${at}`, page(500));
    pages.find("page 0");
    assert(pages.bytes <= 100_000, `${pages.bytes} bytes`);
  }
  assert(pages.find("page 0") !== undefined && pages.find("page 39") !== undefined);
  assertEquals(pages.find("page 1"), undefined);
  pages.keep("large", page(10_000));
  assertEquals(pages.find("large"), undefined);
});

function message(content: string): MessageItem {
  return { kind: "message", seq: 1, id: "1-a", user_id: "ada", at: 1, messages: 1, content };
}

function ignore(error: unknown): void {
  if (!(error instanceof ChatError)) throw error;
}

function raise(): never {
  throw new Error("nobody to draw");
}
