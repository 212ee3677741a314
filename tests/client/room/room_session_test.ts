/** A room session acts on its own room, whichever is shown. */
import { assertEquals } from "@std/assert";
import { removeMessage, updateRoom } from "../../../lib/client/room_actions.ts";
import { BOB, FakeServer, openPage, turns } from "../support.ts";
import { until } from "../../support/until.ts";

/** Two rooms that are open; `ops` is shown. */
async function twoRooms() {
  const server = new FakeServer();
  server.room("ops");
  const one = server.say(BOB, "one");
  const page = openPage(server);
  for (const id of ["general", "ops"]) {
    page.store.rooms.open(id);
    await until(() => page.session(id).state.ready.value);
  }
  assertEquals(page.store.rooms.activeId.value, "ops");
  return { page, one };
}

function sentTo(server: FakeServer, type: string) {
  return server.sockets.flatMap(({ sent }) => sent.filter((one) => one.type === type).map(({ room_id }) => room_id));
}

Deno.test("room session: a reaction and an edit go to the session's room while another is shown", async () => {
  const { page, one } = await twoRooms();
  using _ = page;
  await page.session("general").react(one.id, "👍");
  await page.session("general").edit(one.id, "one!");
  assertEquals(sentTo(page.server, "react"), ["general"]);
  assertEquals(sentTo(page.server, "edit_message"), ["general"]);
  page.env.tick(20);
  assertEquals(page.session("general").state.find(one.id)?.view.value.content, "one!");
});

Deno.test("room session: older pages and a jump load the session's room alone", async () => {
  const server = new FakeServer();
  server.room("ops");
  for (let n = 0; n < 120; n++) server.say(BOB, `m${n}`);
  using page = openPage(server);
  for (const id of ["general", "ops"]) {
    page.store.rooms.open(id);
    await until(() => page.session(id).state.ready.value);
  }
  await page.session("general").loadOlder();
  await page.session("general").loadAround(10);
  assertEquals(page.session("general").state.shows(10), true);
  assertEquals(page.session("ops").state.entries.value, []);
  assertEquals(server.requests.filter((url) => url.includes("/ops/")), []);
});

Deno.test("room session: marking unread moves the divider of the session's room, not of the one that is shown", async () => {
  const { page } = await twoRooms();
  using _ = page;
  await page.session("general").markUnread(1);
  assertEquals(page.session("general").state.divider.value, 0);
  assertEquals(page.session("ops").state.divider.value, null);
  assertEquals([page.store.rooms.isKeptUnread("general"), page.store.rooms.isKeptUnread("ops")], [true, false]);
});

Deno.test("room session: typing is told for its room, again after 3 s, and at once after a message went out", async () => {
  const { page } = await twoRooms();
  using _ = page;
  const session = page.session("ops");
  session.typing();
  session.typing();
  assertEquals(sentTo(page.server, "typing"), ["ops"]);
  page.env.tick(3_000);
  session.typing();
  assertEquals(sentTo(page.server, "typing").length, 2);
  page.store.sending.send("ops", "said");
  session.typing();
  assertEquals(sentTo(page.server, "typing").length, 3);
});

Deno.test("sending: a message to a room that is not shown goes there, and moves nothing in the one that is", async () => {
  const { page } = await twoRooms();
  using _ = page;
  page.session("ops").state.setFollowing(false);
  page.store.sending.send("general", "to general");
  await until(() => page.server.room("general").log.length === 2);
  assertEquals(page.server.room("ops").log, []);
  await turns();
  page.server.say(BOB, "new in ops", {}, "ops");
  page.env.tick(20);
  assertEquals(page.session("ops").state.newCount.value, 1, "its reader stayed where they were");
});

Deno.test("room actions: a dialog that stays open acts on the room that it was opened for", async () => {
  const { page, one } = await twoRooms();
  using _ = page;
  const asked: string[] = [];
  const { fetch } = page.server;
  using other = openPage(page.server, null, {
    fetch: (input, init) => {
      asked.push(`${init?.method ?? "GET"} ${input}`);
      return fetch(input);
    },
  });
  other.store.rooms.open("ops");
  await until(() => other.session("ops").state.ready.value);
  await removeMessage(other.store, "general", one.id);
  assertEquals(sentTo(page.server, "delete_message"), ["general"]);
  // what the fake server answers is no room; that it was asked for the right one is the point
  await updateRoom(other.store, "general", { topic: "new" }).catch(() => {});
  assertEquals(asked.filter((url) => url.startsWith("PATCH")), ["PATCH /api/rooms/general"]);
});
