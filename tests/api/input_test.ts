import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { API_ROUTES } from "../../lib/api/routes/all.ts";
import { ERROR_STATUS, type ErrorCode } from "../../lib/base/errors.ts";
import { makeLog } from "../../lib/base/log.ts";
import { openTestApi, ORIGIN, type Person, type TestApi } from "./support.ts";
import { alteredKv } from "../support/altered_kv.ts";

Deno.test("input: a bad body is refused with a stable code, and the name of the wrong field", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const table: [body: string, code: ErrorCode, field?: string][] = [
    ["", "bad_json"],
    ["{", "bad_json"],
    ["hello", "bad_json"],
    ['{"content":"a",}', "bad_json"],
    ["[]", "bad_request"],
    ["null", "bad_request"],
    ['"text"', "bad_request"],
    ["[".repeat(40) + "]".repeat(40), "bad_json"],
    [`{"content":${'{"a":'.repeat(40)}1${"}".repeat(40)}}`, "bad_json"],
    ["{}", "invalid", "content"],
    ['{"content":7}', "invalid", "content"],
    ['{"content":null}', "invalid", "content"],
    ['{"content":""}', "invalid", "content"],
    ['{"content":" \\n\\u3000"}', "invalid", "content"],
    ['{"content":"\\ud800"}', "invalid", "content"],
    [`{"content":"${"x".repeat(4_001)}"}`, "invalid", "content"],
    ['{"content":"a","colour":"red"}', "invalid", "colour"],
    ['{"content":"a","client_id":""}', "invalid", "client_id"],
    ['{"content":"a","client_id":"ä"}', "invalid", "client_id"],
    ['{"content":"a","reply_to":5}', "invalid", "reply_to"],
    ['{"content":"a","reply_to":"9-abcdefgh"}', "no_such_message"],
    ['{"content":"a","__proto__":{"x":1}}', "invalid", "__proto__"],
    ['{"content":"a","\\u005f_proto__":1}', "invalid", "__proto__"],
    ['{"content":{"constructor":1}}', "invalid", "constructor"],
    ['{"content":[{"prototype":1}]}', "invalid", "prototype"],
    [`{"content":"${"x".repeat(70_000)}"}`, "too_large"],
  ];
  for (const [body, code, field] of table) {
    const answer = await api.call("POST", "/api/rooms/general/messages", { as: ada, body });
    assertEquals([answer.code, answer.body.error.field], [code, field], body.slice(0, 60));
    assertEquals(answer.status, ERROR_STATUS[code]);
  }
  const named = await api.call("POST", "/api/rooms/general/messages", { as: ada, body: '{"content":"a","colour":1}' });
  assertStringIncludes(named.body.error.message, '"colour" is not a field');
  const broken = await api.call("POST", "/api/rooms/general/messages", { as: ada, body: '{"content":"a" "b"}' });
  assertMatch(broken.body.error.message, /position 15/);
});

Deno.test("input: bad queries and paths are refused, good ones are taken", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const table: [path: string, code: ErrorCode, field?: string][] = [
    ["/api/rooms/general/messages?limit=ten", "invalid", "limit"],
    ["/api/rooms/general/messages?limit=1&limit=2", "invalid", "limit"],
    ["/api/rooms/general/messages?before=-1", "invalid", "before"],
    ["/api/rooms/general/messages?before=1e3", "invalid", "before"],
    ["/api/rooms/general/messages?before=1&after=1", "invalid", "after"],
    ["/api/rooms/general/messages?include=all", "invalid", "include"],
    ["/api/rooms/general/messages?beofre=5", "invalid", "beofre"],
    ["/api/rooms/general/messages?__proto__=5", "invalid", "__proto__"],
    ["/api/rooms?browse=maybe", "invalid", "browse"],
    [`/api/rooms?browse=1&after=${"x".repeat(65)}`, "invalid", "after"],
    ["/api/messages/history", "invalid", "user_id"],
    [`/api/rooms/${"x".repeat(3_000)}`, "no_such_room"],
    ["/api/rooms/%00", "no_such_room"],
    ["/api/rooms/%ff", "no_such_room"],
    ["/api/rooms/__proto__", "no_such_room"],
    ["/api/nothing", "not_found"],
    ["/api", "not_found"],
    ["/api/rooms/", "not_found"],
    ["/api/rooms/general/../../../etc/passwd", "not_found"],
  ];
  for (const [path, code, field] of table) {
    const answer = await api.call("GET", path, { as: ada });
    assertEquals([answer.code, answer.body.error.field], [code, field], path.slice(0, 80));
  }
  const unknown = await api.call("GET", "/api/nothing", { as: ada });
  assertStringIncludes(unknown.body.error.message, "/api/docs");
  const id = await api.send(ada, "general", "one");
  const reaction = `/api/rooms/general/messages/${id}/reactions`;
  assertEquals((await api.call("PUT", `${reaction}/a%20b`, { as: ada })).code, "invalid");
  assertEquals((await api.call("PUT", `${reaction}/%23%EF%B8%8F%E2%83%A3`, { as: ada })).status, 200);
});

Deno.test("input: a refusal of register names the field and says what is allowed", async () => {
  await using api = await openTestApi();
  const good = { username: "ada", password: "correct horse battery" };
  const table: [change: Record<string, unknown>, field: string, says: string][] = [
    [{ username: "" }, "username", "a-z"],
    [{ username: "a b" }, "username", "1-32"],
    [{ username: "x".repeat(33) }, "username", "1-32"],
    [{ username: "unknown" }, "username", "reserved"],
    [{ password: "short" }, "password", "8"],
    [{ password: "password1" }, "password", "commonest"],
    [{ password: "x".repeat(1_025) }, "password", "1024"],
    [{ display_name: "a\u202eb" }, "display_name", "bidirectional"],
    [{ display_name: "x".repeat(51) }, "display_name", "1-50"],
    [{ admin: true }, "admin", "not a field"],
  ];
  for (const [change, field, says] of table) {
    const answer = await api.call("POST", "/api/users", { body: { ...good, ...change } });
    assertEquals(
      [answer.status, answer.code, answer.body.error.field],
      [422, "invalid", field],
      JSON.stringify(change),
    );
    assertStringIncludes(answer.body.error.message, says);
  }
});

Deno.test("a body is JSON by its Content-Type, and bounded however it comes", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const send = (headers: Record<string, string>, body: BodyInit) =>
    api.raw(
      new Request(`${ORIGIN}/api/rooms/general/messages`, {
        method: "POST",
        headers: { cookie: ada.cookie, origin: ORIGIN, ...headers },
        body,
      }),
    );
  const hello = '{"content":"Hello"}';
  assertEquals((await send({ "content-type": "application/json; charset=UTF-8" }, hello)).status, 201);
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"]) {
    assertEquals((await send({ "content-type": type }, hello)).code, "bad_request", type);
  }
  assertEquals((await send({ "content-type": "application/json" }, new Uint8Array([0x7b, 0xff]))).code, "bad_json");

  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(10_000).fill(0x20));
    },
  });
  assertEquals((await send({ "content-type": "application/json" }, endless)).code, "too_large");
  assert(pulled < 20, `read ${pulled} chunks of an endless body`);
  const failing = new ReadableStream({ pull: (controller) => controller.error(new Error("reset by peer")) });
  assertEquals((await send({ "content-type": "application/json" }, failing)).code, "bad_request");
});

Deno.test("a wrong method answers 405 with Allow, OPTIONS lists them, HEAD has no body", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const wrong = await api.call("DELETE", "/api/rooms", { as: ada });
  assertEquals([wrong.status, wrong.code, wrong.headers.get("allow")], [405, "method_not_allowed", "GET, HEAD, POST"]);
  assertEquals((await api.call("POST", "/health")).headers.get("allow"), "GET, HEAD");
  assertEquals((await api.call("OPTIONS", "/api/me")).headers.get("allow"), "DELETE, GET, HEAD, PATCH");
  const head = await api.call("HEAD", "/api/me", { as: ada });
  assertEquals([head.status, head.text], [200, ""]);
  assertEquals((await api.call("HEAD", "/api/me")).status, 401);
});

Deno.test("an unexpected error answers 500 with an id that the log has, and nothing else of it", async () => {
  const lines: string[] = [];
  let broken = false;
  await using api = await openTestApi({
    log: makeLog({ level: "error", format: "text" }, (line) => lines.push(line)),
    wrapKv: (kv) =>
      alteredKv(kv, {
        get: (key) => broken ? Promise.reject(new RangeError("secret detail")) : kv.get(key),
      }),
  });
  const ada = await api.person("ada");
  broken = true;
  const answer = await api.call("GET", "/api/me", { as: ada });
  broken = false;
  assertEquals([answer.status, answer.code], [500, "internal"]);
  assert(!answer.text.includes("secret detail"));
  // what runs beside it may fail too
  const [line, ...others] = lines.filter((one) => one.includes(answer.headers.get("x-request-id") ?? "no id"));
  assertEquals(others, []);
  assertStringIncludes(line ?? "", "secret detail");
});

Deno.test("every answer forbids caching, sniffing and framing, and names no software", async () => {
  await using api = await openTestApi();
  for (const path of ["/health", "/api/me", "/api/docs", "/api/openapi.json", "/api/nothing"]) {
    const { headers } = await api.call("GET", path);
    assertEquals(headers.get("cache-control"), "no-store");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertMatch(headers.get("content-security-policy") ?? "", /default-src 'none'.*frame-ancestors 'none'/);
    assertMatch(headers.get("x-request-id") ?? "", /^[0-9a-z]{16}$/);
    assertEquals(headers.get("server") ?? headers.get("x-powered-by"), null);
  }
});

Deno.test("[D8] 2,000 seeded random requests never give a 500", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const id = await api.send(ada, "general", "one");
  const random = mulberry32(20_260_102);
  const seen = new Map<string, number>();
  for (let i = 0; i < 2_000; i++) {
    const answer = await randomRequest(api, ada, id, random);
    assert(answer.status < 500, `request ${i}: ${answer.text}`);
    const kind = answer.code ?? "ok";
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  }
  // it reaches past the first check
  for (const kind of ["ok", "invalid", "bad_json", "no_such_room"]) assert(seen.has(kind), `never saw ${kind}`);
});

function randomRequest(api: TestApi, ada: Person, messageId: string, random: () => number) {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  // those that sign ada out or hash passwords would end or slow the rest
  const routes = API_ROUTES.filter(({ tag, id }) => tag !== "Accounts" || id === "updateMe" || id === "getMe");
  const route = pick(routes);
  const ids = ["general", messageId, ada.id, "👍", "%", "..%2f", "\u0000", "x".repeat(100), "0", "-1", "NaN", "é"];
  const path = route.path.replace(/:(\w+)/g, (_, name) => {
    const likely: Record<string, string> = { room_id: "general", message_id: messageId, user_id: ada.id, emoji: "👍" };
    return encodeURIComponent(random() < 0.6 ? likely[name] ?? "x" : pick(ids));
  });
  const fields = ["content", "name", "kind", "topic", "user_id", "role", "seq", "unread", "client_id", "reply_to"];
  const values = ["x", "", 0, -1, 1e300, 2 ** 53, true, null, [], {}, "\ud800", "\u0000", messageId, "public", [[[
    [],
  ]]]];
  const query = random() < 0.5
    ? ""
    : `?${pick(["limit", "after", "before", "browse", "query"])}=${
      encodeURIComponent(String(pick(["1", "0", "-9", "x", "999999999999999", "1e9", ada.id])))
    }`;
  let body: string | undefined;
  if (route.body !== undefined) {
    const object = Object.fromEntries(
      Array.from({ length: 1 + Math.floor(random() * 3) }, () => [pick(fields), pick(values)]),
    );
    body = JSON.stringify(random() < 0.3 ? { content: "x" } : object);
    if (random() < 0.3) body = mangled(body, random);
  }
  return api.call(route.method, path + query, { as: ada, ...(body === undefined ? {} : { body }) });
}

function mangled(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const noise = String.fromCharCode(Math.floor(random() * 0x3000));
  return text.slice(0, at) + (random() < 0.5 ? noise : "") + text.slice(at + Math.floor(random() * 3));
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
