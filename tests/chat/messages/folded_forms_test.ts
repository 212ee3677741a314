/** [M13] What older servers stored in several forms of one emoji is moved to its one form, for good. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { readMessage } from "../../../lib/chat/messages/history.ts";
import { react, sendMessage } from "../../../lib/chat/messages/messages.ts";
import type { OpenChat } from "../../../lib/chat/open.ts";
import { keys, lastPart, ranges } from "../../../lib/store/keys.ts";
import { type Kv, put } from "../../../lib/store/kv.ts";
import { foldReactions } from "../../../lib/store/migrations/reaction_forms.ts";
import { SUMS_SCHEMA } from "../../../lib/store/unshown.ts";
import { alteredKv } from "../../support/altered_kv.ts";
import { openTestChat } from "../../support/chat.ts";
import { withDir } from "../../support/with_dir.ts";
import { addMany, asStoredBefore, LONG, MERGED, NORMAL, room_id, TEXT } from "./forms_world.ts";

async function storedOf(kv: Kv, seq: number) {
  const { value: item } = await kv.get(keys.item(room_id, seq));
  const people = await kv.list(ranges.reactions(room_id, seq), { limit: 10_000 });
  return {
    counts: item?.kind === "message" ? item.reactions ?? [] : [],
    forms: people.map(({ key }) => `${String(key[3])} ${lastPart(key)}`).sort(),
  };
}

/** Counts, keys and people's own lists say the same. */
async function assertAgrees(kv: Kv, seq: number): Promise<void> {
  const { counts, forms } = await storedOf(kv, seq);
  const counted = Map.groupBy(forms, (one) => one.slice(0, one.indexOf(" ")));
  assertEquals(
    new Map(counts.map((one) => [one.emoji, one.count])),
    new Map([...counted].map(([e, p]) => [e, p.length])),
  );
  for (const [id, own] of Map.groupBy(forms, (one) => one.slice(one.indexOf(" ") + 1))) {
    const mine = (await kv.get(keys.reacted(room_id, id, seq))).value ?? [];
    assertEquals([...mine].sort(), own.map((one) => one.slice(0, one.indexOf(" "))).sort());
  }
}

async function assertFolded(chat: OpenChat, seq: number): Promise<void> {
  assertEquals((await storedOf(chat.kv, seq)).counts, MERGED);
  await assertAgrees(chat.kv, seq);
}

Deno.test("[M13] a store of an older schema is folded as it is opened: each person once, and removing leaves nothing", async () => {
  await withDir(async (dir) => {
    const config = { kvPath: `${dir}/parley.db` };
    const old = await openTestChat({ config });
    const { message_id, seq, ada, bob, cy } = await asStoredBefore(old);
    const meta = (await old.kv.get(keys.meta())).value;
    assert(meta !== null);
    await old.kv.commit({ set: [put(keys.meta(), { ...meta, schema_version: SUMS_SCHEMA - 1 })] });
    await old[Symbol.asyncDispose]();

    await using chat = await openTestChat({ config });
    await assertFolded(chat, seq);
    assertEquals((await readMessage(chat, ada, room_id, message_id)).reactions, MERGED);
    for (const who of [ada, bob, cy]) await react(chat, who, { room_id, message_id, emoji: LONG, op: "remove" });
    await react(chat, cy, { room_id, message_id, emoji: "🎉", op: "remove" });
    assertEquals(await storedOf(chat.kv, seq), { counts: [], forms: [] });
  });
});

Deno.test("[M13] folding takes slices of at most 100 people, and again changes nothing", async () => {
  await using chat = await openTestChat();
  const { seq } = await asStoredBefore(chat);
  await addMany(chat, seq, 450);
  let commits = 0;
  let largest = 0;
  const kv = alteredKv(chat.kv, {
    commit: (write) => {
      commits++;
      largest = Math.max(largest, (write.set?.length ?? 0) + (write.delete?.length ?? 0));
      return chat.kv.commit(write);
    },
  });
  assertEquals(await foldReactions(kv), 450 + 3);
  assertEquals((await storedOf(chat.kv, seq)).counts, [{ emoji: NORMAL, count: 453 }, { emoji: "🎉", count: 1 }]);
  await assertAgrees(chat.kv, seq);
  assert(largest <= 302, `${largest} mutations in one commit`);
  commits = 0;
  assertEquals([await foldReactions(kv), commits], [0, 0]);
});

Deno.test("[M13] folding that is cut off after any commit leaves counts and keys in agreement, and goes on when run again", async () => {
  for (let after = 0; after < 5; after++) {
    await using chat = await openTestChat();
    const { message_id, seq, ada } = await asStoredBefore(chat);
    await addMany(chat, seq, 150);
    let left = after;
    const dying = alteredKv(chat.kv, {
      commit: (write) => left-- > 0 ? chat.kv.commit(write) : Promise.reject(new Error("killed")),
    });
    await foldReactions(dying).catch(() => {});
    await assertAgrees(chat.kv, seq);
    // removing in between takes away whatever forms of hers are left
    const { reactions } = await react(chat, ada, { room_id, message_id, emoji: NORMAL, op: "remove" });
    assertEquals(reactions[0], { emoji: NORMAL, count: 152 }, `after ${after} commits`);
    await foldReactions(chat.kv);
    assertEquals((await storedOf(chat.kv, seq)).counts, [{ emoji: NORMAL, count: 152 }, { emoji: "🎉", count: 1 }]);
    await assertAgrees(chat.kv, seq);
  }
});

Deno.test("[M13] a reaction that lands between the reads and the commit of folding is kept, and the other way round", async () => {
  await using chat = await openTestChat();
  const { message_id, seq, ada, bob } = await asStoredBefore(chat);
  // the room's queue remembers the head from here on
  await sendMessage(chat, ada, { room_id, content: "on" });
  let raced = 0;
  const racing = alteredKv(chat.kv, {
    commit: async (write) => {
      if (raced++ === 0) {
        await react(chat, bob, { room_id, message_id, emoji: "🎉", op: "add" });
        await react(chat, ada, { room_id, message_id, emoji: TEXT, op: "remove" });
      }
      return await chat.kv.commit(write);
    },
  });
  await foldReactions(racing);
  assertEquals((await storedOf(chat.kv, seq)).counts, [{ emoji: NORMAL, count: 2 }, { emoji: "🎉", count: 2 }]);
  await assertAgrees(chat.kv, seq);
  // what the queue remembers is older than the head that folding wrote
  const added = await react(chat, ada, { room_id, message_id, emoji: LONG, op: "add" });
  assertEquals(added.reactions, [{ emoji: NORMAL, count: 3 }, { emoji: "🎉", count: 2 }]);
  await assertAgrees(chat.kv, seq);
});

Deno.test("[M13] folding loses no reaction to servers that react meanwhile", async () => {
  await using chat = await openTestChat();
  const { message_id, seq, ada, bob, cy } = await asStoredBefore(chat);
  await addMany(chat, seq, 250);
  const reacting = [ada, bob, cy].map(async (who) => {
    for (let i = 0; i < 6; i++) {
      await react(chat, who, { room_id, message_id, emoji: NORMAL, op: i % 2 === 0 ? "remove" : "add" });
      await react(chat, who, { room_id, message_id, emoji: `e${i}`, op: "add" });
    }
  });
  await Promise.all([...reacting, foldReactions(chat.kv), foldReactions(chat.kv)]);
  await foldReactions(chat.kv);
  await assertAgrees(chat.kv, seq);
  const { counts } = await storedOf(chat.kv, seq);
  const expected = [
    { emoji: NORMAL, count: 253 },
    ...Array.from({ length: 6 }, (_, i) => ({ emoji: `e${i}`, count: 3 })),
  ];
  for (const one of expected) assertEquals(counts.find(({ emoji }) => emoji === one.emoji), one);
});

Deno.test("[M13] folding leaves what is deleted or below the floor to its erasure", async () => {
  await using chat = await openTestChat();
  const { seq } = await asStoredBefore(chat);
  const before = (await storedOf(chat.kv, seq)).forms;
  const { key, value: head } = await chat.kv.get(keys.head(room_id));
  assert(head !== null);
  await chat.kv.commit({ set: [put(key, { ...head, floor: seq })] });
  assertEquals(await foldReactions(chat.kv), 0);
  assertEquals((await storedOf(chat.kv, seq)).forms, before);
  await assertRejects(() => foldReactions(alteredKv(chat.kv, { list: () => Promise.reject(new Error("no store")) })));
});
