import { assert, assertEquals } from "@std/assert";
import { readRooms, roomsToDrop, roomToShow, snapshotOf } from "../../../lib/client/offline/offline_records.ts";
import { reactLocally } from "../../../lib/client/room/entries.ts";
import { ANN, BOB, FakeServer, openPage } from "../support.ts";
import { until } from "../../support/until.ts";

/** As the database gives it back: plain data. */
function record(room_id: string, at: number, user_id = ANN.id): unknown {
  return { user_id, room_id, at, cursor: "e1:1-aaaaaaaa", events: [], has_more: false, mine: {} };
}

async function opened(server: FakeServer) {
  const page = openPage(server);
  page.store.rooms.open("general");
  await until(() => page.session().state.ready.value);
  return page;
}

Deno.test("offline: without an address the room that was seen last is shown, else the one asked for; of this account", () => {
  const records = [record("general", 1), record("ops", 3), record("attic", 2), record("theirs", 9, BOB.id)];
  assertEquals(roomToShow(records, ANN.id, null)?.room_id, "ops");
  assertEquals(roomToShow(records, ANN.id, "attic")?.room_id, "attic");
  assertEquals(roomToShow(records, ANN.id, "theirs"), null);
  assertEquals(roomToShow([], ANN.id, null), null);
});

Deno.test("offline: twenty rooms are kept, those seen last, and none that I am not in any more", () => {
  const ids = Array.from({ length: 25 }, (_, n) => `room-${n}`);
  const records = ids.map((id, n) => record(id, n));
  assertEquals(roomsToDrop(records, new Set(ids)), ["room-4", "room-3", "room-2", "room-1", "room-0"]);
  assertEquals(roomsToDrop(records.slice(0, 3), new Set(["room-1"])), ["room-2", "room-0"]);
});

Deno.test("offline: what another version wrote, or no one did, is passed over", () => {
  const broken = [null, 7, {}, { room_id: "general" }, { user_id: ANN.id, room_id: "x", at: "now", cursor: "" }];
  assertEquals(readRooms([...broken, record("general", 1)]).map(({ room_id }) => room_id), ["general"]);
});

Deno.test("offline: a room is kept as its last sixty events, with what is before them said, and comes back the same", async () => {
  const server = new FakeServer();
  for (let n = 1; n <= 80; n++) server.say(BOB, `m${n}`);
  using page = await opened(server);
  await page.session().loadOlder();
  const snapshot = snapshotOf(page.session().state);
  assert(snapshot !== null);
  assertEquals([snapshot.events.length, snapshot.has_more, snapshot.cursor], [60, true, server.cursor("general")]);
  const stored: unknown = JSON.parse(JSON.stringify({ ...snapshot, user_id: ANN.id, room_id: "general", at: 1 }));
  const back = roomToShow([stored], ANN.id, "general");
  assertEquals(back?.events.map(({ id }) => id), snapshot.events.map(({ id }) => id));
});

Deno.test("offline: neither a message that waits nor a reaction that was not confirmed is kept", async () => {
  const server = new FakeServer();
  const { id } = server.say(BOB, "one");
  using page = await opened(server);
  server.up = false;
  server.drop();
  page.store.sending.send("general", "waits");
  const entry = page.session().state.find(id);
  assert(entry !== undefined);
  reactLocally(entry, "👍", "add");
  const snapshot = snapshotOf(page.session().state);
  assertEquals(snapshot?.events.map((event) => event.type === "chat_message" && event.content), ["one"]);
  assertEquals([snapshot?.mine, JSON.stringify(snapshot?.events).includes("👍")], [{}, false]);
});

Deno.test("offline: a room whose end is not here, or that never came, is not kept", async () => {
  const server = new FakeServer();
  for (let n = 1; n <= 200; n++) server.say(BOB, `m${n}`);
  using page = await opened(server);
  await page.session().loadAround(20);
  assertEquals(page.session().state.hasNewer.value, true);
  assertEquals(snapshotOf(page.session().state), null);
  server.up = false;
  server.drop();
  page.store.rooms.open("ops");
  assertEquals(snapshotOf(page.session("ops").state), null);
});
