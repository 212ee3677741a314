/** Two server processes on one store, of each kind that may be shared: users on both. */
import { assert, assertEquals } from "@std/assert";
import { getJson, type Json, post, request, type Session, signUp, TestSocket } from "../support/client.ts";
import { assertSilencedInTime } from "../support/flow.ts";
import { assertCountedEverywhere } from "../support/mention_counts.ts";
import { type ServerProcess, startProcess } from "../support/server_process.ts";
import { SHARED_STORES, type SharedStore } from "../support/shared_stores.ts";
import { assertUnreadEverywhere } from "../support/unread_counts.ts";
import { until } from "../support/until.ts";

class World implements AsyncDisposable {
  store!: SharedStore;
  a!: ServerProcess;
  b!: ServerProcess;
  #dir = "";
  readonly #sockets: TestSocket[] = [];

  static async open(openStore: () => Promise<SharedStore>): Promise<World> {
    const world = new World();
    world.store = await openStore();
    world.#dir = await Deno.makeTempDir({ prefix: "parley-processes-" });
    try {
      world.a = await world.start();
      world.b = await world.start();
      return world;
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
  }

  start(): Promise<ServerProcess> {
    return startProcess(this.#dir, this.store.env);
  }

  async join(server: ServerProcess, session: Session): Promise<TestSocket> {
    const socket = await TestSocket.open(server.origin, session);
    this.#sockets.push(socket);
    const reply = await socket.command({ type: "join_room", room_id: "general" });
    assert(reply.ok, JSON.stringify(reply));
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.a, this.b].map((server) => server?.[Symbol.asyncDispose]()));
    await Promise.all(this.#sockets.map(({ closed }) => closed));
    await this.store[Symbol.asyncDispose]();
    await Deno.remove(this.#dir, { recursive: true });
  }
}

const say = (content: string, client_id?: string) => ({
  type: "chat_message",
  room_id: "general",
  content,
  ...(client_id === undefined ? {} : { client_id }),
});

for (const [name, openStore] of Object.entries(SHARED_STORES)) {
  Deno.test(`${name}: messages, edits, typing, presence, profiles and new rooms cross between processes`, async () => {
    await using world = await World.open(openStore);
    const [ada, bob] = [await signUp(world.a.origin, "ada"), await signUp(world.b.origin, "bob")];
    const mine = await world.join(world.a, ada);
    const theirs = await world.join(world.b, bob);

    const sent = await mine.command(say("hello"));
    const came = await theirs.frame((frame) => frame.type === "chat_message" && frame.id === sent.id);
    assertEquals([came.content, came.seq, came.username], ["hello", sent.seq, "ada"]);
    await mine.command({ type: "edit_message", room_id: "general", message_id: sent.id, content: "hello!" });
    await theirs.frame((frame) => frame.type === "message_edited" && frame.content === "hello!");
    await theirs.command({ type: "react", room_id: "general", message_id: sent.id, emoji: "👍", op: "add" });
    await mine.frame((frame) => frame.type === "reaction" && frame.target === sent.id);

    await until(async () => {
      const { users } = await getJson(world.b.origin, `/api/users/status?user_id=${ada.user.id}`, bob);
      return users[0].online;
    });
    await mine.frame((frame) => isOnline(frame, bob));
    await theirs.frame((frame) => isOnline(frame, ada));
    await theirs.command({ type: "typing", room_id: "general", typing: true });
    await mine.frame((frame) => frame.type === "typing" && frame.users[0]?.username === "bob");
    await (await request(world.a.origin, "PATCH", "/api/me", { display_name: "Ada L." }, ada)).body?.cancel();
    await theirs.frame((frame) => frame.type === "user_updated" && frame.user.display_name === "Ada L.");

    const opened = await (await post(world.a.origin, "/api/rooms", { name: "Two", kind: "private" }, ada)).json();
    await (await post(world.a.origin, `/api/rooms/${opened.id}/members`, { user_id: bob.user.id }, ada)).body?.cancel();
    await theirs.frame((frame) => frame.type === "user" && frame.change === "room" && frame.room.id === opened.id);
    await mine.command({ ...say("psst"), room_id: opened.id });
    await theirs.frame((frame) =>
      frame.type === "room_activity" && frame.room_id === opened.id && frame.messages === 1
    );

    theirs.close();
    await mine.frame((frame) => frame.type === "presence" && frame.offline.includes(bob.user.id));
  });

  Deno.test(`${name}: [N4] a mention counts at once on each process, and reading on one clears it on the other`, async () => {
    await using world = await World.open(openStore);
    const [ada, bob] = [await signUp(world.a.origin, "ada"), await signUp(world.b.origin, "bob")];
    const devices = [];
    for (const server of [world.a, world.b]) {
      devices.push({ socket: await world.join(server, bob), origin: server.origin });
    }
    await assertCountedEverywhere(await world.join(world.a, ada), bob, devices);
  });

  Deno.test(`${name}: [N5] three messages sent and deleted leave no unread message on each process, by events and by a new list`, async () => {
    await using world = await World.open(openStore);
    const [ada, bob] = [await signUp(world.a.origin, "ada"), await signUp(world.b.origin, "bob")];
    const devices = [];
    for (const server of [world.a, world.b]) {
      devices.push({ socket: await world.join(server, bob), origin: server.origin });
    }
    await assertUnreadEverywhere(await world.join(world.a, ada), bob, devices);
  });

  Deno.test(`${name}: [D6] a sign-out ends the session's sockets in both processes while 100 messages/s flow`, async () => {
    await using world = await World.open(openStore);
    const [ada, bob] = [await signUp(world.a.origin, "ada"), await signUp(world.b.origin, "bob")];
    const here = await world.join(world.a, ada);
    const there = await world.join(world.b, ada);
    await assertSilencedInTime(world.a.origin, ada, [here, there], await world.join(world.b, bob));
  });

  Deno.test(`${name}: [D2] [D3] fifty equal sends over two processes are one message, and fifty others have one order`, async () => {
    await using world = await World.open(openStore);
    const ada = await signUp(world.a.origin, "ada");
    const [one, two] = [await world.join(world.a, ada), await world.join(world.b, ada)];
    const spread = <T>(send: (socket: TestSocket, i: number) => Promise<T>) =>
      Promise.all(Array.from({ length: 50 }, (_, i) => send(i % 2 === 0 ? one : two, i)));
    const equal = await spread((socket) => socket.command(say("once", "c1")));
    assertEquals(new Set(equal.map(({ id }) => id)).size, 1);
    const others = await spread((socket, i) => socket.command(say(`m${i}`, `m${i}`)));
    assert(others.every(({ ok }) => ok));
    const last = Math.max(...others.map(({ seq }) => seq));
    const orders = [one, two].map(async (socket) => {
      await socket.frame((frame) => frame.seq === last);
      return socket.frames.filter(({ type }) => type === "chat_message").map(({ seq, id }) => `${seq} ${id}`);
    });
    const [mine, theirs] = await Promise.all(orders);
    assertEquals(mine, theirs);
    assertEquals(mine?.length, 51);
  });

  Deno.test(`${name}: [D5] messages cross between processes while wake-ups break off, answers are lost and the store is briefly away`, async () => {
    await using world = await World.open(openStore);
    const [ada, bob] = [await signUp(world.a.origin, "ada"), await signUp(world.b.origin, "bob")];
    const mine = await world.join(world.a, ada);
    const theirs = await world.join(world.b, bob);
    const acknowledged: Json[] = [];
    for (let i = 0; i < 30; i++) {
      if (i % 3 === 0) await world.store.loseAnswer();
      if (i % 10 === 5) await world.store.cutWakes();
      if (i === 20) {
        await world.store.stop();
        await world.store.start();
      }
      let reply: Json;
      do reply = await mine.command(say(`m${i}`, `m${i}`)); while (reply.error?.code === "storage_unavailable");
      assert(reply.ok, JSON.stringify(reply));
      acknowledged.push(reply);
    }
    // one's own event comes after the reply
    for (const socket of [mine, theirs]) await socket.frame((frame) => frame.id === acknowledged.at(-1).id);
    const messages = (socket: TestSocket) => socket.frames.filter(({ type }) => type === "chat_message");
    assertEquals(messages(theirs).map(({ id }) => id), acknowledged.map(({ id }) => id));
    assertEquals(messages(mine).map(({ id }) => id), acknowledged.map(({ id }) => id));
  });

  Deno.test(`${name}: a process that starts while the store is away waits for it`, async () => {
    await using world = await World.open(openStore);
    const ada = await signUp(world.a.origin, "ada");
    const { refused, admit } = await world.store.refuse();
    const starting = world.start();
    await refused();
    await admit();
    await using server = await starting;
    await getJson(server.origin, "/api/me", ada);
  });

  Deno.test(`${name}: when a process stops, its users go offline in the other`, async () => {
    await using world = await World.open(openStore);
    const [ada, bob] = [await signUp(world.a.origin, "ada"), await signUp(world.b.origin, "bob")];
    const mine = await world.join(world.a, ada);
    await world.join(world.b, bob);
    await mine.frame((frame) => isOnline(frame, bob));
    assertEquals(await world.b.stop(), 0);
    await mine.frame((frame) => frame.type === "presence" && frame.offline.includes(bob.user.id));
  });
}

function isOnline(frame: Json, { user }: Session): boolean {
  const people = frame.type === "presence" ? frame.online : frame.type === "snapshot" ? frame.present : [];
  return people.some(({ id }: Json) => id === user.id);
}
