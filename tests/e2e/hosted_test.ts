/**
 * Deno Deploy, as far as it can be had here: its environment variable, KV opened without a path (which leads to a KV
 * Connect server), nothing to write, no workers, no child processes, and no more than the platform's permissions.
 */
import { assert, assertEquals } from "@std/assert";
import { type Json, post, type Session, signIn, TestSocket } from "../support/client.ts";
import { KvConnectServer } from "../support/kv_connect.ts";
import { startProcess } from "../support/server_process.ts";

const MAY = ["--allow-net", "--allow-env", "--allow-read=.", "--no-prompt"];

Deno.test("two instances on Deno Deploy share the platform's store, and what is said on one is heard on the other", async () => {
  await using store = await KvConnectServer.open();
  const env = {
    ...{ DENO_DEPLOYMENT_ID: "test", DENO_KV_DEFAULT_PATH: store.url, DENO_KV_ACCESS_TOKEN: store.token },
    ...{ LIMITS: "on", LOG_LEVEL: "info" },
  };
  await using a = await startProcess("/nowhere", env, MAY);
  await using b = await startProcess("/nowhere", env, MAY);

  // the address is the world's, so the first account needs the code that the log holds
  const refused = await post(a.origin, "/api/users", { username: "ada", password: "correct horse battery" });
  assertEquals((await refused.json()).error.code, "setup_code_required");
  const code = /set-up code ([\w-]{20,})/.exec(b.log())?.[1];
  /code[=:" ]+([\w-]{20,})/.exec(b.log())?.[1];
  assert(code !== undefined, `no set-up code in ${b.log()}`);
  const made = await post(a.origin, "/api/users", {
    ...{ username: "ada", password: "correct horse battery", setup_code: code },
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
