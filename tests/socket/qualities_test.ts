/** What is lost between processes, as the sockets of the others see it: with the reads that it costs there. */
import { assert, assertEquals } from "@std/assert";
import { addMember } from "../../lib/chat/rooms/members.ts";
import { createRoom } from "../../lib/chat/rooms/rooms.ts";
import { keys } from "../../lib/store/keys.ts";
import { put } from "../../lib/store/kv.ts";
import { countingKv } from "../bus/rings.ts";
import { openKvConnect } from "../support/kv_connect.ts";
import { until } from "../support/until.ts";
import { openServer } from "./support.ts";

Deno.test("hints: a burst of typing and of presence makes no other process read a list of rooms", async () => {
  await using store = await openKvConnect();
  const reads: Deno.KvKey[] = [];
  const config = { kvPath: store.url };
  await using a = await openServer({ transport: "native", config });
  await using b = await openServer({
    transport: "native",
    config,
    wrapKv: (kv) => countingKv(kv, (key) => void reads.push(key)),
  });
  const [anna, bert] = [await a.person("anna"), await b.person("bert")];
  const { id } = await createRoom(a.chat, anna.actor, { name: "ops", kind: "private" });
  await addMember(a.chat, anna.actor, id, "bert");
  const there = await b.open(bert);
  assert((await there.join(id)).ok);
  const before = reads.length;
  const user = { id: "anna", username: "anna", display_name: "anna", color: "#3e63dd" };
  const { isolate } = a.chat.bus;
  assert(isolate !== undefined);
  // more than what a ring holds, several times
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 300; i++) {
      a.chat.bus.publish({ type: "typing", room_id: i % 2 === 0 ? id : `room ${i}`, user, typing: i % 4 === 0 });
      a.chat.bus.publish({ type: "active", user_id: "anna", connection_id: `c${i}`, active: true });
      const online = [{ user: { ...user, id: `person ${round} ${i}` }, rooms: ["crowd"] }];
      a.chat.bus.publish({ type: "presence", isolate, online, offline: [] });
    }
    await until(() => reads.some(([family, , who]) => family === "presence" && who === `person ${round} 299`));
  }
  a.chat.bus.publish({ type: "typing", room_id: id, user, typing: true });
  await there.frame((frame) => frame.type === "typing" && frame.users[0]?.id === "anna");
  assertEquals(reads.slice(before).filter(([family]) => family === "joined"), []);
});

Deno.test("hints: after lost hints of a room each connected member's view of it is read once", async () => {
  const reads: Deno.KvKey[] = [];
  await using server = await openServer({
    transport: "native",
    wrapKv: (kv) => countingKv(kv, (key) => void reads.push(key)),
  });
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const { id } = await createRoom(server.chat, anna.actor, { name: "ops", kind: "private" });
  await addMember(server.chat, anna.actor, id, "bert");
  const [a, b] = [await server.open(anna), await server.open(bert)];
  const before = reads.length;
  const told = (frame: { change?: string; room?: { id: string } }) => frame.change === "room" && frame.room?.id === id;
  const counts = [a, b].map(({ frames }) => frames.filter(told).length);
  server.chat.bus.publish({ type: "stale", of: "room", id });
  await until(() => [a, b].every(({ frames }, i) => frames.filter(told).length === (counts[i] ?? 0) + 1));
  assertEquals(reads.slice(before).filter(([family]) => family === "joined"), []);
});

Deno.test("hints: after a lost hint of a profile the profile is read and sent to everybody who shares a room", async () => {
  await using server = await openServer({ transport: "native" });
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const { id } = await createRoom(server.chat, anna.actor, { name: "ops", kind: "private" });
  await addMember(server.chat, anna.actor, id, "bert");
  const b = await server.open(bert);
  assertEquals((await server.chat.directory.one("anna")).display_name, "anna");
  // as another process does
  const { value } = await server.chat.kv.get(keys.user("anna"));
  assert(value !== null);
  await server.chat.kv.commit({ set: [put(keys.user("anna"), { ...value, display_name: "Anna the second" })] });
  server.chat.bus.publish({ type: "stale", of: "profile", id: "anna" });
  await b.frame((frame) => frame.type === "user_updated" && frame.user.display_name === "Anna the second");
  assertEquals((await server.chat.directory.one("anna")).display_name, "Anna the second");
});
