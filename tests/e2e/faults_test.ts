/** What disks and stores do to a server, and what its clients then see. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { getJson, type Json, post, request, type Session, signUp, TestSocket } from "../support/client.ts";
import { SHARED_STORES } from "../support/shared_stores.ts";
import { startProcess } from "../support/server_process.ts";
import { BreakingDisk, SmallDisk } from "../support/small_disk.ts";
import { until } from "../support/until.ts";

const TEXT = "x".repeat(1_500);

/** Ada sends over a socket, ben listens; what was acknowledged is kept. */
class Talk {
  readonly acknowledged: string[] = [];
  readonly ada: Session;
  readonly ben: Session;
  adas: TestSocket;
  bens: TestSocket;
  #n = 0;

  private constructor(ada: Session, ben: Session, adas: TestSocket, bens: TestSocket) {
    this.ada = ada;
    this.ben = ben;
    this.adas = adas;
    this.bens = bens;
  }

  static async begin(origin: string): Promise<Talk> {
    const [ada, ben] = [await signUp(origin, "ada"), await signUp(origin, "ben")];
    return new Talk(ada, ben, await Talk.join(origin, ada), await Talk.join(origin, ben));
  }

  static async join(origin: string, session: Session): Promise<TestSocket> {
    const socket = await TestSocket.open(origin, session);
    await socket.command({ type: "join_room", room_id: "general" });
    return socket;
  }

  /** With the same client_id again until it is there, as a client does; resolves with the first refusal, if any. */
  async say(until: "answered" | "there" = "answered"): Promise<Json> {
    const client_id = `c${++this.#n}`;
    for (;;) {
      const command = { type: "chat_message", room_id: "general", content: `${client_id} ${TEXT}`, client_id };
      const reply = await this.adas.command(command);
      if (reply.error === undefined) this.acknowledged.push(client_id);
      if (reply.error === undefined || until === "answered") return reply.error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Until the store refuses; the refusal. */
  async sayUntilRefused(): Promise<Json> {
    for (let i = 0; i < 20_000; i++) {
      const error = await this.say();
      if (error !== undefined) return error;
    }
    throw new Error("it was never refused");
  }

  async readAll(origin: string): Promise<string[]> {
    const said: string[] = [];
    for (let after = 0;;) {
      const path = `/api/rooms/general/messages?limit=100&after=${after}`;
      const { messages, has_more } = await getJson(origin, path, this.ben);
      for (const { content } of messages) said.push(content.split(" ")[0]);
      if (!has_more) return said;
      after = messages.at(-1).seq;
    }
  }

  heard(): string[] {
    return this.bens.frames.filter(({ type }) => type === "chat_message").map(({ content }) => content.split(" ")[0]);
  }
}

/** Everything that writes is answered with the same code and when to come back; everything that reads is answered. */
async function assertReadsAlone(origin: string, talk: Talk, says: RegExp): Promise<void> {
  const error = await talk.sayUntilRefused();
  assertEquals(error.code, "storage_unavailable");
  assertMatch(error.message, says);
  assert(error.retry_after >= 1);
  const writes: [path: string, body: Json, session?: Session][] = [
    ["/api/rooms", { name: "new", kind: "public" }, talk.ada],
    ["/api/users/login", { username: "ben", password: "correct horse battery" }],
  ];
  for (const [path, body, session] of writes) {
    // a small one may still find room between two larger ones
    await until(async () => {
      const response = await post(origin, path, body, session);
      const answer = await response.json();
      if (response.ok) return false;
      assertEquals([path, response.status, answer.error?.code], [path, 503, "storage_unavailable"]);
      assert(Number(response.headers.get("retry-after")) >= 1, path);
      return true;
    });
  }
  assertEquals((await request(origin, "GET", "/health")).status, 200);
  await until(async () => (await request(origin, "GET", "/ready")).status === 503);
  assertEquals(await talk.readAll(origin), talk.acknowledged);
}

/** Nothing was lost, doubled or put in another order: for who reads, and for who listened. */
async function assertAllThere(origin: string, talk: Talk): Promise<void> {
  assertEquals(await talk.readAll(origin), talk.acknowledged);
  const last = talk.acknowledged.at(-1) ?? "";
  await until(() => talk.heard().includes(last));
  const heard = talk.heard();
  assertEquals(heard, talk.acknowledged.slice(-heard.length));
}

for (const isolates of ["1", "2"]) {
  Deno.test(`full disk (ISOLATES=${isolates}): writes are refused, reads and sockets go on, also after a restart; freed space ends the fault`, async () => {
    await using disk = await SmallDisk.mount(5);
    if (disk === undefined) return;
    const env = { ISOLATES: isolates };
    let talk: Talk;
    {
      await using server = await startProcess(disk.path, env);
      talk = await Talk.begin(server.origin);
      for (let i = 0; i < 20; i++) await talk.say("there");
      await disk.fill();
      await assertReadsAlone(server.origin, talk, /disk is full/);
      await talk.adas.command({ type: "mark_read", room_id: "general", seq: 5, unread: true });
      await disk.makeRoom();
      await talk.say("there");
      await assertAllThere(server.origin, talk);
      await until(() => /the store accepts writes again/.test(server.log()));
      assertEquals(server.log().split("the store refuses writes").length, 2, "told once");
      assert(server.log().split("\n").length < 20, `few lines:\n${server.log()}`);
      await disk.fill();
      await talk.sayUntilRefused();
      assertEquals(await server.stop(), 0);
    }
    await disk.fill(); // what the stop may have given back
    await using server = await startProcess(disk.path, env);
    talk.adas = await Talk.join(server.origin, talk.ada);
    talk.bens = await Talk.join(server.origin, talk.ben);
    await assertReadsAlone(server.origin, talk, /disk is full/);
    await disk.makeRoom();
    await talk.say("there");
    await assertAllThere(server.origin, talk);
  });
}

Deno.test("full disk: one that filled up while the server was down; the server starts on its reserved space, and serves reads", async () => {
  await using disk = await SmallDisk.mount(4);
  if (disk === undefined) return;
  let talk: Talk;
  {
    await using server = await startProcess(disk.path);
    talk = await Talk.begin(server.origin);
    await talk.say("there");
    await server.stop();
  }
  await disk.fill();
  await using server = await startProcess(disk.path);
  assertEquals(await talk.readAll(server.origin), talk.acknowledged);
  await disk.makeRoom();
  talk.adas = await Talk.join(server.origin, talk.ada);
  await talk.say("there");
  assertEquals(await talk.readAll(server.origin), talk.acknowledged);
});

Deno.test("read-only disk at the start: the server says what to check, changes nothing, and starts when the disk is writable", async () => {
  await using disk = await SmallDisk.mount(4);
  if (disk === undefined) return;
  let talk: Talk;
  {
    await using server = await startProcess(disk.path);
    talk = await Talk.begin(server.origin);
    await talk.say("there");
    await server.stop();
  }
  await disk.remount("ro");
  assertStringIncludes(await startProcess(disk.path).then(() => "it started", String), "may be written");
  await disk.remount("rw");
  await using server = await startProcess(disk.path);
  assertEquals(await talk.readAll(server.origin), talk.acknowledged);
});

for (const isolates of ["1", "2"]) {
  Deno.test(`read-only disk in service (ISOLATES=${isolates}): writes are refused, reads and sockets go on, the exit code is 0, and no acknowledged message is lost`, async () => {
    await using disk = await BreakingDisk.mount();
    if (disk === undefined) return;
    let talk: Talk;
    {
      await using server = await startProcess(disk.path, { ISOLATES: isolates });
      talk = await Talk.begin(server.origin);
      for (let i = 0; i < 20; i++) await talk.say("there");
      await disk.break();
      await assertReadsAlone(server.origin, talk, /accepts no writes/);
      await assertReadsAlone(server.origin, talk, /accepts no writes/);
      assertEquals(await server.stop(), 0);
    }
    await disk.mend();
    await using server = await startProcess(disk.path, { ISOLATES: isolates });
    assertEquals(await talk.readAll(server.origin), talk.acknowledged);
    talk.adas = await Talk.join(server.origin, talk.ada);
    await talk.say("there");
    assertEquals(await talk.readAll(server.origin), talk.acknowledged);
  });
}

Deno.test("file size limit (EFBIG, where no disk can be mounted): writes are refused, reads and sockets go on, as with a full disk", async () => {
  const dir = await Deno.makeTempDir();
  try {
    // an ignored SIGXFSZ stays ignored over exec: the write fails instead
    const limited = ["sh", "-c", "trap '' XFSZ; ulimit -S -f 2048; exec \"$@\"", "sh"];
    await using server = await startProcess(dir, {}, { via: limited });
    const talk = await Talk.begin(server.origin);
    await assertReadsAlone(server.origin, talk, /accepts no writes/);
    const raised = await new Deno.Command("prlimit", { args: ["--pid", String(server.pid), "--fsize=unlimited:"] })
      .output();
    assert(raised.success, new TextDecoder().decode(raised.stderr));
    await talk.say("there");
    await assertAllThere(server.origin, talk);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

for (const [name, openStore] of Object.entries(SHARED_STORES)) {
  Deno.test(`${name}: while the store is away writes wait or are refused and sockets stay; afterwards no message is lost or doubled`, async () => {
    const dir = await Deno.makeTempDir();
    try {
      await using store = await openStore();
      await using server = await startProcess(dir, store.env);
      const talk = await Talk.begin(server.origin);
      for (let i = 0; i < 5; i++) await talk.say("there");
      await store.stop();
      const waiting = talk.say("there");
      assertEquals((await request(server.origin, "GET", "/health")).status, 200);
      assertEquals((await request(server.origin, "GET", "/ready")).status, 503);
      await store.start();
      await waiting;
      await talk.say("there");
      await assertAllThere(server.origin, talk);
      assertEquals((await request(server.origin, "GET", "/ready")).status, 200);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });
}

Deno.test("store: a database file that was truncated to 0 bytes is refused at the start, and is not replaced by a new one", async () => {
  const dir = await Deno.makeTempDir();
  try {
    {
      await using server = await startProcess(dir);
      await signUp(server.origin, "ada");
      await server.stop();
    }
    await Deno.truncate(`${dir}/parley.db`);
    const failure = await startProcess(dir).then(() => "it started", String);
    assertStringIncludes(failure, "restore it from a backup");
    assertEquals((await Deno.stat(`${dir}/parley.db`)).size, 0);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
