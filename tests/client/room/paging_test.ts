import { assertEquals } from "@std/assert";
import { Paging, type PagingView } from "../../../lib/client/room/paging.ts";
import { ENTRIES } from "../../../lib/client/room/room_window.ts";
import { RoomState } from "../../../lib/client/room/room_state.ts";
import { ANN, BOB, FakeEnvironment, FakeServer } from "../support.ts";

const VIEW: PagingView = {
  above: 0,
  below: 0,
  hasMore: true,
  hasNewer: true,
  firstSeq: 100,
  lastSeq: 400,
  full: false,
};

Deno.test("[seen] paging: an end that a load at the other one cut off is loaded only once the reader goes there", () => {
  const paging = new Paging();
  assertEquals(paging.next(VIEW), "older");
  const cut = { ...VIEW, firstSeq: 50, lastSeq: 350, hasMore: false };
  assertEquals(paging.next(cut), null);
  assertEquals(paging.next({ ...cut, hasMore: true }), "older");
  paging.went("older");
  assertEquals(paging.next({ ...cut, lastSeq: 300, hasMore: false }), null);
  paging.went("newer");
  assertEquals(paging.next({ ...cut, lastSeq: 300, hasMore: false }), "newer");
  assertEquals(paging.next({ ...VIEW, firstSeq: 90, lastSeq: 390, hasNewer: false }), null);
});

Deno.test("[seen] paging: what failed, and what would not fit, waits for the reader or the connection", () => {
  const paging = new Paging();
  const view = { ...VIEW, hasNewer: false };
  assertEquals(paging.next(view), "older");
  paging.failed("older");
  assertEquals(paging.next(view), null);
  paging.again();
  assertEquals(paging.next(view), "older");
  assertEquals(paging.next({ ...view, full: true }), null);
  paging.went("older");
  assertEquals(paging.next({ ...view, full: true }), "older");
});

Deno.test("[seen] paging: far from both ends nothing is loaded", () => {
  assertEquals(new Paging().next({ ...VIEW, above: 900, below: 900 }), null);
});

Deno.test("[seen] a window: a run of a blocked person's messages is one row, and all of it is bounded", async () => {
  const server = new FakeServer();
  for (let n = 0; n < 5; n++) server.say(ANN, "early");
  for (let n = 0; n < ENTRIES + 300; n++) server.say(BOB, "shout");
  server.say(ANN, "late");
  const snapshot = { ...server.page("general", {}), cursor: server.cursor("general") };
  const state = new RoomState({
    id: "general",
    me: ANN,
    environment: new FakeEnvironment(),
    isBlocked: (id) => id === BOB.id,
  }, snapshot);
  let pages = 0;
  const older = (before: number) => {
    pages++;
    return Promise.resolve(server.page("general", { before }));
  };
  while (!state.isFull) await state.pages.older(() => older(state.firstShownSeq));
  assertEquals(pages, ENTRIES / 50 - 1);
  assertEquals(state.hasNewer.value, false, "what the reader looks at stays");
  await state.pages.older(() => older(state.firstShownSeq));
  assertEquals(state.entries.value.length, ENTRIES);
});
