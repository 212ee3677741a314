import { assert, assertEquals } from "@std/assert";
import { FakeClock } from "../../lib/base/clock.ts";
import { header, PIXEL } from "../support/images.ts";
import { openTestApi, ORIGIN, type Person, type TestApi } from "./support.ts";

const BYTES = Uint8Array.from({ length: 1_000 }, (_, i) => i % 250);

function upload(api: TestApi, as: Person | undefined, body: BodyInit, name = "a.bin", headers = {}) {
  const request = new Request(`${ORIGIN}/api/files?name=${encodeURIComponent(name)}`, {
    method: "POST",
    headers: { origin: ORIGIN, ...(as === undefined ? {} : { cookie: as.cookie }), ...headers },
    body,
  });
  return api.raw(request);
}

async function sentFile(api: TestApi, as: Person, body: BodyInit, name?: string): Promise<string> {
  const { body: file } = await upload(api, as, body, name);
  const sent = await api.call("POST", "/api/rooms/general/messages", { as, body: { content: "", files: [file.id] } });
  assertEquals(sent.status, 201, sent.text);
  return file.id;
}

Deno.test("an upload needs an account, a name, a body and this site's origin", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  assertEquals((await upload(api, undefined, BYTES)).code, "unauthorized");
  assertEquals((await upload(api, ada, BYTES, "a", { origin: "https://evil.example" })).code, "bad_origin");
  assertEquals((await api.call("POST", "/api/files?name=a", { as: ada })).code, "invalid");
  assertEquals((await api.call("POST", "/api/files", { as: ada })).code, "invalid");
  assertEquals((await upload(api, ada, "")).code, "invalid");
  const made = await upload(api, ada, PIXEL, "../dot.exe", { "content-type": "text/html" });
  assertEquals([made.status, made.body.name, made.body.type, made.body.width], [201, "dot.exe", "image/png", 1]);
});

Deno.test("files: a body over the limit is refused, whether its size was declared or not", async () => {
  await using api = await openTestApi({ config: { maxFileBytes: 100_000 } });
  const ada = await api.person("ada");
  let taken = 0;
  const endless = new ReadableStream({
    pull(controller) {
      taken += 10_000;
      controller.enqueue(new Uint8Array(10_000));
    },
  });
  assertEquals((await upload(api, ada, endless)).code, "too_large");
  assert(taken < 600_000, String(taken));
  assertEquals((await upload(api, ada, new Uint8Array(100_001))).code, "too_large");
  assertEquals((await upload(api, ada, new Uint8Array(5), "a", { "content-length": "100001" })).code, "too_large");
  assertEquals((await upload(api, ada, new Uint8Array(100_000))).status, 201);
});

Deno.test("files: an upload whose sender falls silent is given up, and nothing of it stays", async () => {
  const clock = new FakeClock();
  await using api = await openTestApi({ clock });
  const ada = await api.person("ada");
  const silent = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(300_000)) });
  const time = setInterval(() => clock.tick(10_000), 1);
  assertEquals((await upload(api, ada, silent)).code, "bad_request");
  clearInterval(time);
  assertEquals(await api.chat.kv.list({ prefix: ["file"] }, { limit: 1 }), []);
  assertEquals(await api.chat.kv.list({ prefix: ["chunk"] }, { limit: 1 }), []);
});

Deno.test("[M12] files in a message: at most nine, each once, or else a text", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const send = async (body: unknown) => (await api.call("POST", "/api/rooms/general/messages", { as: ada, body })).code;
  const id = (n: number) => String(n).padStart(24, "0");
  assertEquals(await send({ content: "" }), "invalid");
  assertEquals(await send({ content: "", files: [] }), "invalid");
  assertEquals(await send({ content: "", files: [id(1), id(1)] }), "invalid");
  assertEquals(await send({ content: "", files: ["../x"] }), "invalid");
  assertEquals(await send({ content: "", files: Array.from({ length: 10 }, (_, i) => id(i)) }), "invalid");
  assertEquals(await send({ content: "", files: Array.from({ length: 9 }, (_, i) => id(i)) }), "no_such_file");
});

Deno.test("files: one Range is answered with 206, an impossible one with 416, several with the whole file", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const id = await sentFile(api, ada, BYTES);
  const cases: [range: string, status: number, contentRange: string | null, length: number][] = [
    ["bytes=0-0", 206, "bytes 0-0/1000", 1],
    ["bytes=0-", 206, "bytes 0-999/1000", 1_000],
    ["bytes=990-", 206, "bytes 990-999/1000", 10],
    ["bytes=-10", 206, "bytes 990-999/1000", 10],
    ["bytes=-5000", 206, "bytes 0-999/1000", 1_000],
    ["bytes=500-5000", 206, "bytes 500-999/1000", 500],
    ["bytes=1000-", 416, "bytes */1000", 0],
    ["bytes=-0", 416, "bytes */1000", 0],
    // not ranges that are served: the whole is
    ["bytes=5-2", 200, null, 1_000],
    ["bytes=0-1,5-6", 200, null, 1_000],
    ["bytes=-", 200, null, 1_000],
    ["lines=0-1", 200, null, 1_000],
    ["bytes=a-b", 200, null, 1_000],
  ];
  for (const [range, status, contentRange, length] of cases) {
    const reply = await api.call("GET", `/api/files/${id}`, { as: ada, headers: { range } });
    assertEquals(
      [reply.status, reply.headers.get("content-range"), reply.text.length],
      [status, contentRange, length] as never,
      range,
    );
    if (status !== 416) assertEquals(reply.headers.get("content-length"), String(length), range);
  }
  const condition = async (tag: string) =>
    (await api.call("GET", `/api/files/${id}`, { as: ada, headers: { range: "bytes=0-1", "if-range": tag } })).status;
  assertEquals([await condition(`"${id}"`), await condition('"other"'), await condition(`W/"${id}"`)], [206, 200, 200]);
});

Deno.test("files: answers are cached privately by id, and another cookie asks anew", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const eve = await api.person("eve");
  const id = await sentFile(api, ada, PIXEL, "dot.png");
  const first = await api.call("GET", `/api/files/${id}`, { as: ada });
  assertEquals(first.headers.get("cache-control"), "private, max-age=86400, immutable");
  assertEquals(first.headers.get("vary"), "cookie, authorization");
  const again = { "if-none-match": `"x", W/${first.headers.get("etag")}` };
  const known = await api.call("GET", `/api/files/${id}`, { as: ada, headers: again });
  assertEquals([known.status, known.text, known.headers.get("etag")], [304, "", first.headers.get("etag")]);
  const head = await api.call("HEAD", `/api/files/${id}`, { as: ada });
  assertEquals([head.status, head.text, head.headers.get("content-length")], [200, "", String(PIXEL.length)]);
  // what one has in one's cache is no leave to have it
  await api.call("DELETE", `/api/rooms/general/members/${eve.id}`, { as: eve });
  assertEquals((await api.call("GET", `/api/files/${id}`, { as: eve, headers: again })).code, "forbidden");
  const refused = await api.call("GET", `/api/files/${id}`);
  assertEquals([refused.code, refused.headers.get("cache-control")], ["unauthorized", "no-store"]);
});

Deno.test("files: images come inline, everything else as a download, and no script in them runs", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const text = (content: string) => new TextEncoder().encode(content);
  const polyglot = new Uint8Array([...header.gif(2, 2), ...text("<script>alert(1)</script>")]);
  const cases: [Uint8Array<ArrayBuffer>, string, string, string][] = [
    [PIXEL, "dot.png", "image/png", 'inline; filename="dot.png"'],
    [PIXEL, "dot.html", "image/png", 'inline; filename="dot.html"'],
    [polyglot, "a.html", "image/gif", 'inline; filename="a.html"'],
    [text("<svg onload='alert(1)'/>"), "a.svg", "text/plain; charset=utf-8", 'attachment; filename="a.svg"'],
    [text("<script>alert(1)</script>"), "a.png", "text/plain; charset=utf-8", 'attachment; filename="a.png"'],
    [text("%PDF-1.4"), "a.pdf", "application/pdf", 'attachment; filename="a.pdf"'],
    [text("x"), 'q"uo\\te %41.txt', "text/plain; charset=utf-8", 'attachment; filename="te _41.txt"'],
    [text("x"), "Grüße.txt", "text/plain; charset=utf-8", 'attachment; filename="Gr__e.txt"'],
  ];
  for (const [bytes, name, type, disposition] of cases) {
    const id = await sentFile(api, ada, bytes, name);
    const { headers } = await api.call("GET", `/api/files/${id}`, { as: ada });
    assertEquals(headers.get("content-type"), type);
    assertEquals(headers.get("content-disposition")?.split("; filename*")[0], disposition);
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("content-security-policy"), "default-src 'none'; sandbox; frame-ancestors 'none'");
    const forced = await api.call("GET", `/api/files/${id}?download=true`, { as: ada });
    assert(forced.headers.get("content-disposition")?.startsWith("attachment; "));
  }
});

Deno.test("rates: uploads have a rate of their own", async () => {
  const rate = { burst: 100, perMinute: 1 };
  const rates = {
    sends: rate,
    commands: rate,
    signIns: rate,
    rooms: { burst: 100, perMinute: 100 },
    registrations: rate,
    searches: rate,
    downloads: { burst: 2, perMinute: 1 },
    adds: rate,
    uploads: { burst: 2, perMinute: 1 },
  };
  await using api = await openTestApi({ config: { limits: true, rates }, clock: new FakeClock() });
  const ada = await api.person("ada");
  const id = await sentFile(api, ada, PIXEL);
  assertEquals((await upload(api, ada, PIXEL)).status, 201);
  assertEquals((await upload(api, ada, PIXEL)).code, "rate_limited");
  const fetches = [];
  for (let i = 0; i < 3; i++) fetches.push((await api.call("GET", `/api/files/${id}`, { as: ada })).status);
  assertEquals(fetches, [200, 200, 429]);
  assertEquals((await api.call("GET", "/api/me", { as: ada })).status, 200);
});

Deno.test("a picture of a person: set, seen by all, cached for long, removed", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const eve = await api.person("eve");
  const put = await api.raw(
    new Request(`${ORIGIN}/api/me/avatar`, {
      method: "PUT",
      headers: { origin: ORIGIN, cookie: ada.cookie },
      body: PIXEL,
    }),
  );
  const id = put.body.avatar;
  assertEquals([put.status, (await api.call("GET", "/api/users?query=ada", { as: eve })).body.users[0].avatar], [
    200,
    id,
  ]);
  const seen = await api.call("GET", `/api/avatars/${id}`, { as: eve });
  assertEquals([seen.status, seen.headers.get("cache-control")], [200, "private, max-age=31536000, immutable"]);
  // it is no file of a message
  assertEquals((await api.call("GET", `/api/files/${id}`, { as: ada })).code, "no_such_file");
  assertEquals((await api.call("GET", `/api/avatars/${id}`)).code, "unauthorized");
  assertEquals((await api.call("DELETE", "/api/me/avatar", { as: ada })).body.avatar, undefined);
});

Deno.test("downloads: one more than a user may have at once is refused until one has ended", async () => {
  await using api = await openTestApi({ config: { limits: true, maxDownloadsPerUser: 2, maxDownloadsPerAddress: 3 } });
  const [ada, bob] = [await api.person("ada"), await api.person("bob")];
  const id = await sentFile(api, ada, new Uint8Array(300_000));
  const get = async (who: Person, method = "GET") => {
    const request = new Request(`${ORIGIN}/api/files/${id}`, { method, headers: { cookie: who.cookie } });
    return await api.handler(request, { remoteAddr: { transport: "tcp", hostname: "192.0.2.7", port: 1 } });
  };
  const [first, second] = [await get(ada), await get(ada)];
  const refused = await get(ada);
  assertEquals([refused.status, refused.headers.get("retry-after")], [429, "1"]);
  assertEquals((await get(ada, "HEAD")).status, 200);
  const third = await get(bob);
  assertEquals([third.status, (await get(bob)).status], [200, 429], "an address has so many, too");
  await first.body?.cancel();
  assertEquals((await second.arrayBuffer()).byteLength, 300_000);
  const next = [await get(ada), await get(bob)];
  assertEquals(next.map(({ status }) => status), [200, 200]);
  for (const { body } of [...next, third]) await body?.cancel();
  assertEquals(api.chat.downloads.size, 0);
});
