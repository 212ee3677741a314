import { assert, assertEquals } from "@std/assert";
import { Scroller } from "../../../lib/ui/timeline/scroller.ts";
import { BOB, FakeServer, openPage, turns } from "../../client/support.ts";
import { until } from "../../support/until.ts";
import { FakeTimeline, isBox } from "./fake_timeline.ts";

const ROW = 40;
const BOX = 400;

/** An open room of so many messages, its timeline on the screen. */
async function timeline(messages: number, { jumping = false, unreadFrom = 0 } = {}) {
  const server = new FakeServer();
  for (let n = 1; n <= messages; n++) server.say(BOB, `m${n}`);
  const page = openPage(server);
  page.store.rooms.open("general");
  await until(() => page.session().state.ready.value);
  const session = page.session();
  const { connectionState } = page.store;
  const scroller = new Scroller(session, { sight: page.store.rooms.sight, connectionState }, jumping);
  const box = new FakeTimeline(BOX);
  const render = () => {
    scroller.beforeChange();
    box.show(session.state.entries.value.map(({ id }) => id), ROW);
    scroller.afterChange();
  };
  box.show(session.state.entries.value.map(({ id }) => id), ROW);
  if (unreadFrom > 0) box.unread = box.rows.find(({ dataset }) => Number.parseInt(dataset.id) === unreadFrom) ?? null;
  assert(isBox(box));
  const element = box;
  const detach = scroller.attach(element);
  /** The seqs up to which was read, as the server was told. */
  const marks = async () => {
    page.env.tick(500);
    await turns();
    return server.sockets.flatMap(({ sent }) => sent.filter(({ type }) => type === "mark_read").map(({ seq }) => seq));
  };
  return {
    page,
    server,
    session,
    scroller,
    box: element as FakeTimeline & HTMLElement,
    render,
    marks,
    [Symbol.dispose]() {
      detach();
      page[Symbol.dispose]();
    },
  };
}

function idOf(box: FakeTimeline, seq: number): string {
  return box.rows.find(({ dataset }) => Number.parseInt(dataset.id) === seq)?.dataset.id ?? "";
}

Deno.test("scroller: at the end it follows: a new row is shown and marked read", async () => {
  using on = await timeline(30);
  assertEquals([on.box.scrollTop, on.scroller.away.value], [0, false]);
  assertEquals(await on.marks(), [30]);
  on.server.say(BOB, "new");
  on.page.env.tick(20);
  on.render();
  assertEquals([on.box.scrollTop, on.session.state.newCount.value], [0, 0]);
  assertEquals(await on.marks(), [30, 31]);
});

Deno.test("scroller: away from the end the rows in view stay in place while rows come below", async () => {
  using on = await timeline(30);
  await on.marks();
  on.box.scrollTo(-300);
  assertEquals(on.scroller.away.value, true);
  const seen = idOf(on.box, 20);
  const before = on.box.topOf(seen);
  on.server.say(BOB, "new");
  on.page.env.tick(20);
  on.render();
  assertEquals(on.box.topOf(seen), before);
  assertEquals([on.box.scrollTop, on.session.state.newCount.value], [-300 - ROW, 1]);
  assertEquals(await on.marks(), [30], "it is below the edge: not read");
});

Deno.test("scroller: a new row does not undo a scroll whose event has not fired yet", async () => {
  using on = await timeline(30);
  on.box.scrollTo(-300);
  on.box.scrollTop = -340;
  const seen = idOf(on.box, 20);
  const before = on.box.topOf(seen);
  on.server.say(BOB, "new");
  on.page.env.tick(20);
  on.render();
  assertEquals(on.box.topOf(seen), before);
});

Deno.test("scroller: back within 100 px of the end it follows again, and the button's count is gone", async () => {
  using on = await timeline(30);
  on.box.scrollTo(-300);
  on.server.say(BOB, "new");
  on.page.env.tick(20);
  on.render();
  on.box.scrollTo(-99);
  assertEquals([on.scroller.away.value, on.session.state.newCount.value], [false, 0]);
});

Deno.test("scroller: within 800 px of the beginning the earlier page is requested once", async () => {
  using on = await timeline(120);
  assertEquals(on.server.requests.filter((url) => url.includes("before=")).length, 0);
  on.box.scrollTo(-1_000);
  on.box.scrollTo(-1_100);
  assertEquals(on.server.requests.filter((url) => url.includes("before=")).length, 1);
  await until(() => on.session.state.entries.value.length === 100);
  const seen = idOf(on.box, 95);
  const before = on.box.topOf(seen);
  on.render();
  assertEquals(on.box.topOf(seen), before);
});

Deno.test("scroller: a box without height or a hidden page marks nothing read; shown again it is at the end", async () => {
  using on = await timeline(30);
  await on.marks();
  on.box.clientHeight = 0;
  on.scroller.afterChange();
  assertEquals(on.page.store.rooms.sight.room.value, null);
  on.server.say(BOB, "unseen");
  on.page.env.tick(20);
  on.render();
  assertEquals(await on.marks(), [30]);
  on.box.clientHeight = BOX;
  on.scroller.afterChange();
  assertEquals(on.box.scrollTop, 0);
  assertEquals(await on.marks(), [30, 31]);
  on.page.env.isVisible = false;
  on.page.env.changed();
  on.server.say(BOB, "unseen too");
  on.page.env.tick(20);
  on.render();
  assertEquals(await on.marks(), [30, 31]);
});

Deno.test("scroller: a room opens at its first unread message, and is marked read as far as the lower edge", async () => {
  using on = await timeline(40, { unreadFrom: 11 });
  assertEquals(on.scroller.away.value, true);
  assertEquals(on.box.topOf(idOf(on.box, 11)), 72);
  // 400 px from 72 above message 11: the last that ends above the lower edge
  assertEquals(await on.marks(), [18]);
});

Deno.test("scroller: on the way to a message nothing is marked read until it is shown or known to be missing", async () => {
  using on = await timeline(30, { jumping: true });
  assertEquals(await on.marks(), []);
  on.scroller.centre(idOf(on.box, 8));
  assertEquals(on.box.topOf(idOf(on.box, 8)), (BOX - ROW) / 2);
  assertEquals((await on.marks()).length, 1);
  using other = await timeline(30, { jumping: true });
  other.scroller.release();
  assertEquals(await other.marks(), [30]);
});
