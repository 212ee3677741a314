/** Sockets that access tokens opened, in fake time on both transports; and over the whole server. */
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { assert, assertEquals } from "@std/assert";
import { authenticate, signOut } from "../../lib/chat/sign_in/sessions.ts";
import { refreshTokens } from "../../lib/chat/sign_in/tokens.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { silentLog } from "../../lib/base/log.ts";
import { CLOSE, mustSignIn } from "../../lib/protocol/close_codes.ts";
import { openServer as openWholeServer } from "../../lib/server/server.ts";
import { addAccount, enterWithTokens, HERE } from "../support/accounts.ts";
import { assertRejects } from "@std/assert";
import { quickPasswords, testConfig } from "../support/chat.ts";
import { post, signUp } from "../support/client.ts";
import { openServer, type Person, type TestServer, TRANSPORTS } from "./support.ts";
import { until } from "../support/until.ts";

const SECOND = 1_000;
const MINUTE = 60_000;
/** Time jumps: no peer answers a ping in between. */
const QUIET = { heartbeatMs: 86_400_000 };

async function withTokens(server: TestServer, name: string) {
  await addAccount(server.chat, name);
  const tokens = await enterWithTokens(server.chat, name);
  const actor = await authenticate(server.chat, { bearer: tokens.access_token });
  assert(actor !== null);
  const person: Person = { actor, cookie: "" };
  return { person, tokens, bearer: tokens.access_token };
}

const asked = (client: { frames: { type?: string; expires_at?: string }[] }) =>
  client.frames.filter(({ type }) => type === "reauthenticate");

for (const transport of TRANSPORTS) {
  const test = (name: string, run: () => Promise<void>) => Deno.test(`${transport}: ${name}`, run);

  test("[U6] a socket is asked for a fresh token a minute before its own ends, and ends with it", async () => {
    const clock = new FakeClock();
    await using server = await openServer({ transport, clock, config: QUIET });
    const ends = clock.now() + 15 * MINUTE;
    const { person, bearer } = await withTokens(server, "ada");
    const client = await server.open(person, { bearer });
    clock.tick(14 * MINUTE - SECOND);
    assert((await client.command({ type: "ping" })).ok);
    assertEquals(asked(client), []);
    clock.tick(SECOND);
    assert((await client.command({ type: "ping" })).ok);
    const [frame] = asked(client);
    assertEquals(frame, { type: "reauthenticate", expires_at: new Date(ends).toISOString() });
    clock.tick(MINUTE - SECOND);
    assert((await client.command({ type: "ping" })).ok, "the token is still good");
    clock.tick(SECOND);
    assertEquals((await client.ended()).code, CLOSE.token_expired);
    assertEquals([CLOSE.token_expired, mustSignIn(CLOSE.token_expired)], [4102, true]);
    assertEquals(server.errors, []);
  });

  test("[U6] a fresh token of the same session prolongs the socket, however often; its rooms go on", async () => {
    const clock = new FakeClock();
    await using server = await openServer({ transport, clock, config: QUIET });
    let { person, tokens, bearer } = await withTokens(server, "ada");
    const client = await server.open(person, { bearer });
    await client.join();
    for (let round = 1; round <= 3; round++) {
      clock.tick(14 * MINUTE);
      assert((await client.command({ type: "ping" })).ok);
      assertEquals(asked(client).length, round);
      tokens = await refreshTokens(server.chat, tokens.refresh_token, HERE);
      const reply = await client.command({ type: "reauthenticate", token: tokens.access_token });
      assertEquals(reply.expires_at, new Date(clock.now() + 15 * MINUTE).toISOString());
    }
    const { seq } = await client.say("still here");
    await client.upTo(seq);
    clock.tick(15 * MINUTE);
    assertEquals((await client.ended()).code, CLOSE.token_expired);
  });

  test("[U6] a token that is forged, of another person, of another session or older is refused, and prolongs nothing", async () => {
    const clock = new FakeClock();
    await using server = await openServer({ transport, clock, config: QUIET });
    const ada = await withTokens(server, "ada");
    const eve = await withTokens(server, "eve");
    const other = await enterWithTokens(server.chat, "ada");
    const client = await server.open(ada.person, { bearer: ada.bearer });
    for (const token of ["none", `${ada.bearer}x`, eve.bearer, other.access_token, ada.tokens.refresh_token]) {
      const reply = await client.command({ type: "reauthenticate", token });
      assertEquals(reply.error?.code, "unauthorized", token);
    }
    for (const token of ["", 7, "x".repeat(2_001), undefined]) {
      assertEquals((await client.command({ type: "reauthenticate", token })).error?.code, "invalid");
    }
    const same = await client.command({ type: "reauthenticate", token: ada.bearer });
    assertEquals(Date.parse(same.expires_at), clock.now() + 15 * MINUTE);
    clock.tick(15 * MINUTE);
    assertEquals((await client.ended()).code, CLOSE.token_expired);
  });

  test("[U6] a socket that a cookie opened outlives any token, and takes none", async () => {
    const clock = new FakeClock();
    await using server = await openServer({ transport, clock, config: QUIET });
    const { bearer } = await withTokens(server, "ada");
    const client = await server.open(await server.person("bob"));
    assertEquals((await client.command({ type: "reauthenticate", token: bearer })).error?.code, "forbidden");
    clock.tick(40 * MINUTE);
    assert((await client.command({ type: "ping" })).ok);
    assertEquals(asked(client), []);
  });

  test("[U6] [D6] a session that ends takes its socket with it, whatever its token says", async () => {
    const clock = new FakeClock();
    await using server = await openServer({ transport, clock, config: QUIET });
    const { person, bearer, tokens } = await withTokens(server, "ada");
    const client = await server.open(person, { bearer });
    await signOut(server.chat, person.actor);
    await server.sockets.sessionsEnded();
    assertEquals((await client.ended()).code, CLOSE.session_ended);
    await assertRejects(() => refreshTokens(server.chat, tokens.refresh_token, HERE));
  });
}

for (const sockets of TRANSPORTS) {
  Deno.test(`${sockets}: [U6] a client signs in, is asked for a token, refreshes it over REST, goes on, and its socket ends in time`, async () => {
    const clock = new FakeClock();
    const config = testConfig({ sockets, accessTokenMs: MINUTE, limits: false, ...QUIET });
    await using server = await openWholeServer(config, { log: silentLog, passwords: quickPasswords(), clock });
    await signUp(server.url, "ada");
    const login = { username: "ada", password: "correct horse battery", tokens: true };
    const signedIn = await (await post(server.url, "/api/users/login", login)).json();
    const ws = new WebSocket(`${server.url.replace("http", "ws")}/ws`, ["parley.1"], {
      headers: { authorization: `Bearer ${signedIn.access_token}` },
    });
    const lines: string[] = [];
    ws.on("message", (data) => lines.push(...String(data).split("\n")));
    const closed = new Promise<number>((resolve) => ws.on("close", resolve));
    const count = (text: string) => lines.filter((line) => line.includes(text)).length;
    const has = (text: string) => until(() => count(text) > 0);
    await has('"type":"hello"');
    clock.tick(30 * SECOND);
    ws.send(JSON.stringify({ type: "ping", id: 0 }));
    await has('"re":0,"ok":true');
    assertEquals(count('"type":"reauthenticate"'), 1);
    const refresh = await post(server.url, "/api/auth/refresh", { refresh_token: signedIn.refresh_token });
    const { access_token } = await refresh.json();
    ws.send(JSON.stringify({ type: "reauthenticate", id: 1, token: access_token }));
    await has('"re":1,"ok":true');
    clock.tick(45 * SECOND);
    ws.send(JSON.stringify({ type: "ping", id: 2 }));
    await has('"re":2,"ok":true');
    assertEquals(count('"type":"reauthenticate"'), 2);
    clock.tick(45 * SECOND);
    ws.send(JSON.stringify({ type: "ping", id: 3 }));
    const answered = has('"re":3,"ok":true').then(() => "it still answers");
    answered.catch(() => {});
    assertEquals(await Promise.race([closed, answered]), CLOSE.token_expired);
  });
}
