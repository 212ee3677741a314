/** One contract for both transports: joining, resuming, commands, and the end. */
import { assert, assertEquals } from "@std/assert";
import type { Signal } from "../../lib/bus/bus.ts";
import { MemoryBus } from "../../lib/bus/memory.ts";
import { sendMessage } from "../../lib/chat/messages/messages.ts";
import { addMember, removeMember } from "../../lib/chat/rooms/members.ts";
import { createRoom, deleteRoom } from "../../lib/chat/rooms/rooms.ts";
import { keys } from "../../lib/store/keys.ts";
import { put } from "../../lib/store/kv.ts";
import { LIMITS } from "../../lib/protocol/limits.ts";
import { openServer, range, TRANSPORTS } from "./support.ts";
import { TestSocket } from "../support/client.ts";
import { until } from "../support/until.ts";

for (const transport of TRANSPORTS) {
  const test = (name: string, run: () => Promise<void>) => Deno.test(`${transport}: ${name}`, run);

  test("hello is the first frame and has the user and the user's rooms", async () => {
    await using server = await openServer({ transport });
    const client = await server.open(await server.person("anna"));
    const hello = client.frames[0];
    assertEquals(hello.type, "hello");
    assertEquals(hello.user.username, "anna");
    assertEquals(hello.rooms.map((room: { id: string }) => room.id), ["general"]);
    assertEquals(client.ws.protocol, "parley.1");
  });

  test("[J2] [M1] a joined client gets a snapshot, then each message once and in order, after its acknowledgement is durable", async () => {
    await using server = await openServer({ transport });
    const anna = await server.open(await server.person("anna"));
    const bert = await server.open(await server.person("bert"), { protocol: null });
    await anna.say("before");
    const joined = await bert.join();
    const snapshot = await bert.frame((frame) => frame.type === "snapshot");
    assertEquals(snapshot.cursor, joined.cursor);
    assertEquals(snapshot.events.at(-1).content, "before");
    await anna.join();
    const replies = await Promise.all(range(1, 100).map((n) => n <= 50 ? anna.say(`a${n}`) : bert.say(`b${n}`)));
    assert(replies.every((reply) => reply.ok));
    const last = Math.max(...replies.map((reply) => reply.seq));
    await Promise.all([anna.upTo(last), bert.upTo(last)]);
    assertEquals(bert.seqs(), range(snapshot.events.at(-1).seq + 1, last));
    assertEquals(anna.seqs(), bert.seqs());
    assertEquals(anna.events(), bert.events());
    assert(bert.sizes.every((lines) => lines === 1), "without the subprotocol a frame holds one object");
    assertEquals(
      anna.events().filter((event) => event.content.startsWith("a")).map((event) => event.content),
      range(1, 50).map((n) => `a${n}`),
    );
  });

  test("[J3] a resume from every seq continues the same sequence", async () => {
    await using server = await openServer({ transport });
    const person = await server.person("anna");
    const anna = await server.open(person);
    await anna.join();
    const first = (await anna.say("one")).seq;
    for (const n of range(2, 30)) await anna.say(`message ${n}`);
    const target = anna.events().find((event) => event.content === "message 5");
    await anna.command({ type: "edit_message", room_id: "general", message_id: target.id, content: "edited" });
    await anna.command({ type: "react", room_id: "general", message_id: target.id, emoji: "👍" });
    const { seq: last } = await anna.command({
      type: "delete_message",
      room_id: "general",
      message_id: anna.events().find((event) => event.content === "message 7").id,
    });
    await anna.upTo(last);
    const all = anna.events();
    const epoch = anna.frames[0].epoch;
    for (let seq = first; seq <= last; seq++) {
      const client = await server.open(person);
      const since = `${epoch}:${all.find((event) => event.seq === seq).id}`;
      assertEquals((await client.join("general", since)).cursor, since);
      if (seq < last) await client.upTo(last);
      assertEquals(client.events().map((event) => event.id), all.filter((event) => event.seq > seq).map((e) => e.id));
      const types = client.frames.map((frame) => frame.type);
      assert(types.includes("resumed") && !types.includes("snapshot"));
      for (const event of client.events()) {
        if (event.id === target.id) assertEquals(event.content, "edited");
        assert(event.content !== "message 7", "what was deleted is not sent again");
      }
      client.cut();
      await client.closed;
    }
  });

  for (const protocol of ["parley.1", null]) {
    test(`[J3] a resume in parts delivers each event once (${protocol ?? "no"} subprotocol)`, async () => {
      await using server = await openServer({ transport, config: { maxQueuedBytes: 64 * 1024 } });
      const anna = await server.person("anna");
      const sent = [];
      for (let i = 0; i < 40; i++) {
        sent.push(await sendMessage(server.chat, anna.actor, { room_id: "general", content: "x".repeat(2_000) }));
      }
      const [first, last] = [sent[0], sent.at(-1)];
      assert(first !== undefined && last !== undefined);
      const client = await server.open(anna, { protocol });
      await client.join("general", `${server.chat.epoch}:${first.id}`);
      await client.upTo(last.seq);
      await sendMessage(server.chat, anna.actor, { room_id: "general", content: "live" });
      await client.upTo(last.seq + 1);
      assertEquals(client.seqs(), range(first.seq + 1, last.seq + 1));
    });
  }

  test("[J4] a cursor that cannot be resumed gets a reset with the reason, and a snapshot", async () => {
    await using server = await openServer({ transport });
    const anna = await server.open(await server.person("anna"));
    await anna.join();
    const { id, seq } = await anna.say("one");
    const epoch = anna.frames[0].epoch;
    const cases = {
      epoch_changed: `other:${id}`,
      cursor_unknown: `${epoch}:${seq}-aaaaaaaa`,
      cursor_ahead: `${epoch}:${seq + 5}-aaaaaaaa`,
    };
    for (const [reason, since] of Object.entries(cases)) {
      const before = anna.frames.length;
      await anna.join("general", since);
      // what happened before the room was open, and the new account's profile, may be told up to a second later
      const came = anna.frames.slice(before).filter(({ type }) => type === "reset" || type === "snapshot");
      assertEquals(came.slice(0, 2).map(({ type }) => type), ["reset", "snapshot"]);
      assertEquals(came[0].reason, reason);
    }
    const { seq: next } = await anna.say("two");
    await anna.upTo(next);
    assertEquals(anna.seqs().filter((n) => n === next), [next], "joining again does not double");
  });

  for (const reason of ["below_floor", "too_far_behind"]) {
    test(`[J4] a cursor that is ${reason} gets a reset and a snapshot, and then live events`, async () => {
      await using server = await openServer({ transport });
      const anna = await server.person("anna");
      const { id, seq } = await sendMessage(server.chat, anna.actor, { room_id: "general", content: "one" });
      // as retention, or ten thousand events, would leave the room
      const { value: head } = await server.chat.kv.get(keys.head("general"));
      assert(head !== null);
      const moved = reason === "below_floor" ? { floor: seq + 1, seq: seq + 2 } : { seq: seq + LIMITS.resume_max + 1 };
      await server.chat.kv.commit({ set: [put(keys.head("general"), { ...head, ...moved })] });
      const client = await server.open(anna);
      await client.join("general", `${server.chat.epoch}:${id}`);
      const reset = client.frames.findIndex((frame) => frame.type === "reset");
      assertEquals(client.frames[reset].reason, reason);
      assertEquals(client.frames[reset + 1].type, "snapshot");
      const said = await client.say("two");
      assertEquals(said.seq, moved.seq + 1);
      await client.upTo(said.seq);
      assertEquals(client.seqs(), [said.seq]);
    });
  }

  test("[J5] a removed member gets the removal as the last event of the room", async () => {
    await using server = await openServer({ transport });
    const [anna, bert] = [await server.person("anna"), await server.person("bert")];
    const room = await createRoom(server.chat, anna.actor, { name: "ops", kind: "private" });
    await addMember(server.chat, anna.actor, room.id, "bert");
    const [a, b] = [await server.open(anna), await server.open(bert)];
    await Promise.all([a.join(room.id), b.join(room.id)]);
    // all of it in one batch of the append queue, so that it is split after the removal
    const work = [
      ...range(1, 5).map((n) => sendMessage(server.chat, anna.actor, { room_id: room.id, content: `in ${n}` })),
      server.chat.appender.append(room.id, { type: "leave", user_id: "bert", by: "anna" }),
      ...range(1, 5).map((n) => sendMessage(server.chat, anna.actor, { room_id: room.id, content: `out ${n}` })),
    ];
    const seqs = (await Promise.all(work)).map((outcome) => outcome.seq);
    await a.upTo(Math.max(...seqs), room.id);
    assertEquals(a.seqs(room.id), range(Math.min(...seqs), Math.max(...seqs)));
    const ended = await b.frame((frame) => frame.type === "unsubscribed");
    assertEquals(ended.reason, "removed");
    await b.command({ type: "ping" });
    const heard = b.frames.filter((frame) => frame.room_id === room.id);
    assertEquals(heard.slice(heard.indexOf(ended) + 1).map((frame) => frame.type).filter((t) => t !== "user"), []);
    assertEquals(heard[heard.indexOf(ended) - 1].type, "leave");
    await b.frame((frame) => frame.change === "room_removed" && frame.room_id === room.id);
    assert(b.events(room.id).every((event) => !String(event.content).startsWith("out")));
    assertEquals((await b.join(room.id)).error.code, "no_such_room");
  });

  test("a deleted room ends its subscriptions", async () => {
    await using server = await openServer({ transport });
    const anna = await server.person("anna");
    const room = await createRoom(server.chat, anna.actor, { name: "ops", kind: "public" });
    const client = await server.open(anna);
    await client.join(room.id);
    await deleteRoom(server.chat, anna.actor, room.id);
    const ended = await client.frame((frame) => frame.type === "unsubscribed");
    assertEquals(ended.reason, "room_deleted");
    await client.frame((frame) => frame.change === "room_removed");
  });

  test("[J1] [C5] join_room makes a permitted reader a member; a command sent right after it waits for the join", async () => {
    await using server = await openServer({ transport });
    const [anna, bert] = [await server.person("anna"), await server.person("bert")];
    const room = await createRoom(server.chat, anna.actor, { name: "open", kind: "public" });
    const client = await server.open(bert);
    const [joined, said] = await Promise.all([client.join(room.id), client.say("hello", room.id)]);
    assert(joined.ok && said.ok, JSON.stringify([joined, said]));
    await client.upTo(said.seq, room.id);
    await client.frame((frame) => frame.change === "room" && frame.room.id === room.id);
    const [left, refused] = await Promise.all([
      client.command({ type: "leave_room", room_id: room.id }),
      client.say("late", room.id),
    ]);
    assert(left.ok);
    assertEquals(refused.error.code, "forbidden");
  });

  test("a room that is opened before its join is announced is in the list of rooms", async () => {
    const bus = new MemoryBus();
    const publish = bus.publish.bind(bus);
    const held: Signal[] = [];
    let holding = false;
    bus.publish = (signal) => holding && signal.type === "events" ? void held.push(signal) : publish(signal);
    await using server = await openServer({ transport, bus });
    const [anna, bert] = [await server.person("anna"), await server.person("bert")];
    const room = await createRoom(server.chat, anna.actor, { name: "open", kind: "public" });
    const client = await server.open(bert);
    holding = true;
    assert((await client.join(room.id)).ok);
    holding = false;
    held.forEach(publish);
    await client.frame((frame) => frame.change === "room" && frame.room.id === room.id);
  });

  test("a private room and a room that does not exist give a non-member the same error", async () => {
    await using server = await openServer({ transport });
    const anna = await server.person("anna");
    const room = await createRoom(server.chat, anna.actor, { name: "ops", kind: "private" });
    const client = await server.open(await server.person("carl"));
    const texts = [];
    for (const id of [room.id, "x".repeat(room.id.length)]) {
      const { error } = await client.join(id);
      texts.push({ ...error, message: error.message.replace(id, "…") });
    }
    assertEquals(texts[0], texts[1]);
  });

  test("unsubscribe ends the events and keeps the membership; the room then shows as activity", async () => {
    await using server = await openServer({ transport });
    const [anna, bert] = [await server.person("anna"), await server.person("bert")];
    const client = await server.open(anna);
    await client.join();
    await client.command({ type: "unsubscribe", room_id: "general" });
    const { seq } = await sendMessage(server.chat, bert.actor, { room_id: "general", content: "x" });
    const activity = await client.frame((frame) => frame.type === "room_activity" && frame.seq === seq);
    assertEquals(activity.messages, 1);
    assert(!client.frames.some((frame) => frame.type === "chat_message"));
  });

  test("a read mark reaches the reader's other sockets", async () => {
    await using server = await openServer({ transport });
    const anna = await server.person("anna");
    const [one, two] = [await server.open(anna), await server.open(anna)];
    await sendMessage(server.chat, (await server.person("bert")).actor, { room_id: "general", content: "x" });
    const reply = await one.command({ type: "mark_read", room_id: "general", seq: 100 });
    const frame = await two.frame((frame) => frame.change === "read");
    assertEquals(frame.read_seq, reply.read_seq);
  });

  test("[C6] history and ping get their replies", async () => {
    await using server = await openServer({ transport });
    const client = await server.open(await server.person("anna"));
    await client.say("one");
    const page = await client.command({ type: "history", room_id: "general", limit: 1 });
    assertEquals(page.events.map((event: { content: string }) => event.content), ["one"]);
    assert((await client.command({ type: "ping" })).server_time);
    client.send({ type: "ping" });
    await client.frame((frame) => frame.type === "pong");
  });

  test("[X2] a stopping server tells sockets when to reconnect, and accepts no new ones", async () => {
    const server = await openServer({ transport });
    const anna = await server.person("anna");
    const client = await server.open(anna);
    await client.join();
    const said = client.say("last");
    await until(async () => (await server.chat.kv.list({ prefix: ["item", "general"] }, { limit: 10 })).length > 1);
    const drained = server.sockets.drain();
    const late = TestSocket.connect(server.origin, anna);
    const { code, reason } = await client.closed;
    assertEquals(code, 1001);
    assert(/^retry in \d+$/.test(reason), reason);
    assertEquals((await said).ok, true);
    await late.closed;
    assertEquals(late.frames, []);
    await drained;
    await server[Symbol.asyncDispose]();
    assertEquals(server.errors, []);
  });

  test("a user who leaves a room gets `unsubscribed` with the reason `left`", async () => {
    await using server = await openServer({ transport });
    const [anna, bert] = [await server.person("anna"), await server.person("bert")];
    const room = await createRoom(server.chat, anna.actor, { name: "open", kind: "public" });
    const client = await server.open(bert);
    await client.join(room.id);
    await removeMember(server.chat, bert.actor, room.id, "bert");
    assertEquals((await client.frame((frame) => frame.type === "unsubscribed")).reason, "left");
  });
}
