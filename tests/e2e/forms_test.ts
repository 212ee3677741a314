/** The pages' forms, as a program sends them that means no good. */
import { assertEquals, assertMatch } from "../support/assert.ts";
import { type Session, signUp } from "../support/client.ts";
import { type ServerProcess, startProcess } from "../support/server_process.ts";

async function withServer(env: Record<string, string>, run: (server: ServerProcess) => Promise<void>): Promise<void> {
  const dataDir = await Deno.makeTempDir();
  try {
    await using server = await startProcess(dataDir, env);
    await run(server);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

async function send(server: ServerProcess, path: string, init: RequestInit = {}, session?: Session) {
  const response = await fetch(server.origin + path, {
    method: "POST",
    redirect: "manual",
    ...init,
    headers: { origin: server.origin, ...(session && { cookie: session.cookie }), ...init.headers },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

Deno.test("a form that is none, or is too large, is refused with what is wrong", () =>
  withServer({}, async (server) => {
    assertEquals((await send(server, "/login")).status, 400);
    assertEquals((await send(server, "/login", { body: "{}" })).status, 400);
    const multipart = new FormData();
    multipart.set("username", "ada");
    assertEquals((await send(server, "/login", { body: multipart })).status, 400);
    const large = await send(server, "/login", { body: new URLSearchParams({ username: "a".repeat(70_000) }) });
    assertEquals(large.status, 413);
    assertMatch(large.text, /larger than 65536 bytes/);
  }));

Deno.test("a message by form is held to what holds for every message", () =>
  withServer({}, async (server) => {
    const ada = await signUp(server.origin, "ada");
    const say = (content: string) =>
      send(server, "/rooms/general", { body: new URLSearchParams({ form: "message", content }) }, ada);
    assertEquals((await say("hello")).status, 303);
    for (const content of ["", "  ", "x".repeat(4_001)]) {
      assertEquals((await say(content)).status, 422, content.slice(0, 9));
    }
    // longer than the store's keys: nobody's id
    const long = "x".repeat(3_000);
    const body = new URLSearchParams({ form: "blocked", user: long });
    assertEquals((await send(server, `/rooms/${long}`, { method: "GET" }, ada)).status, 404);
    assertEquals((await send(server, "/settings", { body }, ada)).status, 303);
  }));

Deno.test("pages and forms count among what a person may ask for, and refuse as the API does", () =>
  withServer({ LIMITS: "on", RATE_COMMANDS: "20/1", RATE_SENDS: "1/1" }, async (server) => {
    const ada = await signUp(server.origin, "ada");
    const body = new URLSearchParams({ form: "message", content: "hello" });
    assertEquals((await send(server, "/rooms/general", { body }, ada)).status, 303);
    assertEquals((await send(server, "/rooms/general", { body }, ada)).status, 422);
    let last = await send(server, "/rooms", { method: "GET" }, ada);
    for (let i = 0; i < 20 && last.status === 200; i++) last = await send(server, "/rooms", { method: "GET" }, ada);
    assertEquals(last.status, 429);
    assertMatch(last.headers.get("retry-after") ?? "", /^\d+$/);
  }));
