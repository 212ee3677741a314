/** A reader with any number of pages, on a server with a fake clock, whose unread counts must agree with the log. */
import { assertEquals } from "@std/assert";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import type { OpenSocket } from "../../lib/client/connection/connection.ts";
import { unreadOf } from "../../lib/client/room_list.ts";
import { ChatStore } from "../../lib/client/store.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { createRoom, listRooms } from "../../lib/chat/rooms/rooms.ts";
import { addMember } from "../../lib/chat/rooms/members.ts";
import { FakeEnvironment } from "../client/support.ts";
import { countInLog } from "../support/unread_counts.ts";
import { until } from "../support/until.ts";
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

export class World implements AsyncDisposable {
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
