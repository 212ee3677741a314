/** What may stand between a server and its PostgreSQL: a pooler, TLS, several hosts, a password in a file. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { systemClock } from "../../../lib/base/clock.ts";
import { isPostgresUrl, parsePostgresUrl, withoutPassword } from "../../../lib/base/config/postgres_url.ts";
import { PostgresBus } from "../../../lib/bus/postgres.ts";
import { keys, shardOf } from "../../../lib/store/keys.ts";
import { put } from "../../../lib/store/kv.ts";
import { openRemote } from "../../../lib/store/remote.ts";
import { listen, throws } from "../../bus/bus_contract.ts";
import { startPgBouncer } from "../../support/pgbouncer.ts";
import { freePort } from "../../support/port.ts";
import { PostgresServer, sharedPostgres } from "../../support/postgres.ts";
import { startProcess } from "../../support/server_process.ts";
import { until } from "../../support/until.ts";
import { appendContract, queueOn } from "../append_contract.ts";
import { storeContract } from "../store_contract.ts";

const open = (url: string) => openRemote(url, { clock: systemClock, onWait() {} });

for (
  const [name, settings] of [["PgBouncer", []], ["PgBouncer that ignores options", [
    "ignore_startup_parameters = options",
  ]]] as const
) {
  const through = async () => {
    const server = await sharedPostgres();
    const database = (await server.database()).split("/").at(-1) ?? "";
    const pooler = await startPgBouncer(server, [...settings]);
    const kv = await open(pooler.url(database));
    return {
      kv,
      appender: queueOn(kv),
      async [Symbol.asyncDispose]() {
        kv.close();
        await pooler[Symbol.asyncDispose]();
      },
    };
  };
  storeContract(name, through);
  if (settings.length === 0) appendContract(name, through);
}

Deno.test("[D5] postgres bus: behind a pooler the store is polled every 2 s, or KV_LISTEN_URL delivers notifications", async () => {
  const server = await sharedPostgres();
  const direct = await server.database();
  await using pooler = await startPgBouncer(server);
  const url = pooler.url(direct.split("/").at(-1) ?? "");
  for (const listenUrl of [undefined, direct]) {
    await using ends = new AsyncDisposableStack();
    const bus = async (isolate: string) => {
      const kv = ends.adopt(await open(url), (kv) => kv.close());
      const options = { kv, url, listenUrl, clock: systemClock, isolate, onSchema() {}, onError: throws };
      return ends.adopt(await PostgresBus.open(options), (one) => one.close());
    };
    const [a, b] = [await bus("a"), await bus("b")];
    const there = listen(b);
    a.publish({ type: "events", room_id: "general", events: [] });
    await until(() => there.some((one) => one.type === "wake" && one.shard === shardOf("general")));
  }
});

async function openssl(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

Deno.test("postgres: TLS checks the authority, the host and the password's channel unless the URL says otherwise", async () => {
  const dir = await Deno.makeTempDir();
  await using server = await PostgresServer.start({
    access: ["host all parley 127.0.0.1/32 trust", "hostssl all guest 127.0.0.1/32 scram-sha-256"],
  });
  const [ca, key, cert] = [`${dir}/ca.pem`, `${server.dir}/data/server.key`, `${server.dir}/data/server.crt`];
  const subject = (name: string) => ["-nodes", "-newkey", "rsa:2048", "-days", "2", "-subj", `/CN=${name}`];
  await openssl("req", "-x509", ...subject("authority"), "-keyout", `${dir}/ca.key`, "-out", ca);
  await openssl("req", ...subject("server"), "-keyout", key, "-out", `${dir}/request`);
  await Deno.writeTextFile(`${dir}/names`, "subjectAltName = DNS:localhost");
  const sign = ["-CA", ca, "-CAkey", `${dir}/ca.key`, "-CAcreateserial", "-days", "2", "-extfile", `${dir}/names`];
  await openssl("x509", "-req", "-in", `${dir}/request`, ...sign, "-out", cert);
  const { uid, gid } = await Deno.stat(server.dir);
  for (const file of [key, cert]) await Deno.chown(file, uid, gid);
  await Deno.chmod(key, 0o600);
  await server.configure({ ssl: "on" });
  await server.down();
  await server.up();
  await server.ask("CREATE ROLE guest LOGIN PASSWORD 'right'");
  await server.ask("CREATE DATABASE chat OWNER guest");
  const at = (host: string, query: string) => `postgres://guest:right@${host}:${server.port}/chat?${query}`;
  const taken = async (url: string) => {
    const kv = await open(url);
    assert(await kv.commit({ set: [put(keys.swept("r"), 1)] }) !== null);
    kv.close();
  };
  await taken(at("localhost", `sslmode=verify-full&sslrootcert=${ca}`));
  await taken(at("127.0.0.1", `sslmode=verify-ca&sslrootcert=${ca}`));
  await taken(at("127.0.0.1", "sslmode=require"));
  const unknown = await assertRejects(() => open(at("localhost", "sslmode=verify-full")), Error);
  assertMatch(unknown.message, /certificate is not accepted/);
  const another = await assertRejects(() => open(at("127.0.0.1", `sslmode=verify-full&sslrootcert=${ca}`)), Error);
  assertMatch(another.message, /certificate is not accepted/);
  await assertRejects(() => open(at("127.0.0.1", "sslmode=disable")), Error);
  const missing = await assertRejects(() => open(at("localhost", "sslmode=verify-full&sslrootcert=/no/such")), Error);
  assertMatch(missing.message, /the file of sslrootcert cannot be read/);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("postgres: the password may be in PGPASSWORD or in a file, and an error never shows it", async () => {
  const access = ["host all parley 127.0.0.1/32 trust", "host all guest 127.0.0.1/32 scram-sha-256"];
  await using server = await PostgresServer.start({ access });
  await server.ask("CREATE ROLE guest LOGIN PASSWORD 'very secret'");
  await server.ask("CREATE DATABASE chat OWNER guest");
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/password`, "very secret\n");
  const KV_URL = server.url("chat").replace("parley@", "guest@");
  for (const given of [{ PGPASSWORD: "very secret" }, { KV_PASSWORD_FILE: `${dir}/password` }]) {
    await using process = await startProcess(dir, { KV_URL, ...given });
    assertEquals(
      (await fetch(`${process.origin}/health`).then((answer) => answer.body?.cancel().then(() => answer)))?.status,
      200,
    );
  }
  const wrong = { KV_URL: KV_URL.replace("guest@", "guest:wrong%20secret@") };
  const error = await assertRejects(() => startProcess(dir, wrong), Error);
  assertMatch(error.message, /check the user in KV_URL, and the password/);
  assert(!/wrong.*secret/.test(error.message), error.message);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("postgres: of several hosts the one that accepts writes is used", async () => {
  const server = await sharedPostgres();
  const url = await server.database();
  const kv = await open(url.replace(`127.0.0.1:${server.port}`, `127.0.0.1:${freePort()},127.0.0.1:${server.port}`));
  assert(await kv.commit({ set: [put(keys.swept("r"), 1)] }) !== null);
  kv.close();
});

Deno.test("postgres: a URL is read as libpq reads it, and shown without its password", () => {
  const url = "postgresql://ann:p%40ss@db1,db2:6432,[2001:db8::1]/chat%20room?sslmode=verify-ca&sslrootcert=/ca.pem";
  assert(isPostgresUrl(url));
  assertEquals(parsePostgresUrl(url), {
    hosts: [{ host: "db1", port: 5432 }, { host: "db2", port: 6432 }, { host: "2001:db8::1", port: 5432 }],
    user: "ann",
    password: "p@ss",
    database: "chat room",
    sslMode: "verify-ca",
    sslRootCert: "/ca.pem",
    channelBinding: true,
  });
  assertEquals(withoutPassword(url), url.replace(":p%40ss", ""));
  const parsed = (text: string) => parsePostgresUrl(text);
  const mode = (text: string) => Object(parsed(text)).sslMode;
  assertEquals(mode("postgres://ann@db1/chat"), "verify-full");
  assertEquals(mode("postgres://ann@127.0.0.1/chat"), "disable");
  assertEquals(mode("postgres://ann@db1/chat?sslmode=require&sslrootcert=/ca.pem"), "verify-ca");
  assertEquals(Object(parsed("postgres:///chat?host=/run/postgresql&user=ann")).hosts, [
    { host: "/run/postgresql", port: 5432 },
  ]);
  for (
    const wrong of [
      "postgres://db1/chat",
      "postgres://ann@db1:0/chat",
      "postgres://ann@db1/chat?sslmode=prefer",
      "postgres://ann@db1/chat?target_session_attrs=standby",
    ]
  ) assertEquals(typeof parsed(wrong), "string", wrong);
});
