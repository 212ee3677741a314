import { assertEquals } from "@std/assert";
import { MemoryBus } from "../../../lib/bus/memory.ts";
import type { Bus } from "../../../lib/bus/bus.ts";
import { joinRoom, removeMember } from "../../../lib/chat/rooms/members.ts";
import { markRead, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { ReadMarks } from "../../../lib/chat/rooms/read_marks.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { keys } from "../../../lib/store/keys.ts";
import { openStore } from "../../../lib/store/open.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";

/** Two isolates on one store and one bus. */
async function world() {
  const { kv } = await openStore(":memory:");
  const clock = new FakeClock();
  const bus: Bus = Object.assign(new MemoryBus(), { isolate: "one of two" });
  const failed = (error: unknown) => {
    throw error;
  };
  const [here, there] = [new ReadMarks(kv, bus, clock, failed), new ReadMarks(kv, bus, clock, failed)];
  const stored = async () => (await kv.get(keys.read("ann", "general"))).value?.seq;
  const seqs = async () => [(await here.read("ann", "general")).seq, (await there.read("ann", "general")).seq];
  return { kv, clock, bus, here, there, stored, seqs, [Symbol.dispose]: () => kv.close() };
}

Deno.test("a mark is known in the other isolates before it is written", async () => {
  using w = await world();
  w.here.set("ann", "general", { seq: 7, messages: 5 }, "told");
  assertEquals([await w.seqs(), await w.stored()], [[7, 7], undefined]);
  w.here.set("ann", "general", { seq: 3, messages: 2 }, "marked unread");
  assertEquals(await w.seqs(), [3, 3]);
});

Deno.test("of two isolates that take a mark the later wins, whoever writes first", async () => {
  using w = await world();
  w.here.set("ann", "general", { seq: 7, messages: 5 }, "told");
  w.clock.tick(100);
  w.there.set("ann", "general", { seq: 9, messages: 6 }, "told");
  await w.there.flush();
  await w.here.flush();
  assertEquals([await w.seqs(), await w.stored()], [[9, 9], 9]);
});

Deno.test("one's own send is known everywhere with its event", async () => {
  using w = await world();
  w.here.set("ann", "general", { seq: 2, messages: 1 });
  const event = { seq: 8, id: "8-aaaaaaaa", type: "chat_message", user_id: "ann", messages: 4, line: "{}" } as const;
  w.bus.publish({ type: "events", room_id: "general", events: [event] });
  assertEquals(await w.seqs(), [8, 8]);
});

Deno.test("what the store has later than what was heard counts", async () => {
  using w = await world();
  w.here.set("ann", "general", { seq: 7, messages: 5 }, "told");
  await w.here.flush();
  w.clock.tick(1_000);
  w.here.close(); // so that what follows is not heard of
  w.there.set("ann", "general", { seq: 9, messages: 6 });
  await w.there.flush();
  assertEquals((await w.there.read("ann", "general")).seq, 9);
});

Deno.test("a mark that waits is not written behind its reader's leaving, nor over the one of coming back", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const first = await sendMessage(chat, ada, { room_id: "general", content: "one" });
  await sendMessage(chat, ada, { room_id: "general", content: "two" });
  const stored = async () => (await chat.kv.get(keys.read("bob", "general"))).value;
  await markRead(chat, bob, { room_id: "general", seq: first.seq });
  await removeMember(chat, bob, "general", "bob");
  await chat.appender.settled();
  await chat.marks.flush();
  assertEquals(await stored(), null);
  await joinRoom(chat, bob, "general");
  await markRead(chat, bob, { room_id: "general", seq: first.seq, unread: true });
  await removeMember(chat, bob, "general", "bob");
  await joinRoom(chat, bob, "general");
  const come = await stored();
  await chat.appender.settled();
  await chat.marks.flush();
  assertEquals(await stored(), come);
});
