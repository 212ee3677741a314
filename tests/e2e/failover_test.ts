/**
 * The primary of a PostgreSQL database dies under traffic of two processes, and its standby is promoted. With a
 * synchronous standby nothing is lost; with one that lags, what was acknowledged last is, and clients are reset (D4).
 */
import { assert, assertEquals } from "@std/assert";
import { getJson, type Json, type Session, signUp, TestSocket } from "../support/client.ts";
import { PostgresServer } from "../support/postgres.ts";
import { type ServerProcess, startProcess } from "../support/server_process.ts";
import { until } from "../support/until.ts";

interface World extends AsyncDisposable {
  primary: PostgresServer;
  standby: PostgresServer;
  servers: [ServerProcess, ServerProcess];
  join(server: ServerProcess, session: Session, since?: string): Promise<TestSocket>;
}

async function open(isSynchronous: boolean): Promise<World> {
  await using all = new AsyncDisposableStack();
  const primary = all.use(await PostgresServer.start());
  const standby = all.use(await primary.standby("standby"));
  if (isSynchronous) {
    await primary.configure({ synchronous_standby_names: "standby" });
    await primary.reload();
    await until(async () => await primary.ask("SELECT sync_state FROM pg_stat_replication") === "sync");
  }
  await primary.ask("CREATE DATABASE chat");
  const dir = await Deno.makeTempDir({ prefix: "parley-failover-" });
  all.defer(() => Deno.remove(dir, { recursive: true }));
  const env = { KV_URL: `postgres://parley@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/chat` };
  const start = async () => all.use(await startProcess(dir, env));
  const servers: World["servers"] = [await start(), await start()];
  const kept = all.move();
  const sockets: TestSocket[] = [];
  return {
    ...{ primary, standby, servers },
    async join(server, session, since) {
      const socket = await TestSocket.open(server.origin, session);
      sockets.push(socket);
      const reply = await socket.command({ type: "join_room", room_id: "general", ...(since && { since }) });
      assert(reply.ok, JSON.stringify(reply));
      return socket;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.cut();
      await Promise.all(sockets.map(({ closed }) => closed));
      await kept.disposeAsync();
    },
  };
}

/** Sends until it is acknowledged, as a client does. */
async function say(socket: TestSocket, client_id: string): Promise<Json> {
  for (;;) {
    const reply = await socket.command({ type: "chat_message", room_id: "general", content: client_id, client_id });
    if (reply.ok) return reply;
    assert(reply.error.retry_after !== undefined, JSON.stringify(reply));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function wholeLog(server: ServerProcess, session: Session): Promise<Json[]> {
  const log: Json[] = [];
  for (;;) {
    const url = `/api/rooms/general/events?after=${log.length}&limit=100`;
    const { events } = await getJson(server.origin, url, session);
    log.push(...events);
    if (events.length === 0) return log;
  }
}

/** Nobody's connection holds up the death of the primary. */
async function failOver({ primary, standby }: World): Promise<void> {
  await primary.signal("KILL");
  await standby.promote();
}

Deno.test("[D1] [D3] failover: a primary is killed while two processes send; the promoted standby has every acknowledged message once", async () => {
  await using world = await open(true);
  const [a, b] = world.servers;
  const [ada, bob] = [await signUp(a.origin, "ada"), await signUp(b.origin, "bob")];
  const sockets = [await world.join(a, ada), await world.join(b, bob)];
  const acknowledged: Json[] = [];
  let promoted = Infinity;
  let firstAfter = Infinity;
  let isOver = false;
  const sender = async (socket: TestSocket, name: string) => {
    for (let i = 0; !isOver; i++) {
      // ten at a time every 100 ms
      const sent = await Promise.all(Array.from({ length: 10 }, async (_, k) => {
        const begun = performance.now();
        const reply = await say(socket, `${name}-${i}-${k}`);
        if (begun > promoted) firstAfter = Math.min(firstAfter, performance.now());
        return reply;
      }));
      acknowledged.push(...sent);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const sending = Promise.all(sockets.map((socket, i) => sender(socket, `s${i}`)));
  await until(() => acknowledged.length > 100);
  await failOver(world);
  promoted = performance.now();
  const before = acknowledged.length;
  await until(() => acknowledged.length > before + 100, 120_000);
  isOver = true;
  await sending;
  console.log(`acknowledged again ${Math.round(firstAfter - promoted)} ms after the promotion`);

  const log = await wholeLog(a, ada);
  assertEquals(log.map(({ seq }) => seq), log.map((_, i) => i + 1));
  const bySeq = new Map(log.map((event) => [event.seq, event]));
  for (const { seq, id } of acknowledged) assertEquals(bySeq.get(seq)?.id, id);
  const sent = log.filter(({ type }) => type === "chat_message").map(({ client_id, user_id }) =>
    `${user_id} ${client_id}`
  );
  assertEquals(new Set(sent).size, sent.length, "none is there twice");
  // their sockets only waited: each has the whole log, in order
  const last = log.at(-1);
  for (const socket of sockets) {
    await socket.frame((frame) => frame.id === last?.id);
    const seen = socket.frames.filter(({ type }) => type === "chat_message");
    assertEquals(seen.map(({ id }) => id), log.filter(({ type }) => type === "chat_message").map(({ id }) => id));
  }
});

Deno.test("[D4] failover: a standby that lagged is promoted without the last messages; connected and returning clients are reset and see no hole", async () => {
  await using world = await open(false);
  const { primary, standby, servers: [a, b] } = world;
  const [ada, bob] = [await signUp(a.origin, "ada"), await signUp(b.origin, "bob")];
  const [mine, theirs] = [await world.join(a, ada), await world.join(b, bob)];
  const returning = await world.join(b, ada);
  for (let i = 0; i < 5; i++) await say(mine, `kept-${i}`);
  const caughtUp = "SELECT bool_and(replay_lsn >= pg_current_wal_lsn()) FROM pg_stat_replication";
  await until(async () => await primary.ask(caughtUp) === "t");
  await standby.configure({ primary_conninfo: "" });
  await standby.reload();
  await until(async () => await primary.ask("SELECT count(*) FROM pg_stat_replication") === "0");
  const lost: Json[] = [];
  for (let i = 0; i < 4; i++) lost.push(await say(i % 2 === 0 ? mine : theirs, `lost-${i}`));
  for (const socket of [mine, theirs, returning]) await socket.frame(({ id }) => id === lost.at(-1)?.id);
  const hello = returning.frames.find(({ type }) => type === "hello");
  returning.cut();
  await returning.closed;

  await failOver(world);
  // more than were lost, from one process alone: so the other has to notice by itself
  const kept: Json[] = [];
  for (let i = 0; i < 7; i++) kept.push(await say(theirs, `after-${i}`));
  const log = await wholeLog(b, bob);
  const texts = log.filter(({ type }) => type === "chat_message").map(({ content }) => content);
  assert(!texts.some((text) => text.startsWith("lost")), texts.join());
  for (const socket of [mine, theirs]) {
    await socket.frame(({ type, room_id }) => type === "reset" && room_id === "general");
    await until(() => sameAsLog(socket, log));
  }
  const again = await world.join(a, ada, `${hello?.epoch}:${lost.at(-1)?.id}`);
  await again.frame(({ type, room_id }) => type === "reset" && room_id === "general");
  await until(() => sameAsLog(again, log));
  assertEquals([a.log().includes("stopped"), b.log().includes("stopped")], [false, false]);
});

/** What a client shows after its last reset: the snapshot's messages and those that came after it, without a gap. */
function sameAsLog({ frames }: TestSocket, log: Json[]): boolean {
  const from = frames.findLastIndex(({ type }) => type === "snapshot");
  const ids = (events: Json[]) => events.filter(({ type }) => type === "chat_message").map(({ id }) => id);
  return ids([...frames[from].events, ...frames.slice(from + 1)]).join() === ids(log).join();
}
