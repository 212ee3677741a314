/** What is announced beside a room's queue. */
import { assertEquals } from "@std/assert";
import { FakeClock } from "../../lib/base/clock.ts";
import type { Signal } from "../../lib/bus/bus.ts";
import { createRoom } from "../../lib/chat/rooms/rooms.ts";
import { openTestChat } from "../support/chat.ts";
import { addPerson } from "../support/people.ts";
import { until } from "../support/until.ts";

Deno.test("createRoom() whose announcement fails keeps the room, and announces it when it can", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const ada = await addPerson(chat, "ada");
  await chat.appender.settled();
  const { bus } = chat;
  const publish = bus.publish.bind(bus);
  const told: string[] = [];
  let fails = 2;
  bus.publish = (signal: Signal) => {
    if (signal.type === "events" && fails-- > 0) throw new Error("nobody can be told");
    if (signal.type === "events") told.push(signal.room_id);
    publish(signal);
  };
  const { id } = await createRoom(chat, ada, { name: "attic", kind: "public" });
  assertEquals(told, []);
  await until(() => {
    clock.tick(250);
    return told.length > 0;
  });
  assertEquals(told, [id]);
});
