/** Backup, restore, export and import as an operator runs them. */
import { type Family, ranges } from "../../lib/store/keys.ts";
import { openAlone } from "../../lib/store/open.ts";
import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { getJson, type Json, post, request, type Session, signIn, signUp, TestSocket } from "../support/client.ts";
import { openKvConnect } from "../support/kv_connect.ts";
import { openS3Server, type S3Server } from "../support/s3_server.ts";
import { startProcess } from "../support/server_process.ts";
import { until } from "../support/until.ts";
import { runTask } from "../support/tasks.ts";
import { withDir } from "../support/with_dir.ts";

async function done(
  name: string,
  dataDir: string,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<string> {
  const { code, out, err } = await runTask(name, dataDir, args, env);
  assertEquals([code, err], [0, ""], `${name} ${args.join(" ")}`);
  return out;
}

async function refused(
  name: string,
  dataDir: string,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<string> {
  const { code, out, err } = await runTask(name, dataDir, args, env);
  assertEquals([code, out], [1, ""], `${name} ${args.join(" ")}: ${err}`);
  return err;
}

/** Those that the database has keys of. */
async function familiesIn(path: string, families: Family[]): Promise<string[]> {
  const kv = await openAlone(path);
  const found = await Promise.all(families.map((family) => kv.list(ranges.family(family), { limit: 1 })));
  kv.close();
  return families.filter((_, i) => (found[i]?.length ?? 0) > 0);
}

async function say(origin: string, session: Session, content: string): Promise<Json> {
  const response = await post(
    origin,
    "/api/rooms/general/messages",
    { content, client_id: crypto.randomUUID() },
    session,
  );
  assertEquals(response.status, 201);
  return await response.json();
}

/** Of several chunks, and no text. */
const FILE = Uint8Array.from({ length: 150_000 }, (_, i) => (i * 31 + (i >> 8)) % 256);

async function upload(origin: string, { cookie }: Session, body = FILE): Promise<string> {
  const response = await fetch(`${origin}/api/files?name=data.bin`, {
    method: "POST",
    headers: { origin, cookie, "content-type": "application/octet-stream" },
    body,
  });
  assertEquals(response.status, 201);
  return (await response.json()).id;
}

async function contents(origin: string, session: Session): Promise<string[]> {
  const { messages } = await getJson(origin, "/api/rooms/general/messages?limit=100", session);
  return messages.map(({ content }: Json) => content);
}

Deno.test("backup: one taken during sends has all messages acknowledged before it, and no send fails", async () => {
  await withDir(async (dir) => {
    const file = `${dir}/elsewhere/a.db`;
    let acknowledged = 0;
    {
      await using server = await startProcess(dir);
      const ada = await signUp(server.origin, "ada");
      const socket = await TestSocket.open(server.origin, ada);
      await socket.command({ type: "join_room", room_id: "general" });
      let sending = true;
      let sent = 0;
      const senders = Array.from({ length: 4 }, async () => {
        while (sending) {
          const reply = await socket.command({ type: "chat_message", room_id: "general", content: `m${++sent}` });
          assertEquals(reply.error, undefined);
          acknowledged = Math.max(acknowledged, reply.seq);
        }
      });
      await until(() => acknowledged > 20);
      const before = acknowledged;
      await done("backup", dir, [file]);
      sending = false;
      await Promise.all(senders);
      assert(acknowledged > before, "messages were sent meanwhile");
      assertStringIncludes(await refused("backup", dir, [file]), "name a new file");
      assertStringIncludes(await refused("restore", dir, [file]), "Stop it first");
      assertEquals(await server.stop(), 0);
      acknowledged = before;
    }
    assertEquals((await Deno.stat(file)).mode! & 0o777, 0o600);
    await done("backup", dir, [`${dir}/b.db`]);
    assert(
      ![...Deno.readDirSync(dir)].some(({ name }) => /-(wal|shm)$/.test(name)),
      "no journal of the reader's stays",
    );
    await done("restore", `${dir}/new`, [file]);
    await using server = await startProcess(`${dir}/new`);
    const ada = await signIn(server.origin, "ada");
    const room = await getJson(server.origin, "/api/rooms/general", ada);
    assert(room.seq >= acknowledged);
  });
});

Deno.test("restore: sessions end, cursors are reset, the present file is kept aside, and none of its data return", async () => {
  await withDir(async (dir) => {
    const file = `${dir}/a.db`;
    let ada: Session;
    let since: string;
    {
      await using server = await startProcess(dir);
      ada = await signUp(server.origin, "ada");
      const { id } = await say(server.origin, ada, "before");
      const socket = await TestSocket.open(server.origin, ada);
      const { epoch } = await socket.frame(({ type }) => type === "hello");
      since = `${epoch}:${id}`;
      await done("backup", dir, [file]);
      await say(server.origin, ada, "after");
      await server.kill(); // the last message is in the journal alone
    }
    const out = await done("restore", dir, [file]);
    assertEquals(await familiesIn(`${dir}/parley.db`, ["session", "session_by_secret", "push", "ephemera"]), []);
    const kept = /What was there before is (\S+):/.exec(out)?.[1] ?? "";
    {
      await using server = await startProcess(dir);
      assertEquals((await request(server.origin, "GET", "/api/me", undefined, ada)).status, 401);
      const again = await signIn(server.origin, "ada");
      assertEquals(await contents(server.origin, again), ["before"]);
      const socket = await TestSocket.open(server.origin, again);
      await socket.command({ type: "join_room", room_id: "general", since });
      const reset = await socket.frame(({ type }) => type === "reset");
      assertEquals(reset.reason, "epoch_changed");
    }
    await done("restore", dir, [kept]);
    await using server = await startProcess(dir);
    assertEquals(await contents(server.origin, await signIn(server.origin, "ada")), ["before", "after"]);
  });
});

Deno.test("restore: a damaged file, another program's or a missing one is refused and changes nothing", async () => {
  await withDir(async (dir) => {
    {
      await using server = await startProcess(dir);
      const ada = await signUp(server.origin, "ada");
      await say(server.origin, ada, "x".repeat(1_900));
      await server.stop();
    }
    const good = await Deno.readFile(`${dir}/parley.db`);
    const cases: [name: string, bytes: Uint8Array, says: string][] = [
      ["cut.db", good.subarray(0, good.length >> 1), "is damaged"],
      ["text.db", new TextEncoder().encode("no database"), "is damaged, or is not a database"],
      ["filled.db", new Uint8Array(good).fill(0xa5, 8_192, 20_000), "is damaged"],
      ["empty.db", new Uint8Array(), "is damaged, or is not a database"],
    ];
    for (const [name, bytes, says] of cases) {
      await Deno.writeFile(`${dir}/${name}`, bytes);
      assertStringIncludes(await refused("restore", dir, [`${dir}/${name}`]), says, name);
    }
    assertStringIncludes(await refused("restore", dir, [`${dir}/none.db`]), "cannot be opened");
    assertEquals(await Deno.readFile(`${dir}/parley.db`), good);
    const left = [...Deno.readDirSync(dir)].map(({ name }) => name).filter((name) => name.startsWith("parley."));
    assertEquals(left.sort(), ["parley.db", "parley.db.lock", "parley.db.reserve"]);
  });
});

Deno.test("import: an incomplete export leaves no data behind, and the error names the line", async () => {
  await withDir(async (dir) => {
    {
      await using server = await startProcess(`${dir}/a`);
      await say(server.origin, await signUp(server.origin, "ada"), "hello");
      await server.stop();
    }
    await done("export", `${dir}/a`, [`${dir}/one`]);
    const good = await Deno.readTextFile(`${dir}/one/parley.ndjson`);
    const lines = good.trimEnd().split("\n");
    const item = lines.findIndex((line) => line.includes('"kind":"message"'));
    const cases: [text: string, says: string][] = [
      [lines.slice(0, -1).join("\n"), "the line that ends the export is missing after line"],
      [lines.filter((_, i) => i !== item).join("\n"), "lines were written"],
      [good.slice(0, good.length - 40), "line "],
      [lines.with(item, lines[item]!.replace('"content":"hello"', '"content":7')).join("\n"), `line ${item + 1}: `],
      [lines.with(item, lines[item]!.replace('"type":"item"', '"type":"session"')).join("\n"), `line ${item + 1}: `],
      [lines.with(item, lines[item - 1]!).join("\n"), "has no event"],
      [good.replace('"schema_version":', '"schema_version":99'), "run the newer server on it"],
      ["", "the line that ends the export is missing"],
    ];
    for (const [text, says] of cases) {
      await Deno.writeTextFile(`${dir}/one/parley.ndjson`, text);
      assertStringIncludes(await refused("import", `${dir}/b`, [`${dir}/one`]), says);
      assertEquals([...Deno.readDirSync(`${dir}/b`)].map(({ name }) => name), ["parley.db.lock"], says);
    }
    assertStringIncludes(await refused("import", `${dir}/b`, [`${dir}/a`]), "name the folder of an export");
  });
});

Deno.test("KV Connect: export and import work; backup and restore say what to do instead", async () => {
  await withDir(async (dir) => {
    await using store = await openKvConnect();
    await using empty = await openKvConnect();
    const env = { KV_URL: store.url, DENO_KV_ACCESS_TOKEN: store.token };
    const other = { ...env, KV_URL: empty.url };
    {
      await using server = await startProcess(`${dir}/a`, env);
      await say(server.origin, await signUp(server.origin, "ada"), "hello");
      await done("export", dir, [`${dir}/one`], env);
      assertStringIncludes(await refused("import", dir, [`${dir}/one`], env), "A server runs on");
      assertEquals(await server.stop(), 0);
    }
    for (const name of ["backup", "restore"]) {
      assertStringIncludes(await refused(name, dir, [`${dir}/x`], env), "deno task export and import work");
    }
    assertStringIncludes(await refused("import", dir, [`${dir}/one`], env), "There are accounts in");
    const good = await Deno.readTextFile(`${dir}/one/parley.ndjson`);
    await Deno.writeTextFile(`${dir}/one/parley.ndjson`, good.slice(0, -50));
    assertStringIncludes(await refused("import", dir, [`${dir}/one`], other), "line ");
    await assertRejects(() => startProcess(`${dir}/a`, other), Error, "run deno task import again");
    await Deno.writeTextFile(`${dir}/one/parley.ndjson`, good);
    await done("import", dir, [`${dir}/one`], other);
    await done("export", dir, [`${dir}/two`], other);
    assertEquals(await Deno.readTextFile(`${dir}/two/parley.ndjson`), good);
    await using server = await startProcess(`${dir}/b`, other);
    assertEquals(await contents(server.origin, await signIn(server.origin, "ada")), ["hello"]);
  });
});

Deno.test("tasks: on Deno Deploy's store, or with a token that KV Connect refuses, each says what to do", async () => {
  await withDir(async (dir) => {
    await using store = await openKvConnect();
    const hosted = { DENO_DEPLOYMENT_ID: "d1" };
    const stranger = { KV_URL: store.url, DENO_KV_ACCESS_TOKEN: "not this one" };
    for (
      const [name, args] of [
        ["admin", ["users"]],
        ["export", [`${dir}/one`]],
        ["import", [`${dir}/one`]],
        ["backup", []],
        ["restore", ["a.db"]],
      ] as const
    ) {
      assertStringIncludes(await refused(name, dir, [...args], hosted), "with KV_URL set to the address");
      if (name === "backup" || name === "restore" || name === "import") continue; // it does not come that far
      assertStringIncludes(
        await refused(name, dir, [...args], stranger),
        "that DENO_KV_ACCESS_TOKEN is its access token",
      );
    }
    assertEquals([...Deno.readDirSync(dir)].map(({ name }) => name), ["one"]);
    assertEquals([...Deno.readDirSync(`${dir}/one`)], []);
  });
});

Deno.test("export: after an import into an empty server it gives the same bytes, without sessions and idempotency keys", async () => {
  await withDir(async (dir) => {
    {
      await using server = await startProcess(`${dir}/a`);
      const [ada, ben] = [await signUp(server.origin, "ada"), await signUp(server.origin, "ben")];
      const { id } = await say(server.origin, ada, "hello 👋");
      const path = `/api/rooms/general/messages/${id}`;
      await request(server.origin, "PATCH", path, { content: "hello again" }, ada).then((r) => r.body?.cancel());
      await request(server.origin, "PUT", `${path}/reactions/${encodeURIComponent("👍")}`, undefined, ben)
        .then((r) => r.body?.cancel());
      const gone = await say(server.origin, ben, "gone");
      await request(server.origin, "DELETE", `/api/rooms/general/messages/${gone.id}`, undefined, ben);
      await post(server.origin, "/api/rooms", { name: "ops", kind: "private" }, ada).then((r) => r.body?.cancel());
      const files = [await upload(server.origin, ada)];
      await post(server.origin, "/api/rooms/general/messages", { content: "a file", files }, ada)
        .then((r) => assertEquals(r.status, 201));
      await post(server.origin, "/api/direct", { user_id: ben.user.id }, ada).then((r) => r.body?.cancel());
      await done("export", `${dir}/a`, [`${dir}/one`]);
      await server.stop();
    }
    const first = await Deno.readTextFile(`${dir}/one/parley.ndjson`);
    for (const word of ["session", '"sent"', "gone", "secret", "epoch"]) assert(!first.includes(word), word);
    assertStringIncludes(await refused("export", `${dir}/a`, [`${dir}/one`]), "name a new folder");
    assertStringIncludes(await refused("import", `${dir}/a`, [`${dir}/one`]), "There are accounts in");

    await done("import", `${dir}/b`, [`${dir}/one`]);
    await done("export", `${dir}/b`, [`${dir}/two`]);
    assertEquals(await Deno.readTextFile(`${dir}/two/parley.ndjson`), first);
    await using server = await startProcess(`${dir}/b`);
    const ben = await signIn(server.origin, "ben");
    assertEquals(await contents(server.origin, ben), ["hello again", "", "a file"]);
    const { messages } = await getJson(server.origin, "/api/rooms/general/messages", ben);
    const file = await request(server.origin, "GET", `/api/files/${messages.at(-1).files[0].id}`, undefined, ben);
    assertEquals(new Uint8Array(await file.arrayBuffer()), FILE);
    await until(async () => (await getJson(server.origin, "/api/search?q=again", ben)).results?.length === 1);
    await say(server.origin, ben, "and on");
    assertNotEquals(await Deno.readFile(`${dir}/a/parley.db`), await Deno.readFile(`${dir}/b/parley.db`));
  });
});

function inBucket({ config }: S3Server): Record<string, string> {
  return {
    FILES: "s3",
    S3_ENDPOINT: config.endpoint,
    S3_BUCKET: config.bucket,
    S3_REGION: config.region,
    S3_ACCESS_KEY_ID: config.accessKeyId,
    S3_SECRET_ACCESS_KEY: config.secretAccessKey,
  };
}

/** Everything that an export consists of. */
async function wholeExport(folder: string): Promise<[name: string, bytes: Uint8Array][]> {
  const names = [...Deno.readDirSync(`${folder}/files`)].map(({ name }) => `files/${name}`).sort();
  return await Promise.all(
    ["parley.ndjson", ...names].map(async (name) => [name, await Deno.readFile(`${folder}/${name}`)]),
  );
}

Deno.test("export: files in a bucket are exported, and an import stores the same bytes where the importing server keeps its files", async () => {
  await withDir(async (dir) => {
    await using bucket = openS3Server();
    await using other = openS3Server();
    // of two objects
    const large = Uint8Array.from({ length: 6_000_000 }, (_, i) => (i * 7 + (i >> 9)) % 256);
    const bodies = [FILE, large];
    const ids: string[] = [];
    for (const [i, env] of [{}, inBucket(bucket)].entries()) {
      await using server = await startProcess(`${dir}/a`, env);
      const ada = i === 0 ? await signUp(server.origin, "ada") : await signIn(server.origin, "ada");
      const id = await upload(server.origin, ada, bodies[i]);
      ids.push(id);
      await post(server.origin, "/api/rooms/general/messages", { content: `file ${i}`, files: [id] }, ada)
        .then((r) => assertEquals(r.status, 201));
      await server.stop();
    }
    assertEquals(bucket.objects.size, 2);
    assertStringIncludes(await done("backup", `${dir}/a`, [`${dir}/a.db`], inBucket(bucket)), "are not in it");
    assertStringIncludes(await refused("export", `${dir}/a`, [`${dir}/one`]), "set S3_ENDPOINT");
    await done("export", `${dir}/a`, [`${dir}/one`], inBucket(bucket)); // what failed left the folder empty
    const one = await wholeExport(`${dir}/one`);
    assertEquals(one.length, 3);

    await done("import", `${dir}/b`, [`${dir}/one`]);
    await done("export", `${dir}/b`, [`${dir}/two`]);
    assertEquals(await wholeExport(`${dir}/two`), one);
    await done("import", `${dir}/c`, [`${dir}/two`], inBucket(other));
    assertEquals(await familiesIn(`${dir}/c/parley.db`, ["chunk"]), []);
    assertEquals(other.objects.size, 3);
    await done("export", `${dir}/c`, [`${dir}/three`], inBucket(other));
    assertEquals(await wholeExport(`${dir}/three`), one);
    for (const [name, env] of [["b", {}], ["c", inBucket(other)]] as const) {
      await using server = await startProcess(`${dir}/${name}`, env);
      const ada = await signIn(server.origin, "ada");
      for (const [i, id] of ids.entries()) {
        const file = await request(server.origin, "GET", `/api/files/${id}`, undefined, ada);
        assertEquals(new Uint8Array(await file.arrayBuffer()), bodies[i], `${name}: file ${i}`);
      }
      await server.stop();
    }

    // one of its two objects is lost
    for (const path of bucket.objects.keys()) if (path.endsWith("/1")) bucket.objects.delete(path);
    assertStringIncludes(await done("export", `${dir}/a`, [`${dir}/four`], inBucket(bucket)), `exported: ${ids[1]}.`);
    assertEquals((await wholeExport(`${dir}/four`)).length, 2);
    await done("import", `${dir}/d`, [`${dir}/four`]);
    assertStringIncludes(await done("export", `${dir}/d`, [`${dir}/five`]), `exported: ${ids[1]}.`);
    assertEquals(await wholeExport(`${dir}/five`), await wholeExport(`${dir}/four`));
    // and one that has lost some bytes on the way is refused
    const file = `${dir}/three/files/chunk-${ids[0]}`;
    await Deno.truncate(file, FILE.length - 1);
    assertStringIncludes(await refused("import", `${dir}/e`, [`${dir}/three`]), "ends too early");
    const lines = (await Deno.readTextFile(`${dir}/two/parley.ndjson`)).split("\n");
    const cut = lines.filter((line) => !(line.includes('"type":"chunk"') && line.includes(`"${ids[1]}",97`)));
    assertEquals(cut.length, lines.length - 1);
    const text = cut.join("\n").replace(/"lines":(\d+)/, (_, n) => `"lines":${Number(n) - 1}`);
    await Deno.writeTextFile(`${dir}/two/parley.ndjson`, text);
    assertStringIncludes(await refused("import", `${dir}/e`, [`${dir}/two`]), "6000000 bytes, of which");
  });
});
