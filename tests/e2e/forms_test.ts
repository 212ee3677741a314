/** The pages' forms, as a program sends them that means no good. */
import { assertEquals, assertMatch } from "@std/assert";
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

Deno.test("forms: a body that is no form, or is too large, is refused with the reason", () =>
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

Deno.test("forms: a message is checked by the rules of every message", () =>
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

Deno.test("rate limits: pages and forms count as requests of the person, and are refused as the API's are", () =>
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

Deno.test("login and register: a redirect target that no header can carry is encoded before the sign-in", () =>
  withServer({}, async (server) => {
    await signUp(server.origin, "ada");
    const given = { username: "ada", password: "correct horse battery", next: "/中" };
    const login = await send(server, "/login", { body: new URLSearchParams(given) });
    assertEquals([login.status, login.headers.get("location")], [303, "/%E4%B8%AD"]);
    const made = await send(server, "/register", { body: new URLSearchParams({ ...given, username: "bob" }) });
    assertEquals([made.status, made.headers.get("location")], [303, "/%E4%B8%AD"]);
  }));

Deno.test("forms and logout: a cookie alone changes nothing; without Origin and Sec-Fetch-Site the form's token is required", () =>
  withServer({}, async (server) => {
    const ada = await signUp(server.origin, "ada");
    const { cookie } = ada;
    // fetch() of a program adds neither Origin nor Sec-Fetch-Site
    const bare = async (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) => {
      const body = new URLSearchParams(fields);
      const init = { method: "POST", body, redirect: "manual" as const, headers: { cookie, ...headers } };
      const response = await fetch(server.origin + path, init);
      await response.body?.cancel();
      return response.status;
    };
    const page = await (await fetch(`${server.origin}/settings`, { headers: { cookie } })).text();
    const token = /name="form_token" value="([^"]+)"/.exec(page)?.[1] ?? "";
    assertMatch(token, /^[\w-]{20,}$/);
    const forms = [...page.matchAll(/<form method="post"[^]*?<\/form>/g)].map(([form]) => form);
    assertEquals(forms.length > 4 && forms.every((form) => form.includes(token)), true, "each form of the page has it");
    const room = await (await fetch(`${server.origin}/rooms/general`, { headers: { cookie } })).text();
    assertMatch(room, new RegExp(`name="form_token" value="${token}"`), "and the composer's");
    const message = { form: "message", content: "hello" };
    for (
      const [path, fields] of [["/rooms/general", message], ["/settings", { form: "profile" }], [
        "/logout",
        {},
      ]] as const
    ) {
      assertEquals(await bare(path, fields), 403, path);
      assertEquals(await bare(path, { ...fields, form_token: `${token.slice(0, -1)}_` }), 403, path);
    }
    assertEquals(await bare("/rooms/general", { ...message, form_token: token }), 303);
    assertEquals(await bare("/rooms/general", message, { origin: server.origin }), 303);
    assertEquals(await bare("/rooms/general", message, { "sec-fetch-site": "same-origin" }), 303);
    assertEquals(await bare("/logout", { form_token: token }), 303);
    assertEquals((await fetch(`${server.origin}/api/me`, { headers: { cookie } })).status, 401);
  }));

Deno.test("sign-in: signing in again ends the browser's earlier session, whether by form or by API", () =>
  withServer({}, async (server) => {
    let session = await signUp(server.origin, "ada");
    const given = { username: "ada", password: "correct horse battery" };
    const isLive = async ({ cookie }: Session) =>
      (await fetch(`${server.origin}/api/me`, { headers: { cookie } })).status === 200;
    const next = (headers: Headers): Session => ({
      ...session,
      cookie: (headers.get("set-cookie") ?? "").split(";")[0] ?? "",
    });
    for (const door of ["/login", "/api/users/login", "/register"]) {
      const body = door.startsWith("/api") ? JSON.stringify(given) : new URLSearchParams(
        door === "/register" ? { ...given, username: "bob" } : given,
      );
      const headers = door.startsWith("/api") ? { "content-type": "application/json" } : {};
      const answered = await send(server, door, { body, headers }, session);
      const later = next(answered.headers);
      assertEquals([await isLive(session), await isLive(later)], [false, true], door);
      session = later;
    }
  }));
