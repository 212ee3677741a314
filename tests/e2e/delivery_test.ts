/**
 * Nothing lost, nothing doubled, one order (D1-D6), by force: eight senders and six readers of different kinds, edits,
 * deletes and removals among the sends, connections cut at random, the server killed with -9 and started again.
 *
 * A run is a function of its seed, as far as the scheduler lets it be: a failure prints it, and
 * `DELIVERY_SEED=<n> deno task test tests/e2e/delivery_test.ts` starts the same choices again.
 */
import { assert, assertEquals } from "@std/assert";
import { getJson, type Json, post, request, type Session, signUp, TestSocket } from "../support/client.ts";
import { type ServerProcess, startProcess } from "../support/server_process.ts";

const SENDS_EACH = 40;
const SENDERS = 8;
const KILLS = 2;

for (const transport of ["native", "guarded"] as const) {
  Deno.test(`[D1] [D2] [D3] [D4] every acknowledged message exactly once and in one order, over cuts and kill -9 (${transport})`, async () => {
    const seed = Number(Deno.env.get("DELIVERY_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
    try {
      await run(transport, seed);
    } catch (error) {
      console.error(`DELIVERY_SEED=${seed} (${transport})`);
      throw error;
    }
  });
}

interface World {
  random: () => number;
  server: ServerProcess;
  origin: string;
  /** Resolves when the server is up; replaced while it is down. */
  up: Promise<void>;
  room: string;
  done: boolean;
}

async function run(transport: string, seed: number): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "parley-delivery-" });
  const start = (port: string) => startProcess(dir, { SOCKETS: transport, PORT: port });
  const server = await start("0");
  const world: World = {
    random: mulberry32(seed),
    server,
    origin: server.origin,
    up: Promise.resolve(),
    room: "",
    done: false,
  };
  try {
    const people: Session[] = [];
    for (let i = 0; i < SENDERS + 2; i++) people.push(await signUp(world.origin, `person${i}`));
    const [owner, guest] = [people[SENDERS], people[SENDERS + 1]];
    assert(owner !== undefined && guest !== undefined);
    const made = await post(world.origin, "/api/rooms", { name: "Delivery", kind: "public" }, owner);
    world.room = (await made.json()).id;
    for (const person of people) {
      await (await post(world.origin, `/api/rooms/${world.room}/members`, {}, person)).body?.cancel();
    }

    const readers = [
      new SocketReader(world, owner, "parley.1", 0),
      new SocketReader(world, owner, undefined, 0),
      new SocketReader(world, owner, "parley.1", 0.2),
      new SocketReader(world, owner, undefined, 0.2),
      new SocketReader(world, owner, "parley.1", 0.6),
      new RestReader(world, owner),
    ];
    const reading = readers.map((reader) => reader.run());
    // a first snapshot is the whole log only while nothing has changed an item
    while (readers.some(({ seen }) => seen.length === 0)) await pause(5);
    const senders = people.slice(0, SENDERS).map((session, i) => new Sender(world, session, i));
    const killing = killer(world, start);
    const inAndOut = comeAndGo(world, owner, guest);
    await Promise.all(senders.map((sender) => sender.run()));
    await Promise.all([killing, inAndOut]);
    world.done = true;
    const log = await wholeLog(world, owner);
    await Promise.all(readers.map((reader) => reader.reach(log.length)));
    await Promise.all(reading);
    check(log, senders, readers);
  } finally {
    world.done = true;
    await world.server[Symbol.asyncDispose]();
    await Deno.remove(dir, { recursive: true });
  }
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
    const page = await getJson(world.origin, `/api/rooms/${world.room}/events?after=${log.length}&limit=100`, session);
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
      const reply = await this.#until({ type: "chat_message", room_id: world.room, content: client_id, client_id });
      this.acknowledged.set(client_id, reply);
      const what = world.random();
      const message_id = reply.id;
      const base = { room_id: world.room, message_id };
      if (what < 0.15) await this.#until({ type: "edit_message", ...base, content: `${client_id}, edited` });
      else if (what < 0.25) await this.#until({ type: "delete_message", ...base });
      else if (what < 0.4) await this.#until({ type: "react", ...base, emoji: "👍" });
      else if (what < 0.5) {
        await this.#until({ type: "chat_message", room_id: world.room, content: client_id, client_id });
      }
      if (world.random() < 0.05) this.#socket?.cut();
    }
    this.#socket?.close();
  }

  /** Repeats the command until it is answered, as a client does. */
  async #until(command: Json): Promise<Json> {
    for (;;) {
      await this.world.up;
      try {
        this.#socket ??= await TestSocket.open(this.world.origin, this.session);
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
    readonly session: Session,
    readonly protocol: string | undefined,
    readonly cuts: number,
  ) {
    super();
    this.name = `the socket reader (${protocol ?? "no subprotocol"}, ${cuts} cuts)`;
  }

  async run(): Promise<void> {
    while (!this.ended) {
      await this.world.up;
      try {
        await this.#session();
      } catch (error) {
        if (error instanceof Error && error.name === "AssertionError") throw error;
        await pause(5);
      }
    }
  }

  async #session(): Promise<void> {
    const socket = await TestSocket.open(this.world.origin, this.session, this.protocol);
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

  constructor(readonly world: World, readonly session: Session) {
    super();
  }

  async run(): Promise<void> {
    while (!this.ended) {
      await this.world.up;
      try {
        const path = `/api/rooms/${this.world.room}/events?after=${this.seen.length}&limit=50`;
        const { events } = await getJson(this.world.origin, path, this.session);
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
    await pause(400 + world.random() * 600);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.up = promise;
    const port = String(world.server.port);
    await world.server.kill();
    world.server = await start(port);
    resolve();
  }
}

/** Somebody is removed and joins again, so that memberships are among the events. */
async function comeAndGo(world: World, owner: Session, guest: Session): Promise<void> {
  const members = `/api/rooms/${world.room}/members`;
  for (let i = 0; i < 6; i++) {
    await pause(150);
    await world.up;
    try {
      const path = `${members}/${guest.user.id}`;
      await (await request(world.origin, "DELETE", path, undefined, owner)).body?.cancel();
      await (await post(world.origin, members, {}, guest)).body?.cancel();
    } catch {
      // the server was being killed
    }
  }
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
