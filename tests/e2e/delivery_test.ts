/**
 * Nothing lost, nothing doubled, one order (D1-D6), by force: eight senders and seven readers of different kinds, edits,
 * deletes and removals among the sends, connections cut at random, a server killed with -9 and started again; on either
 * transport, on two isolates, and on two processes of one store (KV Connect, PostgreSQL).
 *
 * A run is a function of its seed, as far as the scheduler lets it be: a failure prints it, and
 * `DELIVERY_SEED=<n> deno task test tests/e2e/delivery_test.ts` starts the same choices again.
 * `deno task soak:delivery` repeats longer runs until one fails.
 *
 * Each of these breaks was made by hand once, and seen to fail here:
 * - D1, append_try.ts answers before it commits: the two processes lose acknowledged messages (`no_such_message`).
 * - D3, rules_messages.ts does not look for `sent`: "is in the log once" finds two.
 * - D5, append_try.ts announces before it commits: readers of the two processes saw what never was; their cursor is unknown.
 * - D6a, delivery.ts goes on after a `leave`: the removed member's socket hears more.
 */
import { assert, assertEquals } from "@std/assert";
import { getJson, type Json, post, request, type Session, signUp, TestSocket } from "../support/client.ts";
import { KvConnectServer } from "../support/kv_connect.ts";
import { freePort } from "../support/port.ts";
import { sharedPostgres } from "../support/postgres.ts";
import { type ServerProcess, startProcess } from "../support/server_process.ts";

const SENDS_EACH = Number(Deno.env.get("DELIVERY_SENDS") ?? 20);
const SENDERS = 8;
const KILLS = Math.ceil(SENDS_EACH / 10);

interface Kind {
  name: string;
  env: Record<string, string>;
  processes: 1 | 2;
  postgres?: true;
}

const KINDS: Kind[] = [
  { name: "native", env: { SOCKETS: "native" }, processes: 1 },
  { name: "guarded", env: { SOCKETS: "guarded" }, processes: 1 },
  { name: "two isolates", env: { ISOLATES: "2", SOCKETS: "guarded" }, processes: 1 },
  { name: "two isolates, native", env: { ISOLATES: "2", SOCKETS: "native" }, processes: 1 },
  { name: "two processes on KV Connect", env: { SOCKETS: "guarded" }, processes: 2 },
  { name: "two processes on PostgreSQL", env: { SOCKETS: "guarded" }, processes: 2, postgres: true },
];

for (const kind of KINDS) {
  Deno.test(`[D1] [D2] [D3] [D4] [D5] [D6] every acknowledged message exactly once and in one order, over cuts and kill -9: ${kind.name}`, async () => {
    const seed = Number(Deno.env.get("DELIVERY_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
    try {
      await run(kind, seed);
    } catch (error) {
      console.error(`DELIVERY_SEED=${seed} (${kind.name})`);
      throw error;
    }
  });
}

interface World {
  random: () => number;
  servers: ServerProcess[];
  /** Resolves when that server is up; replaced while it is down. */
  up: Promise<void>[];
  room: string;
}

/** The server that the n-th client talks to; known again after each restart by its port. */
function originOf(world: World, n: number): string {
  return world.servers[n % world.servers.length]?.origin ?? "";
}

function upOf(world: World, n: number): Promise<void> {
  return world.up[n % world.up.length] ?? Promise.resolve();
}

async function run(kind: Kind, seed: number): Promise<void> {
  const world: World = { random: mulberry32(seed), servers: [], up: [], room: "" };
  await using resources = new AsyncDisposableStack();
  const dir = await Deno.makeTempDir({ prefix: "parley-delivery-" });
  resources.defer(() => Deno.remove(dir, { recursive: true }));
  // little room for each socket, so that long messages are resumed in parts
  const env = { ...kind.env, MAX_QUEUED_BYTES: "131072" };
  if (kind.postgres) Object.assign(env, { KV_URL: await (await sharedPostgres()).database() });
  else if (kind.processes === 2) {
    const store = resources.use(await KvConnectServer.open());
    // whatever is acknowledged or announced before its commit is lost with the process that did it
    store.writeDelay = () => world.random() < 0.5 ? 20 : 0;
    Object.assign(env, { KV_URL: store.url, DENO_KV_ACCESS_TOKEN: store.token });
  }
  const start = (port: string) => startProcess(dir, { ...env, PORT: port });
  resources.defer(async () => void await Promise.all(world.servers.map((server) => server[Symbol.asyncDispose]())));
  for (let i = 0; i < kind.processes; i++) {
    world.servers.push(await start(String(freePort())));
    world.up.push(Promise.resolve());
  }

  const people: Session[] = [];
  for (let i = 0; i < SENDERS + 2; i++) people.push(await signUp(originOf(world, 0), `person${i}`));
  const [owner, guest] = [people[SENDERS], people[SENDERS + 1]];
  assert(owner !== undefined && guest !== undefined);
  const made = await post(originOf(world, 0), "/api/rooms", { name: "Delivery", kind: "public" }, owner);
  world.room = (await made.json()).id;
  for (const person of people) await ok(post(originOf(world, 0), `/api/rooms/${world.room}/members`, {}, person));

  const readers = [
    new SocketReader(world, 0, owner, "parley.1", 0),
    new SocketReader(world, 1, owner, null, 0),
    new SocketReader(world, 0, owner, "parley.1", 0.2),
    new SocketReader(world, 1, owner, null, 0.2),
    new SocketReader(world, 1, owner, "parley.1", 0.6),
    new RestReader(world, 0, owner),
    new RestReader(world, 1, owner),
  ];
  const reading = readers.map((reader) => reader.run());
  // a first snapshot is the whole log only while nothing has changed an item
  while (readers.some(({ seen }) => seen.length === 0)) await Promise.race([pause(5), Promise.all(reading)]);
  const senders = people.slice(0, SENDERS).map((session, i) => new Sender(world, session, i));
  const working = Promise.all([
    ...senders.map((sender) => sender.run()),
    killer(world, start),
    comeAndGo(world, owner, guest),
  ]);
  // a reader that sees something wrong ends the run at once
  await Promise.race([working, Promise.all(reading)]);
  await working;
  const log = await wholeLog(world, owner);
  await Promise.all([...readers.map((reader) => reader.reach(log.length)), ...reading]);
  check(log, senders, readers);
}

async function ok(response: Promise<Response>): Promise<void> {
  await (await response).body?.cancel();
}

// ---- what must hold

function check(log: Json[], senders: Sender[], readers: Reader[]): void {
  assertEquals(log.map(({ seq }) => seq), log.map((_, i) => i + 1), "the log has no gap");
  const sent = log.filter(({ type }) => type === "chat_message");
  const byClientId = Map.groupBy(sent, ({ user_id, client_id }) => `${user_id} ${client_id}`);
  for (const [name, copies] of byClientId) assertEquals(copies.length, 1, `${name} is in the log once`);
  for (const sender of senders) {
    assertEquals(sender.acknowledged.size, SENDS_EACH, "every send was acknowledged in the end");
    for (const [clientId, reply] of sender.acknowledged) {
      const [message] = byClientId.get(`${sender.session.user.id} ${clientId}`) ?? [];
      assertEquals([message?.id, message?.seq], [reply.id, reply.seq], `acknowledged ${clientId} is in the log`);
    }
  }
  const truth = log.map(identity);
  const texts = finalTexts(log);
  for (const reader of readers) {
    assertEquals(reader.seen.map(identity), truth, `${reader.name} saw the log, whole and in order`);
    assertEquals(finalTexts(reader.seen), texts, `${reader.name} ends with the present texts`);
  }
}

/** What is the same for every reader (D2). */
function identity({ seq, id, type, target }: Json): string {
  return `${seq} ${id} ${type} ${target ?? ""}`;
}

/** Every message's text after all that happened to it. */
function finalTexts(events: Json[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const event of events) {
    if (event.type === "chat_message") texts[event.id] = event.content;
    if (event.type === "message_edited") texts[event.target] = event.content;
    if (event.type === "message_deleted") texts[event.target] = "";
  }
  return texts;
}

async function wholeLog(world: World, session: Session): Promise<Json[]> {
  const log: Json[] = [];
  for (;;) {
    const page = await getJson(
      originOf(world, 0),
      `/api/rooms/${world.room}/events?after=${log.length}&limit=100`,
      session,
    );
    log.push(...page.events);
    if (page.events.length === 0) return log;
  }
}

// ---- who sends

class Sender {
  readonly acknowledged = new Map<string, Json>();
  #socket: TestSocket | undefined;

  constructor(readonly world: World, readonly session: Session, readonly index: number) {}

  async run(): Promise<void> {
    const { world } = this;
    for (let i = 0; i < SENDS_EACH; i++) {
      const client_id = `s${this.index}-${i}`;
      const content = i % 3 === 0 ? `${client_id} `.padEnd(3_000, "x") : client_id;
      const reply = await this.#until({ type: "chat_message", room_id: world.room, content, client_id });
      this.acknowledged.set(client_id, reply);
      const what = world.random();
      const message_id = reply.id;
      const base = { room_id: world.room, message_id };
      if (what < 0.15) await this.#until({ type: "edit_message", ...base, content: `${client_id}, edited` });
      else if (what < 0.25) await this.#until({ type: "delete_message", ...base });
      else if (what < 0.4) await this.#until({ type: "react", ...base, emoji: "👍" });
      else if (what < 0.5) {
        await this.#until({ type: "chat_message", room_id: world.room, content, client_id });
      }
      if (world.random() < 0.05) this.#socket?.cut();
    }
    this.#socket?.close();
  }

  /** Repeats the command until it is answered, as a client does. */
  async #until(command: Json): Promise<Json> {
    for (;;) {
      await upOf(this.world, this.index);
      try {
        this.#socket ??= await TestSocket.open(originOf(this.world, this.index), this.session);
        const reply = await this.#socket.command(command);
        if (reply.ok === true) return reply;
        const { code } = reply.error;
        assert(["storage_unavailable", "shutting_down", "overloaded"].includes(code), JSON.stringify(reply));
      } catch (error) {
        if (error instanceof Error && error.name === "AssertionError") throw error;
        this.#socket = undefined;
        await pause(5);
      }
    }
  }
}

// ---- who reads

interface Reader {
  readonly name: string;
  readonly seen: Json[];
  run(): Promise<void>;
  /** Resolves when it has seen that many events. */
  reach(count: number): Promise<void>;
}

class Seen {
  readonly seen: Json[] = [];
  #reached: (() => void) | undefined;
  #goal = Infinity;
  ended = false;

  take(event: Json): void {
    assertEquals(event.seq, this.seen.length + 1, "events come in order, without a gap, none twice");
    this.seen.push(event);
    if (this.seen.length >= this.#goal) this.#reached?.();
  }

  reach(count: number): Promise<void> {
    this.#goal = count;
    return new Promise<void>((resolve) => {
      this.#reached = () => {
        this.ended = true;
        resolve();
      };
      if (this.seen.length >= count) this.#reached();
    });
  }
}

/** Reads by socket; `cuts` is how often a second it loses its connection and resumes. */
class SocketReader extends Seen implements Reader {
  readonly name: string;
  #cursor: string | undefined;

  constructor(
    readonly world: World,
    readonly server: number,
    readonly session: Session,
    readonly protocol: string | null,
    readonly cuts: number,
  ) {
    super();
    this.name = `the socket reader (${protocol ?? "no subprotocol"}, ${cuts} cuts)`;
  }

  async run(): Promise<void> {
    while (!this.ended) {
      await upOf(this.world, this.server);
      try {
        await this.#session();
      } catch (error) {
        if (error instanceof Error && error.name === "AssertionError") throw error;
        await pause(5);
      }
    }
  }

  async #session(): Promise<void> {
    const socket = await TestSocket.open(originOf(this.world, this.server), this.session, { protocol: this.protocol });
    let wrong: unknown;
    const hello = await socket.frame(({ type }) => type === "hello");
    socket.onFrame = (frame) => {
      try {
        this.#frame(hello.epoch, frame);
      } catch (error) {
        wrong = error;
        socket.cut();
      }
      if (this.ended || this.world.random() < this.cuts / 50) socket.cut();
    };
    const since = this.#cursor === undefined ? {} : { since: this.#cursor };
    await socket.command({ type: "join_room", room_id: this.world.room, ...since });
    if (this.ended) socket.cut();
    const ended = this.#whenEnded(socket);
    await socket.closed;
    ended();
    if (wrong !== undefined) throw wrong;
  }

  #whenEnded(socket: TestSocket): () => void {
    const timer = setInterval(() => this.ended && socket.cut(), 20);
    return () => clearInterval(timer);
  }

  #frame(epoch: string, frame: Json): void {
    if (frame.room_id !== this.world.room) return;
    assert(frame.type !== "reset", `a reset is not due: ${JSON.stringify(frame)}`);
    if (frame.type === "snapshot") {
      // the room is young: its first snapshot is its whole log of items, and nothing has changed an item yet
      for (const event of frame.events) this.take(event);
      this.#cursor = frame.cursor;
    } else if (typeof frame.seq === "number" && typeof frame.id === "string") {
      this.take(frame);
      this.#cursor = `${epoch}:${frame.id}`;
    }
  }
}

/** Reads by polling the REST endpoint of the whole sequence. */
class RestReader extends Seen implements Reader {
  readonly name = "the REST reader";

  constructor(readonly world: World, readonly server: number, readonly session: Session) {
    super();
  }

  async run(): Promise<void> {
    while (!this.ended) {
      await upOf(this.world, this.server);
      try {
        const path = `/api/rooms/${this.world.room}/events?after=${this.seen.length}&limit=50`;
        const { events } = await getJson(originOf(this.world, this.server), path, this.session);
        for (const event of events) this.take(event);
      } catch (error) {
        if (error instanceof Error && error.name === "AssertionError") throw error;
      }
      await pause(15);
    }
  }
}

// ---- what goes wrong

async function killer(world: World, start: (port: string) => Promise<ServerProcess>): Promise<void> {
  for (let i = 0; i < KILLS; i++) {
    await pause(200 + world.random() * 400);
    const n = i % world.servers.length;
    const server = world.servers[n];
    assert(server !== undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.up[n] = promise;
    await server.kill();
    world.servers[n] = await start(String(server.port));
    resolve();
  }
}

/**
 * Somebody is removed and comes back, again and again, with a socket that listens all the time: after event n, which
 * removed them, it hears nothing of the room until it joins anew (D6a).
 */
async function comeAndGo(world: World, owner: Session, guest: Session): Promise<void> {
  const members = `/api/rooms/${world.room}/members`;
  for (let i = 0; i < 8; i++) {
    await Promise.all([upOf(world, i), upOf(world, i + 1)]);
    try {
      const socket = await TestSocket.open(originOf(world, i + 1), guest);
      await socket.command({ type: "join_room", room_id: world.room });
      await pause(60 + world.random() * 60);
      await ok(request(originOf(world, i), "DELETE", `${members}/${guest.user.id}`, undefined, owner));
      // whatever is on its way has come when a later command is answered
      await pause(50);
      await socket.command({ type: "ping" });
      socket.cut();
      await socket.closed;
      silentAfterRemoval(world.room, guest, socket.frames);
    } catch (error) {
      if (error instanceof Error && error.name === "AssertionError") throw error;
      // the server was being killed
    }
  }
}

function silentAfterRemoval(room: string, guest: Session, frames: Json[]): void {
  const mine = frames.filter((frame) => frame.room_id === room && typeof frame.seq === "number" && "id" in frame);
  const at = mine.findIndex(({ type, user_id }) => type === "leave" && user_id === guest.user.id);
  if (at >= 0) assertEquals(mine.slice(at + 1).map(identity), [], "a removed member hears nothing more");
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A small seeded generator of numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
