/** Who is online, as a socket hears it. */
import { assert, assertEquals } from "@std/assert";
import { FakeClock } from "../../lib/base/clock.ts";
import { joinRoom, removeMember } from "../../lib/chat/rooms/members.ts";
import { createRoom } from "../../lib/chat/rooms/rooms.ts";
import type { Json } from "../support/client.ts";
import { until } from "../support/until.ts";
import { openServer } from "./support.ts";

Deno.test("presence: a user who came and went between two updates, but was in a snapshot between them, is sent as offline", async () => {
  const clock = new FakeClock();
  await using server = await openServer({ transport: "native", clock });
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const [watcher] = [await server.open(anna), await server.open(bert)];
  const { id } = await createRoom(server.chat, anna.actor, { name: "team", kind: "public" });
  // what the sockets' own coming changed is told, and the next difference is a second away
  for (let i = 0; i < 8; i++) {
    clock.tick(250);
    await server.settle();
  }
  await joinRoom(server.chat, bert.actor, id);
  await watcher.join(id);
  const snapshot = await watcher.frame((frame) => frame.type === "snapshot" && frame.room.id === id);
  assert(snapshot.present.some((user: Json) => user.id === "bert"));
  await removeMember(server.chat, bert.actor, id, "bert");
  await watcher.frame((frame) => frame.type === "leave" && frame.room_id === id);
  const said = () => watcher.frames.filter((frame) => frame.type === "presence" && frame.room_id === id);
  await until(() => {
    clock.tick(250);
    return said().length > 0;
  });
  assertEquals(said().map(({ online, offline, present_count }) => [online, offline, present_count]), [[
    [],
    ["bert"],
    1,
  ]]);
});
