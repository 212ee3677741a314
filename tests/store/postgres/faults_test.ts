/** What goes wrong with a PostgreSQL server, on a real one: nothing is lost or doubled, and the operator hears what to do. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { systemClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys } from "../../../lib/store/keys.ts";
import { type Kv, put } from "../../../lib/store/kv.ts";
import { openRemote } from "../../../lib/store/remote.ts";
import { LastingFailure } from "../../../lib/store/store_error.ts";
import { PostgresServer, sharedPostgres } from "../../support/postgres.ts";
import { SmallDisk } from "../../support/small_disk.ts";
import { until } from "../../support/until.ts";

const KEY = keys.swept("general");

/** Without `pausesMs` a server that is slow to answer is waited for. */
async function open(url: string, pausesMs?: number[]): Promise<Kv & Disposable> {
  const kv = await openRemote(url, { clock: systemClock, onWait() {}, ...(pausesMs && { pausesMs }) });
  return Object.assign(kv, { [Symbol.dispose]: () => kv.close() });
}

function databaseOf(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

/** Puts functions of the test's own before those of the server, for everybody who connects from now on. */
async function shadow(server: PostgresServer, database: string, sql: string): Promise<void> {
  await server.ask(`CREATE SCHEMA fake; ${sql}`, database);
  await server.ask(`ALTER DATABASE ${database} SET search_path = fake, pg_catalog, public`, database);
}

/** psql, which runs beside the test until its statements are done. */
async function locking(server: PostgresServer, database: string, sql: string): Promise<() => Promise<void>> {
  const running = server.ask(`BEGIN; ${sql}; COMMIT`, database).then(() => {}, () => {});
  await until(async () =>
    await server.ask("SELECT count(*) FROM pg_locks WHERE mode = 'RowExclusiveLock'", database) !== "0"
  );
  return () => running;
}

Deno.test("postgres: a user without the right to make the table is told which right, and nothing waits", async () => {
  const server = await sharedPostgres();
  const database = databaseOf(await server.database());
  await server.ask("CREATE ROLE guest LOGIN; REVOKE CREATE ON SCHEMA public FROM public", database);
  const url = server.url(database).replace("parley@", "guest@");
  const error = await assertRejects(() => open(url), LastingFailure);
  assertMatch(error.message, /GRANT USAGE, CREATE ON SCHEMA public TO guest/);
  (await open(server.url(database))).close();
  // the table is another's now
  const kv = await open(url).catch((error) => error);
  if (!(kv instanceof Error)) {
    const refused = await assertRejects(() => kv.get(KEY), ChatError);
    kv.close();
    assertMatch(refused.message, /ALTER TABLE parley_kv OWNER TO guest/);
  }
});

Deno.test("postgres: a database, a password or a host that is wrong ends the start with what to check", async () => {
  await using server = await PostgresServer.start({
    access: ["host all parley 127.0.0.1/32 trust", "host all guest 127.0.0.1/32 scram-sha-256"],
  });
  await server.ask("CREATE ROLE guest LOGIN PASSWORD 'right'");
  await server.ask("CREATE DATABASE chat OWNER guest");
  assertMatch((await assertRejects(() => open(server.url("nowhere")), LastingFailure)).message, /CREATE DATABASE/);
  const as = (login: string) => server.url("chat").replace("parley@", `${login}@`);
  const wrong = await assertRejects(() => open(as("guest:wrong")), LastingFailure);
  assertMatch(wrong.message, /check the user in KV_URL, and the password/);
  assert(!wrong.message.includes("wrong@"));
  (await open(as("guest:right"))).close();
  await server.down();
  await assertRejects(() => open(as("guest:right"), []), Error);
});

Deno.test("postgres: an old server is refused by its version", async () => {
  const server = await sharedPostgres();
  const database = databaseOf(await server.database());
  await shadow(
    server,
    database,
    `CREATE FUNCTION fake.current_setting(text) RETURNS text LANGUAGE sql AS
    $$ SELECT CASE $1 WHEN 'server_version_num' THEN '120017' ELSE pg_catalog.current_setting($1) END $$`,
  );
  const error = await assertRejects(() => open(server.url(database)), LastingFailure);
  assertMatch(error.message, /is PostgreSQL 12: version 13 or later is needed/);
});

Deno.test("postgres: a database whose advisory locks do nothing is refused", async () => {
  const server = await sharedPostgres();
  const database = databaseOf(await server.database());
  const version = "CREATE FUNCTION fake.version() RETURNS text LANGUAGE sql AS $$ SELECT 'CockroachDB CCL v24.1' $$";
  await shadow(server, database, version);
  const error = await assertRejects(() => open(server.url(database)), LastingFailure);
  assertMatch(error.message, /is CockroachDB, whose advisory locks do nothing/);
});

Deno.test("postgres: a deadlock with somebody else's transaction is retried, and the commit succeeds", async () => {
  const server = await sharedPostgres();
  const database = databaseOf(await server.database());
  using kv = await open(server.url(database));
  const [a, b] = [keys.swept("a"), keys.swept("b")];
  await kv.commit({ set: [put(a, 1), put(b, 1)] });
  const order = (direction: string) => `SELECT k FROM parley_kv ORDER BY k ${direction} LIMIT 1`;
  const ended = await locking(
    server,
    database,
    `UPDATE parley_kv SET e = e WHERE k = (${order("DESC")}); SELECT pg_sleep(1);
     UPDATE parley_kv SET e = e WHERE k = (${order("ASC")})`,
  );
  assert(await kv.commit({ set: [put(a, 2), put(b, 2)] }) !== null);
  await ended();
  assertEquals((await kv.getMany([a, b])).map(({ value }) => value), [2, 2]);
});

Deno.test("postgres: a commit waits for a row that another transaction locks for long, and does not fail its check", async () => {
  const server = await sharedPostgres();
  const database = databaseOf(await server.database());
  using kv = await open(server.url(database));
  const first = await kv.commit({ set: [put(KEY, 1)] });
  const ended = await locking(server, database, "UPDATE parley_kv SET e = e; SELECT pg_sleep(4)");
  assert(await kv.commit({ checks: [{ key: KEY, versionstamp: first }], set: [put(KEY, 2)] }) !== null);
  await ended();
  assertEquals((await kv.get(KEY)).value, 2);
});

Deno.test("postgres: a cancelled wait for the standby is not a success, though the server reports one", async () => {
  await using server = await PostgresServer.start();
  const database = databaseOf(await server.database());
  using kv = await open(server.url(database));
  await kv.commit({ set: [put(KEY, 1)] });
  await server.configure({ synchronous_standby_names: "nobody" });
  await server.reload();
  const cancel = () =>
    server.ask("SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
  const commit = assertRejects(() => kv.commit({ set: [put(KEY, 2)] }), ChatError);
  await until(async () => await cancel() !== "0");
  assertEquals((await commit).code, "storage_unavailable");
});

Deno.test("postgres: a commit that the server begins after its deadline writes nothing", async () => {
  const server = await sharedPostgres();
  const database = databaseOf(await server.database());
  using kv = await open(server.url(database));
  await kv.commit({ set: [put(KEY, 1)] });
  const late =
    "SELECT parley_commit_2(extract(epoch FROM now()) - 1, '{}', '{}', '{}', (SELECT array_agg(k) FROM parley_kv)," +
    " '{1}', '{x}', '{}')";
  assertMatch((await assertRejects(() => server.ask(late, database), Error)).message, /too late/);
  assertEquals((await kv.get(KEY)).value, 1);
});

Deno.test("postgres: a call to a hung server times out, its commit is unknown, and calls succeed once it answers", async () => {
  await using server = await PostgresServer.start();
  using kv = await open(await server.database());
  await kv.commit({ set: [put(KEY, 1)] });
  await kv.get(KEY);
  await server.signal("STOP");
  const [read, write] = await Promise.all([
    assertRejects(() => kv.get(KEY), ChatError),
    assertRejects(() => kv.commit({ set: [put(KEY, 2)] }), ChatError),
  ]);
  assertEquals([read.code, write.code], ["storage_unavailable", "storage_unavailable"]);
  await server.signal("CONT");
  await until(() => kv.commit({ set: [put(KEY, 3)] }).then((done) => done !== null, () => false));
  assertEquals((await kv.get(KEY)).value, 3);
});

for (const hours of [1, -1]) {
  Deno.test(`postgres: after the server's clock jumps by ${hours} h no commit is refused`, async () => {
    const server = await sharedPostgres();
    const database = databaseOf(await server.database());
    await shadow(
      server,
      database,
      `CREATE TABLE fake.jump AS SELECT interval '0' AS by;
      CREATE FUNCTION fake.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
      $$ SELECT pg_catalog.clock_timestamp() + by FROM fake.jump $$`,
    );
    using kv = await open(server.url(database));
    await kv.commit({ set: [put(KEY, 1)] });
    await server.ask(`UPDATE fake.jump SET by = '${hours} hours'`, database);
    for (const n of [2, 3]) assert(await kv.commit({ set: [put(KEY, n)] }) !== null);
    assertEquals((await kv.get(KEY)).value, 3);
  });
}

Deno.test("postgres: a full disk refuses writes with what to do, and reads go on", async () => {
  await using disk = await SmallDisk.mount(24);
  if (disk === undefined) return;
  await using server = await PostgresServer.start();
  await new Deno.Command("chown", { args: ["-R", "--reference", server.dir, disk.path] }).output();
  await server.ask(`CREATE TABLESPACE small LOCATION '${disk.path}'`);
  await server.ask("CREATE DATABASE chat TABLESPACE small");
  using kv = await open(server.url("chat"));
  await kv.commit({ set: [put(KEY, 1)] });
  await disk.fill();
  const fill = async () => {
    for (let i = 0;; i++) await kv.commit({ set: [put(keys.indexed(`r${i}`), wide(i))] });
  };
  const error = await assertRejects(fill, ChatError);
  assertEquals(error.code, "storage_unavailable");
  assertMatch(error.message, /disk is full: nothing can be written until its operator mends that/);
  assertEquals((await kv.get(KEY)).value, 1);
  await disk.makeRoom();
  assert(await kv.commit({ set: [put(KEY, 2)] }) !== null);
});

/** A record that cannot be compressed. */
function wide(n: number) {
  const id = Array.from({ length: 500 }, () => crypto.randomUUID()).join("");
  return { seq: n, floor: 0, segments: [{ id, low: 1, high: 2, bytes: 1 }], garbage: [] };
}
