/**
 * Deno Deploy, as far as it can be had here: its environment variable, KV opened without a path (which leads to a KV
 * Connect server), nothing to write, no workers, no child processes, and no more than the platform's permissions.
 */
import { assert, assertEquals } from "@std/assert";
import { type Json, post, type Session, signIn, TestSocket } from "../support/client.ts";
import { KvConnectServer } from "../support/kv_connect.ts";
import { sharedPostgres } from "../support/postgres.ts";
import { startProcess } from "../support/server_process.ts";
import { until } from "../support/until.ts";

const MAY = ["--allow-net", "--allow-env", "--allow-read=.", "--no-prompt"];

Deno.test("Deno Deploy: two instances share the platform's store, and a message sent on one is delivered on the other", async () => {
  await using store = await KvConnectServer.open();
  const env = {
    DENO_DEPLOYMENT_ID: "test",
    DENO_KV_DEFAULT_PATH: store.url,
    DENO_KV_ACCESS_TOKEN: store.token,
    LIMITS: "on",
    LOG_LEVEL: "info",
  };
  await using a = await startProcess("/nowhere", env, { may: MAY });
  await using b = await startProcess("/nowhere", env, { may: MAY });

  // the address is the world's, so the first account needs the code that the log holds
  const refused = await post(a.origin, "/api/users", { username: "ada", password: "correct horse battery" });
  assertEquals((await refused.json()).error.code, "setup_code_required");
  const code = /set-up code ([\w-]{20,})/.exec(b.log())?.[1];
  /code[=:" ]+([\w-]{20,})/.exec(b.log())?.[1];
  assert(code !== undefined, `no set-up code in ${b.log()}`);
  const made = await post(a.origin, "/api/users", {
    username: "ada",
    password: "correct horse battery",
    setup_code: code,
  });
  assertEquals(made.status, 201, await made.text());
  const other = await post(b.origin, "/api/users", { username: "bob", password: "correct horse battery" });
  assertEquals(other.status, 201, await other.text());

  const ada = await joined(a.origin, await signIn(a.origin, "ada"));
  const bob = await joined(b.origin, await signIn(b.origin, "bob"));
  const replies = await Promise.all([
    ada.command({ type: "chat_message", room_id: "general", content: "from a" }),
    bob.command({ type: "chat_message", room_id: "general", content: "from b" }),
  ]);
  for (const { id } of replies) {
    for (const socket of [ada, bob]) {
      await socket.frame((frame: Json) => frame.type === "chat_message" && frame.id === id);
    }
  }
  for (const socket of [ada, bob]) {
    socket.cut();
    await socket.closed;
  }
});

async function joined(origin: string, session: Session): Promise<TestSocket> {
  const socket = await TestSocket.open(origin, session);
  assert((await socket.command({ type: "join_room", room_id: "general" })).ok);
  return socket;
}

Deno.test("Deno Deploy: two instances use the PostgreSQL database assigned to them, and the minute's cron runs the due jobs", async () => {
  const postgres = await sharedPostgres();
  const url = new URL(await postgres.database());
  const preload = await Deno.makeTempFile({ suffix: ".ts" });
  // the platform's scheduler, in short
  await Deno.writeTextFile(
    preload,
    `Deno.cron = (name, schedule, run) => {
       console.log("cron", JSON.stringify(name), schedule);
       run().then(() => console.log("cron ran"), (error) => console.log("cron failed", error));
       return Promise.resolve();
     };`,
  );
  const may = [...MAY, "--preload", preload];
  const hosted = { DENO_DEPLOYMENT_ID: "test", LIMITS: "on", LOG_LEVEL: "info", PGSSLMODE: "disable" };
  const [, database = ""] = url.pathname.split("/");
  await using a = await startProcess("/nowhere", { ...hosted, DATABASE_URL: `${url.href}?sslmode=disable` }, { may });
  const parts = { PGHOST: url.hostname, PGPORT: url.port, PGUSER: "parley", PGDATABASE: database };
  await using b = await startProcess("/nowhere", { ...hosted, ...parts }, { may });
  const tables = await postgres.ask("SELECT count(*) FROM parley_kv WHERE k IS NOT NULL", database);
  assert(Number(tables) > 0);
  for (const { log } of [a, b]) {
    await until(() => log().includes("cron ran"));
    assert(log().includes('cron "what is due" * * * * *'), log());
  }
  const code = /set-up code ([\w-]{20,})/.exec(a.log() + b.log())?.[1];
  const ada = { username: "ada", password: "correct horse battery" };
  assertEquals((await post(a.origin, "/api/users", { ...ada, setup_code: code })).status, 201);
  const socket = await joined(b.origin, await signIn(b.origin, "ada"));
  assert((await socket.command({ type: "chat_message", room_id: "general", content: "hello" })).ok);
  socket.cut();
  await socket.closed;
  await Deno.remove(preload);
});
