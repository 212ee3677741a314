import { assertEquals } from "@std/assert";
import { MemoryBus } from "../../../lib/bus/memory.ts";
import type { Bus } from "../../../lib/bus/bus.ts";
import { joinRoom, removeMember } from "../../../lib/chat/rooms/members.ts";
import { markRead, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { ReadMarks } from "../../../lib/chat/rooms/read_marks.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import type { AppendQueue } from "../../../lib/log/append.ts";
import type { OpenChat } from "../../../lib/chat/open.ts";
import { keys } from "../../../lib/store/keys.ts";
import { openStore } from "../../../lib/store/open.ts";
import { alteredKv } from "../../support/altered_kv.ts";
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

Deno.test("read marks: other isolates know a mark before it is written", async () => {
  using w = await world();
  w.here.set("ann", "general", { seq: 7, messages: 5 }, "told");
  assertEquals([await w.seqs(), await w.stored()], [[7, 7], undefined]);
  w.here.set("ann", "general", { seq: 3, messages: 2 }, "marked unread");
  assertEquals(await w.seqs(), [3, 3]);
});

Deno.test("read marks: of two isolates that take marks the later mark wins, whichever is written first", async () => {
  using w = await world();
  w.here.set("ann", "general", { seq: 7, messages: 5 }, "told");
  w.clock.tick(100);
  w.there.set("ann", "general", { seq: 9, messages: 6 }, "told");
  await w.there.flush();
  await w.here.flush();
  assertEquals([await w.seqs(), await w.stored()], [[9, 9], 9]);
});

Deno.test("a mark never goes down but by being set back, in whatever order isolates take, hear and write marks", async () => {
  for (const order of ["here first", "there first"]) {
    using w = await world();
    w.here.advance("ann", "general", { seq: 12, messages: 9 });
    w.clock.tick(100);
    w.there.advance("ann", "general", { seq: 10, messages: 7 }); // later, and not so far; nobody has told yet
    for (const marks of order === "here first" ? [w.here, w.there] : [w.there, w.here]) await marks.flush();
    const mark = { seq: 12, messages: 9, at: 1 };
    w.bus.publish({ type: "user", user_id: "ann", line: "", read: { room_id: "general", mark } });
    await w.there.flush();
    assertEquals([await w.stored(), await w.seqs()], [12, [12, 12]], order);
    w.there.advance("ann", "general", { seq: 11, messages: 8 }, "told");
    assertEquals(await w.seqs(), [12, 12]);
    w.there.set("ann", "general", { seq: 3, messages: 2 }, "marked unread");
    assertEquals(await w.seqs(), [3, 3]);
    await w.there.flush();
    assertEquals(await w.stored(), 3);
  }
});

/** An appender whose answers come when they are let through. */
function heldAnswers(chat: OpenChat): { chat: OpenChat; committed: Promise<void>; answer(): void } {
  const [committed, mayAnswer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const append: AppendQueue["append"] = async (roomId, command) => {
    const outcome = await chat.appender.append(roomId, command);
    committed.resolve();
    await mayAnswer.promise;
    return outcome;
  };
  const appender: AppendQueue = { append, settled: () => chat.appender.settled() };
  return { chat: { ...chat, appender }, committed: committed.promise, answer: mayAnswer.resolve };
}

for (const late of [0, 3_600_000]) {
  Deno.test(`a send whose answer comes ${late / 1_000} s late moves no mark back that went further meanwhile`, async () => {
    const clock = new FakeClock();
    await using chat = await openTestChat({ clock });
    const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
    const held = heldAnswers(chat);
    const sending = sendMessage(held.chat, bob, { room_id: "general", content: "mine" });
    await held.committed;
    const next = await sendMessage(chat, ada, { room_id: "general", content: "next" });
    await markRead(chat, bob, { room_id: "general", seq: next.seq });
    await chat.marks.flush();
    clock.tick(late);
    // so that what is known of an hour ago is forgotten
    await markRead(chat, ada, { room_id: "general", seq: 1, unread: true });
    await chat.marks.flush();
    held.answer();
    await sending;
    await chat.marks.flush();
    assertEquals((await chat.marks.read("bob", "general")).seq, next.seq);
    assertEquals((await chat.kv.get(keys.read("bob", "general"))).value?.seq, next.seq);
  });
}

Deno.test("read marks: of two marks that one person's devices take at once the further one wins", async () => {
  await using real = await openTestChat();
  const [ada, bob] = [await addPerson(real, "ada"), await addPerson(real, "bob")];
  const first = await sendMessage(real, ada, { room_id: "general", content: "one" });
  const second = await sendMessage(real, ada, { room_id: "general", content: "two" });
  const [reading, mayRead] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const kv = alteredKv(real.kv, {
    async list(range, options) {
      const found = await real.kv.list(range, options);
      reading.resolve();
      await mayRead.promise;
      return found;
    },
  });
  const behind = markRead({ ...real, kv }, bob, { room_id: "general", seq: first.seq });
  await reading.promise;
  await markRead(real, bob, { room_id: "general", seq: second.seq });
  mayRead.resolve();
  assertEquals((await behind).read_seq, second.seq);
  assertEquals((await real.marks.read("bob", "general")).seq, second.seq);
});

Deno.test("read marks: a person's own message moves their mark in all isolates", async () => {
  using w = await world();
  w.here.set("ann", "general", { seq: 2, messages: 1 });
  const event = { seq: 8, id: "8-aaaaaaaa", type: "chat_message", user_id: "ann", messages: 4, line: "{}" } as const;
  w.bus.publish({ type: "events", room_id: "general", events: [event] });
  assertEquals(await w.seqs(), [8, 8]);
});

Deno.test("read marks: a stored mark that is later than the one from the bus wins", async () => {
  using w = await world();
  w.here.set("ann", "general", { seq: 7, messages: 5 }, "told");
  await w.here.flush();
  w.clock.tick(1_000);
  w.here.close(); // so that what follows is not heard of
  w.there.set("ann", "general", { seq: 9, messages: 6 });
  await w.there.flush();
  assertEquals((await w.there.read("ann", "general")).seq, 9);
});

Deno.test("read marks: a waiting mark is not written after its reader has left, nor over the mark of coming back", async () => {
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

/** Two processes that hear nothing of each other: every signal of a mark is lost. */
async function apart() {
  const { kv } = await openStore(":memory:");
  const clock = new FakeClock();
  const marks = () => {
    const bus: Bus = Object.assign(new MemoryBus(), { isolate: crypto.randomUUID() });
    return new ReadMarks(kv, bus, clock, (error) => {
      throw error;
    });
  };
  const stored = async () => (await kv.get(keys.read("ann", "general"))).value?.seq;
  return { kv, clock, here: marks(), there: marks(), stored, [Symbol.dispose]: () => kv.close() };
}

for (const waits of [0, 100, 60_000]) {
  Deno.test(`read marks: of two processes that hear nothing of each other none writes a mark back, ${waits} ms apart`, async () => {
    for (const order of ["here first", "there first"]) {
      using w = await apart();
      w.here.advance("ann", "general", { seq: 12, messages: 9 }, "told");
      w.clock.tick(waits);
      w.there.advance("ann", "general", { seq: 10, messages: 7 }, "told");
      const both = order === "here first" ? [w.here, w.there] : [w.there, w.here];
      for (const marks of both) await marks.flush();
      assertEquals(await w.stored(), 12, order);
      for (const marks of both) assertEquals((await marks.read("ann", "general")).seq, 12, order);
    }
  });
}

Deno.test("read marks: a mark that was set back in another process stays there, though nobody heard of it", async () => {
  using w = await apart();
  w.here.advance("ann", "general", { seq: 12, messages: 9 }, "told");
  w.clock.tick(100);
  w.there.set("ann", "general", { seq: 3, messages: 2 }, "marked unread");
  await w.there.flush();
  await w.here.flush();
  assertEquals(await w.stored(), 3);
  w.clock.tick(100);
  w.here.advance("ann", "general", { seq: 5, messages: 4 }, "told");
  await w.here.flush();
  assertEquals(await w.stored(), 5);
  assertEquals((await w.there.read("ann", "general")).seq, 5);
});

Deno.test("read marks: two processes that write one mark in the same moment leave the further one", async () => {
  using w = await apart();
  const bus: Bus = Object.assign(new MemoryBus(), { isolate: "third" });
  let meanwhile = true;
  const kv = alteredKv(w.kv, {
    async commit(write) {
      if (meanwhile) {
        meanwhile = false;
        w.there.advance("ann", "general", { seq: 20, messages: 15 });
        await w.there.flush();
      }
      return await w.kv.commit(write);
    },
  });
  const slow = new ReadMarks(kv, bus, w.clock, (error) => {
    throw error;
  });
  slow.advance("ann", "general", { seq: 12, messages: 9 });
  await slow.flush();
  assertEquals([await w.stored(), (await slow.read("ann", "general")).seq], [20, 20]);
});

Deno.test("markRead() whose reading takes so long that a further mark is forgotten moves no mark back, and tells of none", async () => {
  const clock = new FakeClock();
  await using real = await openTestChat({ clock });
  const [ada, bob] = [await addPerson(real, "ada"), await addPerson(real, "bob")];
  const first = await sendMessage(real, ada, { room_id: "general", content: "one" });
  const second = await sendMessage(real, ada, { room_id: "general", content: "two" });
  const [reading, mayRead] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const kv = alteredKv(real.kv, {
    async list(range, options) {
      reading.resolve();
      await mayRead.promise;
      return await real.kv.list(range, options);
    },
  });
  const behind = markRead({ ...real, kv }, bob, { room_id: "general", seq: first.seq });
  await reading.promise;
  await markRead(real, bob, { room_id: "general", seq: second.seq });
  await real.marks.flush();
  clock.tick(60_000);
  await markRead(real, ada, { room_id: "general", seq: 1, unread: true });
  await real.marks.flush();
  const told: string[] = [];
  real.bus.subscribe((signal) => {
    if (signal.type === "user" && signal.user_id === "bob") told.push(signal.line);
  });
  mayRead.resolve();
  assertEquals((await behind).read_seq, second.seq);
  await real.marks.flush();
  assertEquals([(await real.marks.read("bob", "general")).seq, told], [second.seq, []]);
});
