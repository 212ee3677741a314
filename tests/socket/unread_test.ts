/** What is unread, as pages count it live, as a list of rooms says it, and as the log has it (SPEC.md, N5). */
import { assertEquals } from "@std/assert";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { ChatError } from "../../lib/base/errors.ts";
import type { OpenSocket } from "../../lib/client/connection/connection.ts";
import { unreadOf } from "../../lib/client/room_list.ts";
import { ChatStore } from "../../lib/client/store.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { deleteMessage, editMessage, markRead, sendMessage } from "../../lib/chat/messages/messages.ts";
import { trimTo } from "../../lib/upkeep/retention.ts";
import { createRoom, listRooms } from "../../lib/chat/rooms/rooms.ts";
import { addMember } from "../../lib/chat/rooms/members.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import { FakeEnvironment } from "../client/support.ts";
import { random } from "../support/random.ts";
import { countInLog } from "../support/unread_counts.ts";
import { until } from "../support/until.ts";
import { sweep } from "../support/upkeep.ts";
import { openServer, type Person, type TestServer } from "./support.ts";

/** A page of this person's, as a browser has it; `open` shows the room. */
function openPage({ origin }: TestServer, { actor, cookie }: Person) {
  const openSocket: OpenSocket = (_url, on) => {
    const ws = new WebSocket(`${origin.replace("http", "ws")}/ws`, ["parley.1"], { headers: { cookie, origin } });
    ws.on("message", (data) => on.message(String(data)));
    ws.on("close", (code, reason) => on.close(code, String(reason)));
    ws.on("error", () => {});
    return { send: (text) => ws.send(text), close: () => ws.close() };
  };
  const { user_id: id, username } = actor;
  const me = { id, username, display_name: username, color: "#3e63dd", admin: false };
  const env = new FakeEnvironment();
  const fetch = () => Promise.resolve(Response.json({}));
  const loadApi = () => import("../../lib/client/connection/api.ts");
  const loadFiles = () => import("../../lib/client/writing/files.ts");
  const store = new ChatStore({
    me,
    rooms: [],
    storage: null,
    environment: env,
    openSocket,
    fetch,
    loadApi,
    loadFiles,
  });
  return { env, store, stop: store.start() };
}

class World implements AsyncDisposable {
  readonly clock = new FakeClock();
  server!: TestServer;
  writer!: Person;
  reader!: Person;
  roomId = "";
  #pages: ReturnType<typeof openPage>[] = [];

  static async open(): Promise<World> {
    const world = new World();
    const { clock } = world;
    world.server = await openServer({ transport: "native", clock });
    const { chat } = world.server;
    world.writer = await world.server.person("ada");
    world.reader = await world.server.person("ben");
    const { id } = await createRoom(chat, world.writer.actor, { name: "Counting", kind: "private" });
    await addMember(chat, world.writer.actor, id, "ben");
    world.roomId = id;
    return world;
  }

  /** A device of the reader's. */
  async page(open: boolean): Promise<ReturnType<typeof openPage>> {
    const page = openPage(this.server, this.reader);
    this.#pages.push(page);
    await this.becomes(() => page.store.connection.state.value === "open");
    if (open) {
      page.store.rooms.open(this.roomId);
      await this.becomes(() => page.store.rooms.active.value?.state.ready.value === true);
    }
    return page;
  }

  /** Time passes until it is so. */
  async becomes(isSo: () => boolean | Promise<boolean>): Promise<void> {
    await until(async () => {
      this.clock.tick(250);
      for (const { env } of this.#pages) env.tick(250);
      await new Promise((resolve) => setTimeout(resolve, 1));
      return await isSo();
    });
  }

  close(page: ReturnType<typeof openPage>): void {
    page.stop();
    this.#pages = this.#pages.filter((other) => other !== page);
  }

  async listed(): Promise<number> {
    const room = (await listRooms(this.server.chat, this.reader.actor)).find(({ id }) => id === this.roomId);
    return room === undefined ? NaN : unreadOf(room);
  }

  /** Every page, and whoever asks anew, comes to what the log has. */
  async agrees(): Promise<number> {
    const { chat } = this.server;
    let [expected, listed] = [0, 0];
    const shown = () =>
      this.#pages.map(({ store }) => {
        const room = store.rooms.all.value.find(({ id }) => id === this.roomId);
        return [room === undefined ? NaN : store.rooms.unreadIn(room), store.rooms.unread.value];
      });
    // a page may yet tell what was read there
    await this.becomes(async () => {
      expected = await countInLog(chat, this.reader.actor.user_id, this.roomId);
      listed = await this.listed();
      return [listed, ...shown().flat()].every((count) => count === expected);
    }).catch(() => {});
    assertEquals(shown(), this.#pages.map(() => [expected, expected]), "live, in the room's badge and in the title");
    assertEquals(listed, expected, "asked anew");
    return expected;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const page of this.#pages) page.stop();
    await this.server[Symbol.asyncDispose]();
  }
}

Deno.test("[N5] after three messages are sent and deleted the unread count is 0, live and when the list is read again", async () => {
  await using world = await World.open();
  const { server: { chat }, writer, roomId: room_id } = world;
  await world.page(false);
  await world.page(true);
  const sent = [];
  for (let i = 0; i < 3; i++) sent.push(await sendMessage(chat, writer.actor, { room_id, content: `m${i}` }));
  assertEquals(await world.agrees(), 3);
  for (const { id } of sent) await deleteMessage(chat, writer.actor, { room_id, message_id: id });
  assertEquals(await world.agrees(), 0);
  await sendMessage(chat, writer.actor, { room_id, content: "and on" });
  assertEquals(await world.agrees(), 1);
});

for (const seed of [1, 2, 3, 4, 30, 43]) {
  Deno.test(`[N5] pages, lists of rooms and the log have equal unread counts after random sends, deletes, erasures and reads (seed ${seed})`, async () => {
    await using world = await World.open();
    const { server: { chat }, writer, reader, roomId: room_id } = world;
    const next = random(seed);
    const below = (n: number) => Math.floor(next() * n);
    const closed = await world.page(false);
    let open = await world.page(true);
    let sent: { id: string; seq: number; by: Person }[] = [];
    const head = async () => (await chat.kv.get(keys.head(room_id))).value ?? { seq: 0, floor: 0, messages: 0 };
    const act = async () => {
      const one = sent[below(sent.length)];
      const what = next();
      // who marks something unread sees what they have sent
      if (what >= 0.78 && what < 0.92) await world.agrees();
      if (one === undefined || what < 0.4) {
        const by = next() < 0.8 ? writer : reader;
        sent.push({ ...await sendMessage(chat, by.actor, { room_id, content: `m${sent.length}` }), by });
      } else if (what < 0.65) {
        await deleteMessage(chat, one.by.actor, { room_id, message_id: one.id });
        sent = sent.filter((other) => other !== one);
      } else if (what < 0.7) {
        await editMessage(chat, one.by.actor, { room_id, message_id: one.id, content: `e${next()}` });
      } else if (what < 0.78) await markRead(chat, reader.actor, { room_id, seq: one.seq });
      else if (what < 0.84) await open.store.rooms.session(room_id)?.markUnread(one.seq).catch(ignoreNoAnswer);
      else if (what < 0.88) {
        open.store.rooms.sight.show(room_id, false);
        open.store.rooms.session(room_id)?.markRead(one.seq);
      } else if (what < 0.92) await markRead(chat, reader.actor, { room_id, seq: one.seq - 1, unread: true });
      else if (what < 0.95) {
        const { value: item } = await chat.kv.get(keys.item(room_id, one.seq));
        if (item !== null) await trimTo(chat, room_id, { floor: one.seq, messages: item.messages });
        sent = sent.filter(({ seq }) => seq > one.seq);
        if (next() < 0.5) await sweep(chat.kv, chat.clock);
      } else if (what < 0.98) {
        world.close(open);
        open = await world.page(next() < 0.7);
      } else if (closed.store.connection.state.value === "open") {
        closed.store.rooms.open(next() < 0.5 ? room_id : "general");
      }
    };
    for (let round = 0; round < 12; round++) {
      for (let n = 1 + below(8); n > 0; n--) await act();
      await world.agrees();
    }
    // nothing is kept of what is gone
    await sweep(chat.kv, chat.clock);
    const { floor } = await head();
    const left = await chat.kv.list(ranges.unshown(room_id, 0), { limit: 1_000 });
    for (const { key } of left) {
      const item = (await chat.kv.get(keys.item(room_id, Number(key[2])))).value;
      assertEquals([item?.kind === "message" && item.deleted !== undefined, Number(key[2]) > floor], [true, true]);
    }
  });
}

function ignoreNoAnswer(error: unknown): void {
  if (!(error instanceof ChatError)) throw error;
}
