/** What my sockets hear of my rooms, where a room changes while its view, or the whole list, is being read. */
import { assertEquals } from "@std/assert";
import { addMember, muteMember, removeMember } from "../../lib/chat/rooms/members.ts";
import { createRoom } from "../../lib/chat/rooms/rooms.ts";
import { ChatError } from "../../lib/base/errors.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { Hold } from "../support/hold.ts";
import { until } from "../support/until.ts";
import { openServer, type TestServer } from "./support.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { type Json, type TestSocket } from "../support/client.ts";

const seen = (frame: Json, room_id: string) => frame.change === "room" && frame.room.id === room_id;
const removed = (frame: Json, room_id: string) => frame.change === "room_removed" && frame.room_id === room_id;

/** anna's rooms "ops", in which bert is, and "dev", in which he is not yet. */
async function scene(server: TestServer) {
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const make = async (name: string) => (await createRoom(server.chat, anna.actor, { name, kind: "private" })).id;
  const [ops, dev] = [await make("ops"), await make("dev")];
  await addMember(server.chat, anna.actor, ops, "bert");
  return { anna: anna.actor, bert, ops, dev };
}

/** Which of these rooms the client knows after all it was told. */
function known(client: TestSocket, rooms: string[]): boolean[] {
  const all = new Map<string, boolean>();
  for (const frame of client.frames) {
    if (frame.type === "hello" || frame.change === "snapshot") {
      all.clear();
      for (const { id } of frame.rooms) all.set(id, true);
    } else if (frame.change === "room") all.set(frame.room.id, true);
    else if (frame.change === "room_removed") all.set(frame.room_id, false);
  }
  return rooms.map((id) => all.get(id) === true);
}

Deno.test("[S2] a user who is removed from a room while its view is being read does not get the room back", async () => {
  const hold = new Hold();
  await using server = await openServer({ transport: "native", wrapKv: hold.wrapKv });
  const { anna, bert, ops, dev } = await scene(server);
  const b = await server.open(bert);
  hold.on(keys.mentioned("bert", ops));
  await muteMember(server.chat, anna, ops, "bert");
  await hold.reached;
  await removeMember(server.chat, anna, ops, "bert");
  await b.frame((frame) => removed(frame, ops));
  hold.release();
  // views are sent in their order
  await addMember(server.chat, anna, dev, "bert");
  await b.frame((frame) => seen(frame, dev));
  assertEquals(known(b, [ops, dev]), [false, true]);
});

Deno.test("[S2] a user who leaves and joins rooms while their list is being read gets the list as it is afterwards", async () => {
  const hold = new Hold();
  await using server = await openServer({ transport: "native", wrapKv: hold.wrapKv });
  const { anna, bert, ops, dev } = await scene(server);
  const b = await server.open(bert);
  hold.on(ranges.joined("bert"));
  server.chat.bus.publish({ type: "lapse", user_id: "bert" });
  await hold.reached;
  await removeMember(server.chat, anna, ops, "bert");
  await addMember(server.chat, anna, dev, "bert");
  await b.frame((frame) => removed(frame, ops));
  await b.frame((frame) => seen(frame, dev));
  hold.release();
  await b.frame((frame) => frame.change === "snapshot");
  const { id: last } = await createRoom(server.chat, bert.actor, { name: "last", kind: "private" });
  await b.frame((frame) => seen(frame, last));
  assertEquals(known(b, [ops, dev]), [false, true]);
});

Deno.test("[S2] changes that were sent while the list was being read win over the list, which may be older", async () => {
  const hold = new Hold();
  await using server = await openServer({ transport: "native", wrapKv: hold.wrapKv });
  const { bert } = await scene(server);
  const b = await server.open(bert);
  hold.on(ranges.blocks("bert"));
  server.chat.bus.publish({ type: "lapse", user_id: "bert" });
  await hold.reached;
  assertEquals((await b.command({ type: "block_user", user_id: "anna" })).ok, true);
  await b.frame((frame) => frame.change === "block");
  hold.release();
  await b.frame((frame) => frame.change === "snapshot" && frame.blocked.length === 0);
  await b.command({ type: "ping" });
  assertEquals(b.frames.findLast((frame) => frame.change === "snapshot" || frame.change === "block").change, "block");
});

Deno.test("[S2] a room's view that the store could not read is sent once the store answers", async () => {
  let fails = false;
  await using server = await openServer({
    transport: "native",
    wrapKv: (kv): Kv =>
      alteredKv(kv, {
        get(key) {
          if (!fails || key[0] !== "mentioned") return kv.get(key);
          fails = false;
          return Promise.reject(new ChatError("storage_unavailable", "The store is away."));
        },
      }),
  });
  const { anna, bert, dev } = await scene(server);
  const b = await server.open(bert);
  fails = true;
  await addMember(server.chat, anna, dev, "bert");
  await until(() => known(b, [dev])[0] === true);
});
