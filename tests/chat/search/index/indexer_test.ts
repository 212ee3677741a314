/** What one message, or one moment, must not do to a room's index. */
import { assertEquals, assertRejects } from "@std/assert";
import { editMessage, sendMessage } from "../../../../lib/chat/messages/messages.ts";
import type { OpenChat } from "../../../../lib/chat/open.ts";
import { searchMessages } from "../../../../lib/chat/search/search.ts";
import { FakeClock } from "../../../../lib/base/clock.ts";
import { ChatError } from "../../../../lib/base/errors.ts";
import { keys, ranges } from "../../../../lib/store/keys.ts";
import { put } from "../../../../lib/store/kv.ts";
import type { FileInfo } from "../../../../lib/protocol/model.ts";
import { LeaseWatch } from "../../../../lib/store/jobs/lease_watch.ts";
import { openStore } from "../../../../lib/store/open.ts";
import { Indexer } from "../../../../lib/chat/search/index/indexer.ts";
import { merge } from "../../../../lib/chat/search/index/merge.ts";
import { Pace } from "../../../../lib/chat/search/index/pace.ts";
import { advance, EMPTY } from "../../../../lib/chat/search/index/room_index.ts";
import { PageWriter, postingsIn, SIZES } from "../../../../lib/chat/search/index/segment.ts";
import { openTestChat } from "../../../support/chat.ts";
import { addPerson } from "../../../support/people.ts";
import { until } from "../../../support/until.ts";
import { alteredKv } from "../../../support/altered_kv.ts";

const room_id = "general";

async function indexedUpTo(chat: OpenChat): Promise<number | undefined> {
  return (await chat.kv.get(keys.indexed(room_id))).value?.seq;
}

const MARKS = { accents: "\u0301".repeat(1_300), kana: "\u3099".repeat(1_300), jamo: "\u1100".repeat(1_300) };

for (const [what, marks] of Object.entries(MARKS)) {
  Deno.test(`characters that are longer than a key of the store are found, and hold up no index (${what})`, async () => {
    await using chat = await openTestChat({ clock: new FakeClock() });
    const ada = await addPerson(chat, "ada");
    for (let i = 0; i < 6; i++) {
      await sendMessage(chat, ada, { room_id, content: `${String.fromCharCode(0x6f22 + i)}${marks}漢` });
    }
    const { seq } = await sendMessage(chat, ada, { room_id, content: "afterwards" });
    await chat.indexer?.caughtUp();
    assertEquals(await indexedUpTo(chat), seq);
    for (const q of ["afterwards", `\u6f24${marks.slice(0, 250)}*`]) {
      const { results } = await searchMessages(chat, ada, { q, limit: 5, zone: "UTC" });
      assertEquals(results.length, 1, q.slice(0, 12));
    }
  });
}

Deno.test("the names of many files are taken in by as few at a time as one commit holds", async () => {
  await using chat = await openTestChat({ clock: new FakeClock() });
  const { user_id } = await addPerson(chat, "ada");
  const { seq, messages, ...head } = (await chat.kv.get(keys.head(room_id))).value ?? { seq: 0, messages: 0 };
  // letters that stand for eighteen, in words of their own
  const name = (n: number) =>
    Array.from({ length: 50 }, (_, i) => `${String.fromCharCode(0x1200 + i, 0x1200 + n)}ﷺﷺ`).join("-").slice(0, 200);
  const files = (message: number): FileInfo[] =>
    Array.from({ length: 9 }, (_, i) => ({
      id: `f${message}-${i}`,
      type: "text/plain",
      size: 1,
      name: name(message * 9 + i),
    }));
  const last = seq + 40;
  for (let at = seq + 1; at <= last; at++) {
    const item = { seq: at, id: `${at}-abcdefgh`, user_id, at, messages: messages + at - seq, content: "" };
    await chat.kv.commit({ set: [put(keys.item(room_id, at), { kind: "message", ...item, files: files(at - seq) })] });
  }
  await chat.kv.commit({ set: [[keys.head(room_id), { ...head, seq: last, messages: messages + 40 }]] });
  await chat.indexer?.caughtUp();
  assertEquals(await indexedUpTo(chat), last);
});

Deno.test("indexer: an event that comes while its room is indexed is indexed too (no lost wake-up)", async () => {
  await using chat = await openTestChat({ clock: new FakeClock() });
  const ada = await addPerson(chat, "ada");
  const first = await sendMessage(chat, ada, { room_id, content: "one" });
  const [atCommit, mayCommit, looked] = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  let heads = 0;
  const kv = alteredKv(chat.kv, {
    async get(key) {
      const entry = await chat.kv.get(key);
      // the step's own reading, then that of the look
      if (key[0] === "head" && ++heads === 2) setTimeout(() => looked?.resolve());
      return entry;
    },
    async commit(write) {
      atCommit?.resolve();
      await mayCommit?.promise;
      return await chat.kv.commit(write);
    },
    close: () => {},
  });
  const clock = new FakeClock();
  const indexer = new Indexer({ kv, clock, onError: (error) => console.error(error) });
  indexer.note(room_id, first.seq);
  clock.tick(1_000);
  await atCommit?.promise;
  const caughtUp = indexer.caughtUp();
  await looked?.promise;
  const second = await sendMessage(chat, ada, { room_id, content: "two" });
  indexer.note(room_id, second.seq);
  mayCommit?.resolve();
  await caughtUp;
  assertEquals(await indexedUpTo(chat), second.seq);
  await indexer.close();
});

Deno.test("indexer: after an unknown commit outcome the room's head is read, also while the room is being indexed", async () => {
  await using chat = await openTestChat({ clock: new FakeClock() });
  const ada = await addPerson(chat, "ada");
  const first = await sendMessage(chat, ada, { room_id, content: "one" });
  const atCommit = Promise.withResolvers<void>();
  const mayCommit = Promise.withResolvers<void>();
  const kv = alteredKv(chat.kv, {
    async commit(write) {
      atCommit.resolve();
      await mayCommit.promise;
      return await chat.kv.commit(write);
    },
    close: () => {},
  });
  const clock = new FakeClock();
  const indexer = new Indexer({ kv, clock, onError: (error) => console.error(error) });
  indexer.note(room_id, first.seq);
  clock.tick(1_000);
  await atCommit.promise;
  const second = await sendMessage(chat, ada, { room_id, content: "two" });
  indexer.doubt(room_id);
  mayCommit.resolve();
  await until(async () => {
    clock.tick(1_000);
    return await indexedUpTo(chat) === second.seq;
  });
  await indexer.close();
});

Deno.test("index: another process's claim ends once it stands unchanged here, whatever its machine's time is", async () => {
  await using chat = await openTestChat({ clock: new FakeClock() });
  const ada = await addPerson(chat, "ada");
  await chat.indexer?.caughtUp();
  const { seq } = await sendMessage(chat, ada, { room_id, content: "one" });
  const record = (await chat.kv.get(keys.indexed(room_id))).value ?? EMPTY;
  const claim = { by: "another", until: chat.clock.now() + 3_600_000 };
  await chat.kv.commit({ set: [put(keys.indexed(room_id), { ...record, claim })] });
  const clock = new FakeClock();
  const context = { kv: chat.kv, clock, claims: new LeaseWatch(clock), name: "this", pace: new Pace(() => 0) };
  const step = () => advance({ ...context, sizes: SIZES }, room_id);
  assertEquals((await step()).state, "busy");
  clock.tick(14_000);
  clock.set(clock.now() + 7_200_000);
  assertEquals((await step()).state, "busy", "another clock ends no claim");
  clock.tick(2_000);
  assertEquals(await step(), { state: "indexed", seq, more: false });
});

Deno.test("a message below the floor does not come back by an edit above it", async () => {
  await using chat = await openTestChat({
    clock: new FakeClock(),
    indexSizes: { slice: 50, tail: 1, page: 60, chunk: 8 },
  });
  const ada = await addPerson(chat, "ada");
  const { id, seq } = await sendMessage(chat, ada, { room_id, content: "before" });
  const { seq: floor } = await sendMessage(chat, ada, { room_id, content: "last" });
  await editMessage(chat, ada, { room_id, message_id: id, content: "secretword" });
  await sendMessage(chat, ada, { room_id, content: "young" });
  const head = (await chat.kv.get(keys.head(room_id))).value;
  if (head !== null) await chat.kv.commit({ set: [put(keys.head(room_id), { ...head, floor })] });
  assertEquals((await chat.kv.get(keys.item(room_id, seq))).value?.kind, "message", "it is not erased yet");
  await chat.indexer?.caughtUp();
  const pages = await chat.kv.list(ranges.indexRoom(room_id), { limit: 1_000 });
  const text = pages.map(({ key, value }) => key.join(" ") + new TextDecoder().decode(value)).join(" ");
  assertEquals([text.includes("young"), text.includes("secretword")], [true, false]);
});

Deno.test("a word that a million messages have is merged in commits that the store takes", async () => {
  const { kv } = await openStore(":memory:");
  const each = 120_000;
  const from = [];
  for (let i = 0; i < 8; i++) {
    const writer = new PageWriter(room_id, `part${i}`, SIZES);
    writer.add("tick", Array.from({ length: each }, (_, n) => i * each + n + 1));
    writer.end();
    await kv.commit({ set: writer.take() });
    from.push({ id: `part${i}`, low: i * each + 1, high: (i + 1) * each, bytes: writer.bytes });
  }
  const made = await merge({
    kv,
    roomId: room_id,
    from,
    id: "whole",
    sizes: SIZES,
    isGone: () => false,
    pace: new Pace(),
    commit: (set) => kv.commit({ set }),
  });
  assertEquals([made?.low, made?.high], [1, 8 * each]);
  const { seqs } = await postingsIn(kv, room_id, "whole", { token: "tick", prefix: false }, () => {});
  assertEquals([seqs.length, seqs[0], seqs.at(-1)], [8 * each, 1, 8 * each]);
  kv.close();
});

Deno.test("a room that a failed caughtUp() has left is indexed without another event, also where its timer ended meanwhile", async () => {
  await using chat = await openTestChat({ clock: new FakeClock() });
  const ada = await addPerson(chat, "ada");
  const sent = await sendMessage(chat, ada, { room_id, content: "one" });
  const clock = new FakeClock();
  let isAway = true;
  const kv = alteredKv(chat.kv, {
    commit(write) {
      if (!isAway) return chat.kv.commit(write);
      clock.tick(1_000);
      return Promise.reject(new ChatError("storage_unavailable", "away"));
    },
    close: () => {},
  });
  const indexer = new Indexer({ kv, clock, onError: () => {} });
  indexer.note(room_id, sent.seq);
  await assertRejects(() => indexer.caughtUp(), ChatError, "away");
  isAway = false;
  await until(async () => {
    clock.tick(5_000);
    return await indexedUpTo(chat) === sent.seq;
  });
  await indexer.close();
});
