import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Passwords } from "../../lib/chat/sign_in/passwords.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { ChatError } from "../../lib/base/errors.ts";
import { openTestApi, ORIGIN, PASSWORD } from "./support.ts";

Deno.test("accounts: registering answers with the profile, and a taken name with 409", async () => {
  await using api = await openTestApi();
  const made = await api.call("POST", "/api/users", { body: { username: "Ada", password: PASSWORD } });
  assertEquals(made.status, 201);
  assertEquals([made.body.username, made.body.display_name], ["ada", "Ada"]);
  const again = await api.call("POST", "/api/users", { body: { username: "aDA", password: PASSWORD } });
  assertEquals([again.status, again.code], [409, "username_taken"]);
});

Deno.test("signing in sets one HttpOnly cookie; with tokens it answers with them and sets none", async () => {
  await using api = await openTestApi();
  await api.person("ada");
  const body = { username: "ada", password: PASSWORD };
  const byCookie = await api.call("POST", "/api/users/login", { body });
  assertMatch(
    byCookie.headers.get("set-cookie") ?? "",
    /^parley_session=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/; Expires=[^;]+$/,
  );
  assertMatch(byCookie.body.expires_at, /^\d{4}-.*Z$/);

  const byTokens = await api.call("POST", "/api/users/login", { body: { ...body, tokens: true } });
  assertEquals(byTokens.headers.get("set-cookie"), null);
  const me = await api.call("GET", "/api/me", { headers: { authorization: `Bearer ${byTokens.body.access_token}` } });
  assertEquals([me.status, me.body.username], [200, "ada"]);
  const renewed = await api.call("POST", "/api/auth/refresh", { body: { refresh_token: byTokens.body.refresh_token } });
  assertEquals(renewed.status, 200);
  assert(renewed.body.refresh_token !== byTokens.body.refresh_token);
});

Deno.test("an unknown user and a wrong password get the same answer", async () => {
  await using api = await openTestApi();
  await api.person("ada");
  const answers = await Promise.all(
    ["ada", "nobody"].map((username) =>
      api.call("POST", "/api/users/login", { body: { username, password: "not this one" } })
    ),
  );
  assertEquals(
    answers.map(({ status, text }) => [status, text])[0],
    answers.map(({ status, text }) => [status, text])[1],
  );
  assertEquals(answers[0]?.code, "bad_credentials");
});

Deno.test("without a session every route but the public ones says how to sign in", async () => {
  await using api = await openTestApi();
  const answer = await api.call("GET", "/api/messages?limit=50");
  assertEquals([answer.status, answer.code], [401, "unauthorized"]);
  assertStringIncludes(answer.body.error.message, "POST /api/users/login");
  assertMatch(answer.headers.get("www-authenticate") ?? "", /^Bearer /);
  const stale = await api.call("GET", "/api/me", { headers: { authorization: "Bearer abc" } });
  assertStringIncludes(stale.body.error.message, "/api/auth/refresh");
});

Deno.test("guard: a change by cookie without this site's Origin is refused (CSRF); by token it needs none", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const tokens = await api.call("POST", "/api/users/login", {
    body: { username: "ada", password: PASSWORD, tokens: true },
  });
  const bearer = { authorization: `Bearer ${tokens.body.access_token}` };
  const table: [headers: Record<string, string>, status: number][] = [
    [{ cookie: ada.cookie, origin: ORIGIN }, 200],
    [{ cookie: ada.cookie, "sec-fetch-site": "same-origin" }, 200],
    [{ cookie: ada.cookie }, 403],
    [{ cookie: ada.cookie, origin: "https://evil.example" }, 403],
    [{ cookie: ada.cookie, origin: "null" }, 403],
    [{ cookie: ada.cookie, "sec-fetch-site": "cross-site" }, 403],
    [{ cookie: ada.cookie, "sec-fetch-site": "same-site", origin: "http://127.0.0.1:9000" }, 403],
    [bearer, 200],
    [{ ...bearer, cookie: ada.cookie, origin: "https://other.example" }, 200],
  ];
  for (const [headers, status] of table) {
    const answer = await api.raw(
      new Request(`${ORIGIN}/api/me`, {
        method: "PATCH",
        headers: { ...headers, "content-type": "application/json" },
        body: '{"display_name":"A"}',
      }),
    );
    assertEquals(answer.status, status, JSON.stringify(headers));
    if (status === 403) assertEquals(answer.code, "bad_origin");
  }
  const signIn = (headers: Record<string, string>) =>
    api.raw(
      new Request(`${ORIGIN}/api/users/login`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ username: "ada", password: PASSWORD }),
      }),
    );
  assertEquals((await signIn({})).status, 200);
  assertEquals((await signIn({ origin: "https://evil.example" })).code, "bad_origin");
});

Deno.test("password: changing it needs the present one, and ends the other sessions", async () => {
  await using api = await openTestApi();
  const here = await api.person("ada");
  const login = await api.call("POST", "/api/users/login", { body: { username: "ada", password: PASSWORD } });
  const there = { id: here.id, cookie: (login.headers.get("set-cookie") ?? "").split(";")[0] ?? "" };
  const change = (body: unknown) => api.call("PATCH", "/api/me", { as: here, body });
  const alone = await change({ new_password: "four unrelated words" });
  assertEquals([alone.code, alone.body.error.field], ["invalid", "current_password"]);
  const wrong = await change({ new_password: "four unrelated words", current_password: "guessed it" });
  assertEquals(wrong.code, "bad_credentials");
  assertEquals((await change({ new_password: "four unrelated words", current_password: PASSWORD })).status, 200);
  assertEquals((await api.call("GET", "/api/me", { as: here })).status, 200);
  assertEquals((await api.call("GET", "/api/me", { as: there })).status, 401);
});

Deno.test("sessions: they are listed and ended; signing out works without one too", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  await api.call("POST", "/api/users/login", { body: { username: "ada", password: PASSWORD } });
  const list = await api.call("GET", "/api/me/sessions", { as: ada });
  assertEquals(list.body.sessions.length, 2);
  assertEquals((await api.call("DELETE", "/api/me/sessions/others", { as: ada })).status, 204);
  assertEquals((await api.call("GET", "/api/me/sessions", { as: ada })).body.sessions.length, 1);
  assertEquals((await api.call("DELETE", "/api/me/sessions/nothere", { as: ada })).code, "not_found");
  const out = await api.call("POST", "/api/auth/logout", { as: ada });
  assertEquals(out.status, 204);
  assertMatch(out.headers.get("set-cookie") ?? "", /^parley_session=; .*1970/);
  assertEquals((await api.call("GET", "/api/me", { as: ada })).status, 401);
  assertEquals((await api.call("POST", "/api/auth/logout", { as: ada })).status, 204);
});

Deno.test("a session that was prolonged sets its cookie again", async () => {
  const clock = new FakeClock(Date.now());
  await using api = await openTestApi({ clock });
  const ada = await api.person("ada");
  assertEquals((await api.call("GET", "/api/me", { as: ada })).headers.get("set-cookie"), null);
  clock.tick(2 * 3_600_000);
  const later = await api.call("GET", "/api/me", { as: ada });
  assertStringIncludes(later.headers.get("set-cookie") ?? "", `${ada.cookie}; `);
});

Deno.test("invitations: the administrator makes them, a member is refused", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const bob = await api.person("bob");
  const made = await api.call("POST", "/api/invitations", { as: ada, body: { uses: 3 } });
  assertEquals([made.status, made.body.uses_left], [201, 3]);
  assertEquals((await api.call("POST", "/api/invitations", { as: ada })).status, 201);
  assertEquals((await api.call("POST", "/api/invitations", { as: bob, body: {} })).code, "forbidden");
});

Deno.test("rates: a client over its rate gets 429 with Retry-After", async () => {
  const slow = { burst: 3, perMinute: 1 };
  const rates = {
    sends: slow,
    commands: slow,
    uploads: slow,
    downloads: slow,
    signIns: slow,
    rooms: { burst: 100, perMinute: 100 },
    registrations: { burst: 1, perMinute: 1 },
    adds: { burst: 1, perMinute: 1 },
    searches: { burst: 1, perMinute: 1 },
  };
  await using api = await openTestApi({ config: { limits: true, rates }, clock: new FakeClock() });
  const register = (username: string) => api.call("POST", "/api/users", { body: { username, password: PASSWORD } });
  assertEquals((await register("ada")).status, 201);
  const refused = await register("bob");
  assertEquals([refused.status, refused.code], [429, "rate_limited"]);
  assertEquals(refused.headers.get("retry-after"), String(refused.body.error.retry_after));
  assert(Number(refused.headers.get("retry-after")) >= 1);
  for (let i = 0; i < 10; i++) assertEquals((await api.call("GET", "/health")).status, 200);
});

Deno.test("too many password hashes at once, or a store that does not answer, are 503 with Retry-After", async () => {
  class Busy extends Passwords {
    override verify(): Promise<boolean> {
      return Promise.reject(new ChatError("overloaded", "Too many people are signing in.", { retryAfter: 3 }));
    }
  }
  await using busy = await openTestApi({ passwords: new Busy({ cost: { m: 8, t: 1, p: 1, ln: 2 } }) });
  const refused = await busy.call("POST", "/api/users/login", { body: { username: "ada", password: PASSWORD } });
  assertEquals([refused.status, refused.code, refused.headers.get("retry-after")], [503, "overloaded", "3"]);

  let away = false;
  const fails = () => Promise.reject(new ChatError("storage_unavailable", "It did not answer.", { retryAfter: 1 }));
  await using api = await openTestApi({
    wrapKv: (kv) =>
      new Proxy(kv, {
        get: (target, name) => {
          const value = Reflect.get(target, name);
          return typeof value === "function" ? (away ? fails : value.bind(target)) : value;
        },
      }),
  });
  const ada = await api.person("ada");
  away = true;
  const answer = await api.call("GET", "/api/rooms", { as: ada });
  away = false;
  assertEquals([answer.status, answer.code, answer.headers.get("retry-after")], [503, "storage_unavailable", "1"]);
});

Deno.test("[D6] a request whose body is held back until its session has ended changes nothing", async () => {
  const clock = new FakeClock(Date.now());
  await using api = await openTestApi({ clock });
  const ada = await api.person("ada");
  const late = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const body = new ReadableStream({
    async pull(controller) {
      asked.resolve();
      await late.promise;
      controller.enqueue(new TextEncoder().encode('{"content":"still here"}'));
      controller.close();
    },
  }, { highWaterMark: 0 });
  const headers = { origin: ORIGIN, "content-type": "application/json", cookie: ada.cookie };
  const path = `${ORIGIN}/api/rooms/general/messages`;
  const sending = api.raw(new Request(path, { method: "POST", headers, body }));
  await asked.promise;
  assertEquals((await api.call("POST", "/api/auth/logout", { as: ada })).status, 204);
  clock.tick(2_000);
  late.resolve();
  const reply = await sending;
  assertEquals([reply.status, reply.code], [401, "unauthorized"]);
});
