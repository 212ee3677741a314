/** What comes from a client and becomes a header or a key of the store: bounded and encoded, whatever it is. */
import { assert, assertEquals } from "@std/assert";
import { redirect } from "../../lib/http/redirect.ts";
import { makeLog } from "../../lib/base/log.ts";
import { localPath } from "../../lib/http/origin.ts";
import { openServer } from "../../lib/server/server.ts";
import type { Server } from "../../lib/server/server_handle.ts";
import { quickPasswords, testConfig } from "../support/chat.ts";
import { type Session, signUp } from "../support/client.ts";
import { random } from "../support/random.ts";

const PIECES = [
  ...["/", "//", "\\", "..", "/.", "?", "#", "%", "%00", "%0d%0a", "%2f%2f", "%ff", "%e4%b8", "&", "=", ";", ",", '"'],
  ...[
    "\r\n",
    "\n",
    "\t",
    "\0",
    "\x7f",
    " ",
    "中",
    "é",
    "\u2028",
    "😀",
    "\ud800",
    "\udc00",
    "\u200b",
    "\ufeff",
    "a",
    "evil.example",
  ],
  ...["x".repeat(300), "中".repeat(900), "__proto__", "general", "@", ":", "[", "javascript:", "'", "<", ">"],
];

/** The same ones each time. */
function* values(seed: number, count: number): Generator<string> {
  const next = random(seed);
  yield* PIECES;
  for (let i = 0; i < count; i++) {
    const length = 1 + Math.floor(next() * 6);
    yield Array.from({ length }, () => PIECES[Math.floor(next() * PIECES.length)] ?? "").join("");
  }
}

Deno.test("localPath(): any input gives a short path of this site that a header can carry", () => {
  for (const value of values(1, 3_000)) {
    for (const given of [value, `/${value}`, `/rooms/${value}`]) {
      const path = localPath(given);
      assert(/^\/(?!\/)[\x21-\x7e]*$/.test(path) && path.length <= 2_000, JSON.stringify(given));
      assertEquals(new URL(path, "http://here.example").host, "here.example", JSON.stringify(given));
      assertEquals(new Headers({ location: path }).get("location"), path);
    }
  }
  assertEquals(localPath("/中?q=é#ü"), "/%E4%B8%AD?q=%C3%A9#%C3%BC");
  assertEquals(localPath(`/${"x".repeat(3_000)}`), "/");
});

Deno.test("redirect(): any target gives a valid header, and percent escapes stay as they are", () => {
  for (const value of values(2, 1_000)) {
    assert(/^[\x21-\x7e]*$/.test(redirect(`/${value}`).headers.get("location") ?? "\0"), JSON.stringify(value));
  }
  assertEquals(redirect("/a%20b?c=%C3%A9").headers.get("location"), "/a%20b?c=%C3%A9");
});

async function open(): Promise<{ server: Server; lines: string[] }> {
  const lines: string[] = [];
  const buildDir = new URL("../../_fresh/", import.meta.url);
  const server = await openServer(testConfig({ limits: false, sockets: "guarded" }), {
    passwords: quickPasswords(),
    log: makeLog({ level: "warn", format: "json" }, (line) => lines.push(line)),
    buildDir,
  });
  return { server, lines };
}

Deno.test("pages and API: no value in a path, a query, a form or a cookie is answered with 500", async () => {
  const { server, lines } = await open();
  await using _ = server;
  const ada = await signUp(server.url, "ada");
  const send = async (what: string, path: string, init: RequestInit = {}, session: Session | undefined = ada) => {
    const headers = { origin: server.url, cookie: session?.cookie ?? "", ...init.headers };
    const response = await fetch(server.url + path, { redirect: "manual", ...init, headers });
    await response.body?.cancel();
    assert(response.status < 500, `${what}: ${response.status} ${path.slice(0, 200)} ${lines.join()}`);
  };
  const form = (fields: Record<string, string>): RequestInit => ({ method: "POST", body: new URLSearchParams(fields) });
  for (const value of values(3, 40)) {
    const inPath = encodeURIComponent(value.toWellFormed());
    // what a header of a request can carry
    const inCookie = value.replace(/[^\x21-\x7e]|;/g, "");
    await send("next", `/login?next=${inPath}`, {}, undefined);
    await send("next in a form", "/login", form({ username: "bob", password: "wrong", next: `/${value}` }), undefined);
    await send("username", "/login", form({ username: value, password: value }), undefined);
    await send(
      "invitation",
      "/register",
      form({ username: "b", password: value, invitation: value, setup_code: value }),
    );
    await send("recover", "/recover", form({ username: value, code: value, new_password: value }), undefined);
    await send("room", `/rooms/${inPath}`);
    await send("room and message", `/rooms/general?at=${inPath}&before=${inPath}&after=${inPath}`);
    await send("settings", "/settings", form({ form: "sessions", session: value }));
    await send("blocked", "/settings", form({ form: "blocked", user: value }));
    await send("admin", `/admin/${inPath}?of=${inPath}&q=${inPath}`);
    await send("admin form", "/admin/users", form({ of: value, reason: value, act: value, user: value }));
    for (const name of ["room", "zone", "theme", "language", "parley_session"]) {
      const cookies = { headers: { cookie: `${name}=${inCookie}; ${name === "parley_session" ? "" : ada.cookie}` } };
      await send(`cookie ${name}`, "/", cookies);
      await send(`cookie ${name}`, "/api/me", cookies);
    }
    await send("cookie room, encoded", "/", { headers: { cookie: `room=${inPath}; ${ada.cookie}` } });
    for (
      const path of [
        "rooms/",
        "rooms/general/messages/",
        "files/",
        "avatars/",
        "me/sessions/",
        "invitations/",
        "users/",
      ]
    ) {
      await send("API", `/api/${path}${inPath}`);
    }
    await send("API query", `/api/rooms/general/messages?before=${inPath}&limit=${inPath}`);
    await send("API search", `/api/search?q=${inPath}&room_id=${inPath}&cursor=${inPath}`);
  }
  assertEquals(lines, []);
});

Deno.test("files: a file of any name can be downloaded under that name", async () => {
  const { server, lines } = await open();
  await using _ = server;
  const ada = await signUp(server.url, "ada");
  const headers = { origin: server.url, cookie: ada.cookie };
  for (const value of values(4, 60)) {
    const name = encodeURIComponent(value.toWellFormed());
    const made = await fetch(`${server.url}/api/files?name=${name}`, { method: "POST", headers, body: "text" });
    const { id } = await made.json();
    if (made.status !== 201) continue;
    const got = await fetch(`${server.url}/api/files/${id}`, { headers });
    assertEquals([got.status, await got.text()], [200, "text"], JSON.stringify(value));
    assert(/^[\x20-\x7e]*$/.test(got.headers.get("content-disposition") ?? "\0"));
  }
  assertEquals(lines, []);
});
