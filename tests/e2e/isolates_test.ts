/** Two isolates that share a port, and one that holds the store: users on both, and one of them dies. */
import { assert, assertEquals } from "@std/assert";
import { silentLog } from "../../lib/base/log.ts";
import { openServer } from "../../lib/server/server.ts";
import type { Server } from "../../lib/server/server_handle.ts";
import { testConfig } from "../support/chat.ts";
import { getJson, type Json, request, type Session, signUp, TestSocket } from "../support/client.ts";
import { assertSilencedInTime } from "../support/flow.ts";
import type { Asked, Told } from "../support/failing_worker.ts";
import { assertCountedEverywhere } from "../support/mention_counts.ts";
import { assertUnreadEverywhere } from "../support/unread_counts.ts";
import { PATIENCE_MS, until } from "../support/until.ts";

const CHANNEL = "parley-test-isolates"; // importing it would patch this isolate's hub
const WORKER = new URL("../support/failing_worker.ts", import.meta.url);

class World implements AsyncDisposable {
  readonly errors: string[] = [];
  readonly #channel = new BroadcastChannel(CHANNEL);
  readonly #sockets: TestSocket[] = [];
  readonly #waiting = new Map<string, (isolate: string) => void>();
  server!: Server;

  static async open(transport: "native" | "guarded"): Promise<World> {
    const world = new World();
    world.#channel.onmessage = ({ data }: MessageEvent<Told>) => {
      if (data.type === "here") world.#waiting.get(data.connection_id)?.(data.isolate);
    };
    const config = testConfig({ isolates: 2, limits: false, sockets: transport, logLevel: "error" });
    const log = { ...silentLog, error: (message: string) => void world.errors.push(message) };
    world.server = await openServer(config, { log, worker: WORKER });
    return world;
  }

  /** A socket subscribed to `general`. */
  async join(session: Session): Promise<TestSocket> {
    const socket = await TestSocket.open(this.server.url, session);
    this.#sockets.push(socket);
    const reply = await socket.command({ type: "join_room", room_id: "general" });
    assert(reply.ok, JSON.stringify(reply));
    return socket;
  }

  /** In another isolate than a socket's. The system spreads connections, so it takes a few. */
  async joinElsewhere(than: TestSocket, session: Session): Promise<TestSocket> {
    const there = await this.isolateOf(than);
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
      const socket = await this.join(session);
      if (await this.isolateOf(socket) !== there) return socket;
      socket.close();
      await socket.closed;
    }
    throw new Error(`every connection comes to ${there}`);
  }

  async isolateOf(socket: TestSocket): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#waiting.set(await idOf(socket), resolve);
    await this.#ask("where", socket);
    return await promise;
  }

  /** The isolate of this socket ends with an uncaught error. */
  async fail(socket: TestSocket): Promise<void> {
    await this.#ask("fail", socket);
  }

  async #ask(type: Asked["type"], socket: TestSocket): Promise<void> {
    this.#channel.postMessage({ type, connection_id: await idOf(socket) } satisfies Asked);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await Promise.all(this.#sockets.map(({ closed }) => closed));
    this.#channel.close();
  }
}

async function idOf(socket: TestSocket): Promise<string> {
  return (await socket.frame((frame) => frame.type === "hello")).connection_id;
}

for (const transport of ["native", "guarded"] as const) {
  Deno.test(`${transport}: messages, edits, typing, presence and profiles cross between isolates`, async () => {
    await using world = await World.open(transport);
    const { url } = world.server;
    const [ada, bob] = [await signUp(url, "ada"), await signUp(url, "bob")];
    const mine = await world.join(ada);
    const theirs = await world.joinElsewhere(mine, bob);

    const sent = await mine.command({ type: "chat_message", room_id: "general", content: "hello" });
    // whichever isolate answers, it answers for all
    await until(async () => {
      const text = await (await request(url, "GET", "/metrics", undefined, ada)).text();
      return /^parley_isolates 3$/m.test(text) && /^parley_sockets 2$/m.test(text) &&
        /^parley_commands_total\{type="chat_message"\} 1$/m.test(text);
    });
    const came = await theirs.frame((frame) => frame.type === "chat_message" && frame.id === sent.id);
    assertEquals([came.content, came.seq, came.username], ["hello", sent.seq, "ada"]);
    await mine.command({ type: "edit_message", room_id: "general", message_id: sent.id, content: "hello!" });
    await theirs.frame((frame) => frame.type === "message_edited" && frame.target === sent.id);
    await theirs.command({ type: "react", room_id: "general", message_id: sent.id, emoji: "👍", op: "add" });
    await mine.frame((frame) => frame.type === "reaction" && frame.target === sent.id);

    await theirs.command({ type: "typing", room_id: "general", typing: true });
    await mine.frame((frame) => frame.type === "typing" && frame.users[0]?.username === "bob");

    // one isolate says who is there, whichever is asked
    await until(async () => {
      const { users } = await getJson(url, `/api/users/status?user_id=${ada.user.id}&user_id=${bob.user.id}`, ada);
      return users.every(({ online }: Json) => online);
    });
    await mine.frame((frame) => isOnline(frame, bob));
    await theirs.frame((frame) => isOnline(frame, ada));
    theirs.close();
    await mine.frame((frame) => frame.type === "presence" && frame.offline.includes(bob.user.id));
  });

  Deno.test(`${transport}: [N4] [N5] unread and mention counts are equal in both isolates, and reading in one clears them in the other`, async () => {
    await using world = await World.open(transport);
    const { url } = world.server;
    const [ada, bob] = [await signUp(url, "ada"), await signUp(url, "bob")];
    const author = await world.join(ada);
    const there = await world.joinElsewhere(author, bob);
    const here = await world.joinElsewhere(there, bob);
    const devices = [here, there].map((socket) => ({ socket, origin: url }));
    await assertCountedEverywhere(author, bob, devices);
    await assertUnreadEverywhere(author, bob, devices);
  });

  Deno.test(`${transport}: [D6] a sign-out ends the session's sockets in both isolates while 100 messages/s flow`, async () => {
    await using world = await World.open(transport);
    const { url } = world.server;
    const [ada, bob] = [await signUp(url, "ada"), await signUp(url, "bob")];
    const one = await world.join(ada);
    const two = await world.joinElsewhere(one, ada);
    await assertSilencedInTime(url, ada, [one, two], await world.join(bob));
  });

  Deno.test(`${transport}: [D3] fifty equal sends over two isolates are one message`, async () => {
    await using world = await World.open(transport);
    const ada = await signUp(world.server.url, "ada");
    const one = await world.join(ada);
    const two = await world.joinElsewhere(one, ada);
    const send = { type: "chat_message", room_id: "general", content: "once", client_id: "c1" };
    const replies = await Promise.all(Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? one : two).command(send)));
    assertEquals(new Set(replies.map(({ id }) => id)).size, 1);
    assertEquals(replies.filter(({ duplicate }) => !duplicate).length, 1);
  });

  Deno.test(`${transport}: [D1] an isolate that fails is replaced, and no acknowledged message is lost`, async () => {
    await using world = await World.open(transport);
    const { url } = world.server;
    const [ada, bob] = [await signUp(url, "ada"), await signUp(url, "bob")];
    const doomed = await world.join(ada);
    const safe = await world.joinElsewhere(doomed, bob);
    const failed = await world.isolateOf(doomed);
    await safe.frame((frame) => isOnline(frame, ada));

    const acknowledged: Json[] = [];
    const sending = (async () => {
      try {
        for (let i = 0;; i++) {
          acknowledged.push(await doomed.command({ type: "chat_message", room_id: "general", content: `m${i}` }));
        }
      } catch { /* it was cut off */ }
    })();
    await until(() => acknowledged.length > 20);
    await world.fail(doomed);
    await sending;
    await doomed.closed;

    for (const { id } of acknowledged) await safe.frame((frame) => frame.id === id);
    const seqs = safe.frames.filter((frame) => frame.type === "chat_message").map(({ seq }) => seq);
    assertEquals(seqs, seqs.map((_, i) => seqs[0] + i), "without a gap");
    await safe.frame((frame) => frame.type === "presence" && frame.offline.includes(ada.user.id));

    // the other goes on meanwhile, and a new one comes in its place
    const again = await world.joinElsewhere(safe, ada);
    const name = await world.isolateOf(again);
    assert(name !== failed, `${name} is new`);
    const sent = await again.command({ type: "chat_message", room_id: "general", content: "back" });
    await safe.frame((frame) => frame.id === sent.id);
    assertEquals(world.errors, ["an isolate ended and is replaced; its clients reconnect"]);
  });
}

Deno.test("isolates: another server cannot listen on their port", async () => {
  await using world = await World.open("native");
  const config = testConfig({ isolates: 2, port: world.server.port });
  let error: unknown;
  await openServer(config, { log: silentLog }).then((server) => server.close(), (e) => error = e);
  assert(error instanceof Deno.errors.AddrInUse, String(error));
});

function isOnline(frame: Json, { user }: Session): boolean {
  const people = frame.type === "presence" ? frame.online : frame.type === "snapshot" ? frame.present : [];
  return people.some(({ id }: Json) => id === user.id);
}
