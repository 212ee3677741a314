/** [M13] One emoji in several forms, as servers before this one stored them: one reaction, each person once. */
import { assert, assertEquals } from "@std/assert";
import type { Signal } from "../../../lib/bus/bus.ts";
import { readEvents, readMessages, readMine, readPage } from "../../../lib/chat/messages/feed.ts";
import { readHistory, readMessage, readReactors, readReplay } from "../../../lib/chat/messages/history.ts";
import { react } from "../../../lib/chat/messages/messages.ts";
import type { OpenChat } from "../../../lib/chat/open.ts";
import { KvBlobs } from "../../../lib/store/blobs/blobs.ts";
import { exportStore } from "../../../lib/operate/data/export.ts";
import { keys, ranges } from "../../../lib/store/keys.ts";
import { openTestChat } from "../../support/chat.ts";
import { alteredKv } from "../../support/altered_kv.ts";
import { addMany, asStoredBefore, LONG, MERGED, NORMAL, room_id, TEXT } from "./forms_world.ts";

async function headOf(chat: OpenChat): Promise<number> {
  return (await chat.kv.get(keys.head(room_id))).value?.seq ?? 0;
}

Deno.test("[M13] pages, snapshots, single messages, replays and my own emoji show one form and each person once", async () => {
  await using chat = await openTestChat();
  const { message_id, seq, ada } = await asStoredBefore(chat);
  assertEquals((await readMessage(chat, ada, room_id, message_id)).reactions, MERGED);
  const [found] = await readMessages(chat, ada.user_id, [{ room_id, seq }]);
  assertEquals(found?.reactions, MERGED);
  const { reacted, ...page } = await readPage(chat, room_id, { upTo: await headOf(chat), floor: 0, limit: 10 });
  const pages = [
    await readHistory(chat, ada, room_id),
    await readHistory(chat, ada, room_id, { messages_only: true }),
    { ...page, mine: await readMine(chat, room_id, ada.user_id, reacted) },
  ];
  for (const { events, mine } of pages) {
    const shown = events.find(({ id }) => id === message_id);
    assertEquals([shown?.type === "chat_message" && shown.reactions, mine], [MERGED, { [message_id]: [NORMAL] }]);
  }
  const { events } = await readReplay(chat, ada, room_id, { limit: 100 });
  const replayed = events.find(({ id }) => id === message_id);
  assertEquals(replayed?.type === "chat_message" && replayed.reactions, MERGED);
});

Deno.test("[M13] readReactors names each person once, whichever form is asked for, page by page", async () => {
  await using chat = await openTestChat();
  const { message_id, ada, bob, cy } = await asStoredBefore(chat);
  for (const emoji of [NORMAL, LONG, TEXT]) {
    const ids: string[] = [];
    for (let more = true; more;) {
      const page = await readReactors(chat, ada, { room_id, message_id, emoji }, { limit: 1, after: ids.at(-1) });
      ids.push(...page.users.map(({ id }) => id));
      more = page.has_more;
    }
    assertEquals(ids, [ada, bob, cy].map(({ user_id }) => user_id).sort());
  }
});

Deno.test("[M13] taking it back removes every stored form; giving it again adds the one", async () => {
  await using chat = await openTestChat();
  const { message_id, seq, ada, bob } = await asStoredBefore(chat);
  const lines: string[] = [];
  chat.bus.subscribe((signal: Signal) => {
    if (signal.type === "events") lines.push(...signal.events.map(({ line }) => line));
  });
  const again = await react(chat, bob, { room_id, message_id, emoji: TEXT, op: "add" });
  assertEquals([again.changed, again.reactions], [false, MERGED]);
  const removed = await react(chat, ada, { room_id, message_id, emoji: LONG, op: "remove" });
  await chat.appender.settled();
  const left = [{ emoji: NORMAL, count: 2 }, { emoji: "🎉", count: 1 }];
  assertEquals([removed.changed, removed.reactions], [true, left]);
  const stored = await chat.kv.list(ranges.reactions(room_id, seq), { limit: 10 });
  assertEquals(stored.filter(({ key }) => key.includes(ada.user_id)), []);
  assertEquals((await chat.kv.get(keys.reacted(room_id, ada.user_id, seq))).value, null);
  await react(chat, bob, { room_id, message_id, emoji: NORMAL, op: "remove" });
  await react(chat, bob, { room_id, message_id, emoji: LONG, op: "add" });
  assertEquals((await chat.kv.get(keys.reacted(room_id, bob.user_id, seq))).value, [NORMAL]);

  await chat.appender.settled();
  const live = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === "reaction");
  assertEquals(live.map(({ emoji, op }) => [emoji, op]), [[NORMAL, "remove"], [NORMAL, "remove"], [NORMAL, "add"]]);
  assertEquals(live[0].reactions, left);
  const head = await headOf(chat);
  const replay = (await readEvents(chat, room_id, head - 3, head, 10)).map(({ line }) => JSON.parse(line));
  const now = (await readMessage(chat, ada, room_id, message_id)).reactions;
  assertEquals(replay.map(({ emoji, reactions }) => [emoji, reactions]), replay.map(() => [NORMAL, now]));
});

Deno.test("[M13] an export holds one form, each person once", async () => {
  await using chat = await openTestChat();
  const { message_id } = await asStoredBefore(chat);
  const lines: string[] = [];
  await exportStore(chat.kv, {
    line: (text) => Promise.resolve(void lines.push(text)),
    bytes: () => Promise.resolve(),
    drop: () => Promise.resolve(),
  }, () => new KvBlobs(chat.kv));
  const entries = lines.map((line) => JSON.parse(line));
  assertEquals(entries.find(({ value }) => value?.id === message_id).value.reactions, MERGED);
  const keysLeft = entries.filter(({ type }) => type === "reaction").map(({ key }) => key.slice(2).join(" "));
  assertEquals([keysLeft.length, new Set(keysLeft).size], [4, 4]);
  assertEquals(keysLeft.filter((one) => one.includes("\ufe0f") || one.includes("\ufe0e")), []);
  const mine = entries.filter(({ type }) => type === "reacted").map(({ value }) => value.join(" ")).sort();
  assertEquals(mine, [NORMAL, NORMAL, `${NORMAL} 🎉`].sort());
});

Deno.test("[M13] another form of an emoji is none of the twenty different ones", async () => {
  await using chat = await openTestChat();
  const { message_id, ada } = await asStoredBefore(chat);
  for (let i = 0; i < 18; i++) await react(chat, ada, { room_id, message_id, emoji: `e${i}`, op: "add" });
  const message = await readMessage(chat, ada, room_id, message_id);
  assertEquals(message.reactions?.length, 20);
});

Deno.test("[M13] where many people of a further form wait to be moved, a reading looks up 500 of them", async () => {
  await using chat = await openTestChat();
  const { message_id, seq, ada } = await asStoredBefore(chat);
  await addMany(chat, seq, 700);
  let read = 0;
  const kv = alteredKv(chat.kv, {
    getMany: (wanted) => {
      read += wanted.length;
      return chat.kv.getMany(wanted);
    },
    list: async (range, options) => {
      const found = await chat.kv.list(range, options);
      read += found.length;
      return found;
    },
  });
  const { reactions } = await readMessage({ ...chat, kv }, ada, room_id, message_id);
  // 702, 702 and 1 are stored; of the 500 looked up at most two gave one form alone (bob, cy)
  const { emoji, count = 0 } = reactions?.[0] ?? {};
  assertEquals(emoji, NORMAL);
  assert(count >= 702 + 702 + 1 - 500 && count <= 702 + 702 + 1 - 498, `${count} people`);
  assert(read < 1_100, `${read} keys were read`);
});
