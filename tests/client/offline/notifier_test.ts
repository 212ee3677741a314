import { assertEquals } from "@std/assert";
import { Notifier, type NotifierOptions } from "../../../lib/client/offline/notifier.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../../lib/protocol/settings.ts";
import type { ChatMessage } from "../../../lib/protocol/model.ts";
import { ANN, BOB, FakeServer } from "../support.ts";

/** A page on a browser that notes down what it shows. */
function pageOf(settings: Partial<Settings> = {}, options: Partial<NotifierOptions> = {}) {
  const server = new FakeServer();
  const shown: { title: string; body: string | undefined; tag: string | undefined }[] = [];
  const browser = {
    granted: true,
    sounds: 0,
    open: () => {},
    now: () => Date.parse("2026-01-02T12:00:00Z"),
    isGranted: () => browser.granted,
    once: (_: string, __: string, run: () => Promise<void>) => run(),
    show(title: string, { body, tag }: NotificationOptions, onOpen: () => void) {
      shown.push({ title, body, tag });
      browser.open = onOpen;
      return Promise.resolve();
    },
    playSound: () => void browser.sounds++,
  };
  const opened: string[] = [];
  const notifier = new Notifier({
    me: () => ANN.id,
    settings: () => ({ ...DEFAULT_SETTINGS, notify: "all", ...settings }),
    room: (id) => server.rooms.has(id) ? server.view(id) : undefined,
    shown: () => null,
    isActive: () => false,
    isBlocked: () => false,
    titleOf: (_, { display_name }) => display_name,
    textOf: ({ content }) => content,
    hidden: () => "New message",
    onOpen: (roomId, messageId) => opened.push(`${roomId} ${messageId}`),
    ...options,
  }, browser);
  return { server, browser, notifier, shown, opened };
}

Deno.test("notifier: a message is shown with its author and text, in its room's place, and pressing it opens it", async () => {
  const page = pageOf({ show_text: true, sounds: true });
  const message = page.server.say(BOB, "hello");
  await page.notifier.take(message);
  assertEquals(page.shown, [{ title: "Bob", body: "hello", tag: "general" }]);
  assertEquals(page.browser.sounds, 1);
  page.browser.open();
  assertEquals(page.opened, [`general ${message.id}`]);
});

Deno.test("notifier: where no text is to be shown none is, and without sounds it is silent", async () => {
  const page = pageOf({ show_text: false, sounds: false });
  await page.notifier.take(page.server.say(BOB, "secret"));
  assertEquals([page.shown[0]?.body, page.browser.sounds], ["New message", 0]);
});

Deno.test("notifier: who is told of what", async () => {
  const call = { mentions: [{ user_id: ANN.id, username: ANN.username }] };
  const cases: [
    what: string,
    Partial<Settings>,
    Partial<NotifierOptions>,
    change: Partial<ChatMessage>,
    isShown: boolean,
  ][] = [
    ["one's own", {}, {}, { user_id: ANN.id }, false],
    ["of somebody who is blocked", {}, { isBlocked: (id) => id === BOB.id }, {}, false],
    ["deleted meanwhile", {}, {}, { deleted: true }, false],
    ["read elsewhere", {}, {}, { seq: 0 }, false],
    ["of a room that I am not in", {}, {}, { room_id: "ops" }, false],
    ["where nothing is wanted", { notify: "nothing" }, {}, call, false],
    ["where calls alone are wanted", { notify: "mentions" }, {}, {}, false],
    ["a call, where calls alone are wanted", { notify: "mentions" }, {}, call, true],
    ["of a room with a level of its own", { notify: "nothing", room_levels: { general: "all" } }, {}, {}, true],
    ["in the quiet hours", { quiet_from: "11:00", quiet_to: "13:00", time_zone: "UTC" }, {}, {}, false],
    ["after the quiet hours", { quiet_from: "22:00", quiet_to: "07:00", time_zone: "UTC" }, {}, {}, true],
    ["of the room that is looked at", {}, { isActive: () => true, shown: () => "general" }, {}, false],
    ["of another room than is looked at", {}, { isActive: () => true, shown: () => "ops" }, {}, true],
    ["of the room that is on a page that nobody looks at", {}, { shown: () => "general" }, {}, true],
  ];
  for (const [what, settings, options, change, isShown] of cases) {
    const page = pageOf(settings, options);
    await page.notifier.take({ ...page.server.say(BOB, "hello"), ...change });
    assertEquals(page.shown.length, isShown ? 1 : 0, what);
  }
});

Deno.test("notifier: with web push a page that nobody looks at leaves it to that; one that is looked at tells itself", async () => {
  for (const active of [false, true]) {
    const page = pageOf({}, { isActive: () => active, shown: () => "ops" });
    page.notifier.pushed = true;
    await page.notifier.take(page.server.say(BOB, "hello"));
    assertEquals(page.shown.length, active ? 1 : 0);
  }
});

Deno.test("notifier: without the reader's leave nothing is shown or asked for", async () => {
  const page = pageOf();
  assertEquals([page.notifier.isOn, page.notifier.wants("general"), page.notifier.wants("ops")], [true, true, false]);
  page.browser.granted = false;
  await page.notifier.take(page.server.say(BOB, "hello"));
  assertEquals([page.notifier.isOn, page.notifier.wants("general"), page.shown], [false, false, []]);
});

Deno.test("notifier: a browser that can show none does no harm", async () => {
  const page = pageOf();
  page.browser.show = () => Promise.reject(new TypeError("use a service worker"));
  await page.notifier.take(page.server.say(BOB, "hello"));
  assertEquals(page.shown, []);
});
