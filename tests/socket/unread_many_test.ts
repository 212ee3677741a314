/** Unread counts where more messages were deleted after a read mark than clients are given seqs of (SPEC.md, N5). */
import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../lib/protocol/limits.ts";
import { deleteMessage, markRead, sendMessage } from "../../lib/chat/messages/messages.ts";
import { trimTo } from "../../lib/upkeep/retention.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import { random } from "../support/random.ts";
import { sweep } from "../support/upkeep.ts";
import { World } from "./unread_world.ts";

interface Message {
  id: string;
  seq: number;
}

/** Some at a time, as the room's queue takes them. */
async function inBatches<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let i = 0; i < all.length; i += 200) done.push(...await Promise.all(all.slice(i, i + 200).map(work)));
  return done;
}

for (const seed of [5]) {
  Deno.test(`[N5] after more than 3,000 deletions pages, lists of rooms and the log have equal unread counts, through deletes, reads, marks back and erasures (seed ${seed})`, async () => {
    await using world = await World.open();
    const { server: { chat }, writer, reader, roomId: room_id } = world;
    const next = random(seed);
    const below = (n: number) => Math.floor(next() * n);
    const remove = ({ id }: Message) => deleteMessage(chat, writer.actor, { room_id, message_id: id });
    const say = (content: string) => sendMessage(chat, writer.actor, { room_id, content });
    await world.page(false);
    await world.page(true);
    let kept: Message[] = [];
    kept.push(...await inBatches(Array.from({ length: 3_600 }, (_, i) => `m${i}`), say));
    const read = kept[below(100)]?.seq ?? 0;
    await markRead(chat, reader.actor, { room_id, seq: read });
    assertEquals(await world.agrees(), 3_600 - (read - (kept[0]?.seq ?? 0) + 1));
    const shuffled = [...kept].map((one) => ({ one, by: next() })).sort((a, b) => a.by - b.by).map(({ one }) => one);
    const gone = new Set(shuffled.slice(0, 3_200));
    await inBatches([...gone], remove);
    kept = kept.filter((one) => !gone.has(one));
    await world.agrees();
    assert((await chat.kv.list(ranges.unshown(room_id, read + 1), { limit: 4_000 })).length > 3_000);

    for (let round = 0; round < 14; round++) {
      for (let n = 1 + below(4); n > 0; n--) {
        const one = kept[below(kept.length)];
        const what = next();
        if (one === undefined || what < 0.3) kept.push(await say(`more ${round}`));
        else if (what < 0.6) {
          await remove(one);
          kept = kept.filter((other) => other !== one);
        } else if (what < 0.7) await markRead(chat, reader.actor, { room_id, seq: below(600) });
        else if (what < 0.9) await markRead(chat, reader.actor, { room_id, seq: below(2_000), unread: true });
        else if (what < 0.95) await world.page(next() < 0.5);
        else {
          const { value: item } = await chat.kv.get(keys.item(room_id, below(300) + round * 20 + 1));
          if (item === null) continue;
          await trimTo(chat, room_id, { floor: item.seq, messages: item.messages });
          kept = kept.filter(({ seq }) => seq > item.seq);
          if (next() < 0.5) await sweep(chat.kv, chat.clock);
        }
      }
      await world.agrees();
    }
    // what the newest seqs begin with is deleted, and many at once
    await markRead(chat, reader.actor, { room_id, seq: 1, unread: true });
    await inBatches(
      await inBatches(Array.from({ length: LIMITS.unshown_counted + 50 }, (_, i) => `late ${i}`), say),
      remove,
    );
    await world.agrees();
    await inBatches(kept, remove);
    assertEquals(await world.agrees(), 0);
  });
}
