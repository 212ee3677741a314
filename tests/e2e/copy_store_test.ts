/** A server moves between kinds of store, and what PostgreSQL's own backups need besides. */
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { getJson, post, request, type Session, signIn, signUp, TestSocket } from "../support/client.ts";
import { openKvConnect } from "../support/kv_connect.ts";
import { sharedPostgres } from "../support/postgres.ts";
import { type ServerProcess, startProcess } from "../support/server_process.ts";
import { type Outcome, runTask } from "../support/tasks.ts";
import { withDir } from "../support/with_dir.ts";

/** Of several chunks, and no text. */
const FILE = Uint8Array.from({ length: 150_000 }, (_, i) => (i * 31 + (i >> 8)) % 256);

async function upload(origin: string, { cookie }: Session): Promise<string> {
  const response = await fetch(`${origin}/api/files?name=data.bin`, {
    method: "POST",
    headers: { origin, cookie, "content-type": "application/octet-stream" },
    body: FILE,
  });
  assertEquals(response.status, 201);
  return (await response.json()).id;
}

async function say(origin: string, session: Session, content: string): Promise<void> {
  const response = await post(origin, "/api/rooms/general/messages", { content, client_id: content }, session);
  assertEquals(response.status, 201, await response.text());
}

async function contents(origin: string, session: Session): Promise<string[]> {
  const { messages } = await getJson(origin, "/api/rooms/general/messages", session);
  return messages.map(({ content }: { content: string }) => content);
}

async function stopped(server: ServerProcess): Promise<void> {
  assertEquals(await server.stop(), 0);
}

function done({ code, err }: Outcome): void {
  assertEquals([code, err], [0, ""]);
}

Deno.test("copy-store: a server moves from a file to PostgreSQL, to KV Connect and back, and nobody has to sign in again", async () => {
  await withDir(async (dir) => {
    await using connect = await openKvConnect();
    const file = `${dir}/a/parley.db`;
    const postgres = await (await sharedPostgres()).database();
    const places = [postgres, connect.url, `${dir}/b/parley.db`];
    const token = { DENO_KV_ACCESS_TOKEN: connect.token };
    const envOf = (place: string) => place.includes("://") ? { ...token, KV_URL: place } : { KV_PATH: place };
    const copy = (from: string, to: string) => runTask("copy-store", dir, [from, to], token);

    let server = await startProcess(`${dir}/a`);
    const ada = await signUp(server.origin, "ada");
    const id = await upload(server.origin, ada);
    await say(server.origin, ada, "one");
    assertStringIncludes((await copy(file, postgres)).err, "is running on the database");
    await stopped(server);

    const said = ["one"];
    for (const [i, to] of places.entries()) {
      const from = places[i - 1] ?? file;
      done(await copy(from, to));
      assertStringIncludes((await copy(from, to)).err, "There are accounts in");
      server = await startProcess(`${dir}/server`, envOf(to));
      assertEquals(await contents(server.origin, ada), said, `${from} to ${to}`);
      const answer = await request(server.origin, "GET", `/api/files/${id}`, undefined, ada);
      assertEquals(new Uint8Array(await answer.arrayBuffer()), FILE);
      await say(server.origin, ada, `more-${i}`);
      said.push(`more-${i}`);
      if (to === postgres) assertStringIncludes((await copy(to, `${dir}/c.db`)).err, "A server runs on");
      await stopped(server);
    }
  });
});

Deno.test("[D4] PostgreSQL: backup and restore say what to do instead, and after that a new epoch resets every client", async () => {
  await withDir(async (dir) => {
    const env = { KV_URL: await (await sharedPostgres()).database() };
    let server = await startProcess(dir, env);
    const ada = await signUp(server.origin, "ada");
    await say(server.origin, ada, "kept");
    const epochOf = async (session: Session) => {
      const socket = await TestSocket.open(server.origin, session);
      const reply = await socket.command({ type: "join_room", room_id: "general" });
      assert(reply.ok);
      const hello = await socket.frame((frame: { type: string }) => frame.type === "hello");
      socket.close();
      await socket.closed;
      return hello.epoch;
    };
    const before = await epochOf(ada);
    assertStringIncludes((await runTask("new-epoch", dir, [], env)).err, "A server runs on");
    await stopped(server);
    for (const name of ["backup", "restore"]) {
      const { code, err } = await runTask(name, dir, [`${dir}/x`], env);
      assertEquals(code, 1);
      assertStringIncludes(err, "pg_dump -t parley_kv");
      assertStringIncludes(err, "deno task new-epoch");
    }
    done(await runTask("new-epoch", dir, [], env));
    server = await startProcess(dir, env);
    assertEquals((await request(server.origin, "GET", "/api/me", undefined, ada)).status, 401);
    const again = await signIn(server.origin, "ada");
    assertEquals(await contents(server.origin, again), ["kept"]);
    assertNotEquals(await epochOf(again), before);
    await stopped(server);
  });
});

Deno.test("export and import: from PostgreSQL into PostgreSQL, and again: the same bytes", async () => {
  await withDir(async (dir) => {
    const postgres = await sharedPostgres();
    const [one, two] = [{ KV_URL: await postgres.database() }, { KV_URL: await postgres.database() }];
    const server = await startProcess(dir, one);
    const ada = await signUp(server.origin, "ada");
    await upload(server.origin, ada);
    await say(server.origin, ada, "hello");
    await stopped(server);
    done(await runTask("export", dir, [`${dir}/one`], one));
    done(await runTask("import", dir, [`${dir}/one`], two));
    done(await runTask("export", dir, [`${dir}/two`], two));
    const lines = (name: string) => Deno.readTextFile(`${dir}/${name}/parley.ndjson`);
    assertEquals(await lines("two"), await lines("one"));
  });
});
