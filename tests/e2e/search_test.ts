/** Searching on servers as they run: two isolates, two processes, a kill, and the operator's rebuild. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { getJson, post, type Session, signUp } from "../support/client.ts";
import { openKvConnect } from "../support/kv_connect.ts";
import { startProcess } from "../support/server_process.ts";
import { until } from "../support/until.ts";

async function admin(dataDir: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "lib/operate/admin/main.ts", ...args],
    env: { DATA_DIR: dataDir },
  }).output();
  return new TextDecoder().decode(stdout);
}

async function finds(origin: string, session: Session, q: string, contents: string[]): Promise<void> {
  await until(async () => {
    const { results, behind } = await getJson(origin, `/api/search?q=${encodeURIComponent(q)}`, session);
    return behind === 0 &&
      String(results.map((one: { message: { content: string } }) => one.message.content)) === String(contents);
  });
}

async function say(origin: string, session: Session, content: string): Promise<void> {
  const answer = await post(origin, "/api/rooms/general/messages", { content }, session);
  assertEquals(answer.status, 201, await answer.text());
}

Deno.test("search: messages sent before kill -9 are found after it; reindex rebuilds the index, with a running server or without", async () => {
  const dir = await Deno.makeTempDir({ prefix: "parley-search-" });
  try {
    let ada: Session;
    {
      await using server = await startProcess(dir, { ISOLATES: "2" });
      ada = await signUp(server.origin, "ada");
      await say(server.origin, ada, "before the kill");
      await server.kill();
    }
    {
      await using server = await startProcess(dir, { ISOLATES: "2" });
      await finds(server.origin, ada, "kill", ["before the kill"]);
      assertStringIncludes(await admin(dir, "reindex", "general"), "The search index of one room is being rebuilt.");
      await say(server.origin, ada, "after the kill");
      await finds(server.origin, ada, "kill", ["after the kill", "before the kill"]);
      const refused = await post(server.origin, "/api/search", {}, ada);
      assertEquals(refused.status, 405);
      await refused.body?.cancel();
    }
    assertStringIncludes(await admin(dir, "reindex", "all"), "being rebuilt");
    await using server = await startProcess(dir);
    await finds(server.origin, ada, "kil", ["after the kill", "before the kill"]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("search: two processes on one store index the messages of both", async () => {
  const dir = await Deno.makeTempDir({ prefix: "parley-search-" });
  await using store = await openKvConnect();
  try {
    const env = { KV_URL: store.url, DENO_KV_ACCESS_TOKEN: store.token };
    await using a = await startProcess(dir, env);
    await using b = await startProcess(dir, env);
    const [ada, bob] = [await signUp(a.origin, "ada"), await signUp(b.origin, "bob")];
    const said: string[] = [];
    for (let i = 0; i < 20; i++) {
      said.unshift(`tea ${i}`);
      await (i % 2 === 0 ? say(a.origin, ada, `tea ${i}`) : say(b.origin, bob, `tea ${i}`));
    }
    await finds(a.origin, ada, "tea", said);
    await finds(b.origin, bob, "tea", said);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
