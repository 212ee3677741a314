/** What is unread, as pages count it live, as a list of rooms says it, and as the log has it (SPEC.md, N5). */
import { assertEquals } from "@std/assert";
import { ChatError } from "../../lib/base/errors.ts";
import { deleteMessage, editMessage, markRead, sendMessage } from "../../lib/chat/messages/messages.ts";
import { trimTo } from "../../lib/upkeep/retention.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import { random } from "../support/random.ts";
import { sweep } from "../support/upkeep.ts";
import type { Person } from "./support.ts";
import { World } from "./unread_world.ts";

Deno.test("[N5] after three messages are sent and deleted the unread count is 0, live and when the list is read again", async () => {
  await using world = await World.open();
  const { server: { chat }, writer, roomId: room_id } = world;
  await world.page(false);
  await world.page(true);
  const sent = [];
  for (let i = 0; i < 3; i++) sent.push(await sendMessage(chat, writer.actor, { room_id, content: `m${i}` }));
  assertEquals(await world.agrees(), 3);
  for (const { id } of sent) await deleteMessage(chat, writer.actor, { room_id, message_id: id });
  assertEquals(await world.agrees(), 0);
  await sendMessage(chat, writer.actor, { room_id, content: "and on" });
  assertEquals(await world.agrees(), 1);
});

for (const seed of [1, 2, 3, 4, 30, 43]) {
  Deno.test(`[N5] pages, lists of rooms and the log have equal unread counts after random sends, deletes, erasures and reads (seed ${seed})`, async () => {
    await using world = await World.open();
    const { server: { chat }, writer, reader, roomId: room_id } = world;
    const next = random(seed);
    const below = (n: number) => Math.floor(next() * n);
    const closed = await world.page(false);
    let open = await world.page(true);
    let sent: { id: string; seq: number; by: Person }[] = [];
    const head = async () => (await chat.kv.get(keys.head(room_id))).value ?? { seq: 0, floor: 0, messages: 0 };
    const act = async () => {
      const one = sent[below(sent.length)];
      const what = next();
      // who marks something unread sees what they have sent
      if (what >= 0.78 && what < 0.92) await world.agrees();
      if (one === undefined || what < 0.4) {
        const by = next() < 0.8 ? writer : reader;
        sent.push({ ...await sendMessage(chat, by.actor, { room_id, content: `m${sent.length}` }), by });
      } else if (what < 0.65) {
        await deleteMessage(chat, one.by.actor, { room_id, message_id: one.id });
        sent = sent.filter((other) => other !== one);
      } else if (what < 0.7) {
        await editMessage(chat, one.by.actor, { room_id, message_id: one.id, content: `e${next()}` });
      } else if (what < 0.78) await markRead(chat, reader.actor, { room_id, seq: one.seq });
      else if (what < 0.84) await open.store.rooms.session(room_id)?.markUnread(one.seq).catch(ignoreNoAnswer);
      else if (what < 0.88) {
        open.store.rooms.sight.show(room_id, false);
        open.store.rooms.session(room_id)?.markRead(one.seq);
      } else if (what < 0.92) await markRead(chat, reader.actor, { room_id, seq: one.seq - 1, unread: true });
      else if (what < 0.95) {
        const { value: item } = await chat.kv.get(keys.item(room_id, one.seq));
        if (item !== null) await trimTo(chat, room_id, { floor: one.seq, messages: item.messages });
        sent = sent.filter(({ seq }) => seq > one.seq);
        if (next() < 0.5) await sweep(chat.kv, chat.clock);
      } else if (what < 0.98) {
        world.close(open);
        open = await world.page(next() < 0.7);
      } else if (closed.store.connection.state.value === "open") {
        closed.store.rooms.open(next() < 0.5 ? room_id : "general");
      }
    };
    for (let round = 0; round < 12; round++) {
      for (let n = 1 + below(8); n > 0; n--) await act();
      await world.agrees();
    }
    // nothing is kept of what is gone
    await sweep(chat.kv, chat.clock);
    const { floor } = await head();
    const left = await chat.kv.list(ranges.unshown(room_id, 0), { limit: 1_000 });
    for (const { key } of left) {
      const item = (await chat.kv.get(keys.item(room_id, Number(key[2])))).value;
      assertEquals([item?.kind === "message" && item.deleted !== undefined, Number(key[2]) > floor], [true, true]);
    }
  });
}

function ignoreNoAnswer(error: unknown): void {
  if (!(error instanceof ChatError)) throw error;
}
