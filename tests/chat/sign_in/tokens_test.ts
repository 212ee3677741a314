import { SignJWT } from "jose";
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { readControl, setDisabled } from "../../../lib/chat/people/accounts.ts";
import type { Chat } from "../../../lib/chat/chat.ts";
import { authenticate, signOut } from "../../../lib/chat/sign_in/sessions.ts";
import { refreshTokens, RETRY_MS } from "../../../lib/chat/sign_in/tokens.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { ranges } from "../../../lib/store/keys.ts";
import { addAccount, enter, enterWithTokens, HERE } from "../../support/accounts.ts";
import { openTestChat } from "../../support/chat.ts";

const MINUTE = 60_000;

async function refused(chat: Chat, token: string): Promise<void> {
  assertEquals((await assertRejects(() => refreshTokens(chat, token, HERE), ChatError)).code, "unauthorized");
}

Deno.test("an access token is good for 15 minutes, and as long as its session", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const id = await addAccount(chat, "ada");
  const tokens = await enterWithTokens(chat, "ada");
  assertEquals([tokens.token_type, tokens.expires_in], ["Bearer", 900]);
  const actor = await authenticate(chat, { bearer: tokens.access_token });
  assert(actor !== null);
  assertEquals([actor.user_id, actor.by, actor.expires_at], [id, "bearer", clock.now() + chat.config.refreshTokenMs]);
  assertEquals(await authenticate(chat, { cookie: tokens.refresh_token }), null);
  assertEquals(await authenticate(chat, { bearer: tokens.refresh_token }), null);
  clock.tick(15 * MINUTE);
  assertEquals(await authenticate(chat, { bearer: tokens.access_token }), null);

  const fresh = await refreshTokens(chat, tokens.refresh_token, HERE);
  assert(await authenticate(chat, { bearer: fresh.access_token }) !== null);
  await signOut(chat, actor);
  assertEquals(await authenticate(chat, { bearer: fresh.access_token }), null, "[D6] at once, not at its expiry");
  await refused(chat, fresh.refresh_token);
});

Deno.test("an access token that was verified before is refused with another signature, and once it has expired", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  await addAccount(chat, "ada");
  const { access_token: token } = await enterWithTokens(chat, "ada");
  for (let n = 0; n < 2; n++) assert(await authenticate(chat, { bearer: token }) !== null);
  const forged = token.slice(0, -10) + (token.at(-10) === "A" ? "B" : "A") + token.slice(-9);
  assertEquals(await authenticate(chat, { bearer: forged }), null);
  clock.tick(15 * MINUTE - 1_000);
  assert(await authenticate(chat, { bearer: token }) !== null);
  clock.tick(1_000);
  assertEquals(await authenticate(chat, { bearer: token }), null);
});

Deno.test("algorithm, typ, issuer, audience, expiry and claims of an access token are all checked", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  const tokens = await enterWithTokens(chat, "ada");
  const real = await authenticate(chat, { bearer: tokens.access_token });
  assert(real !== null);
  const now = Math.floor(clock.now() / 1_000);
  const good = {
    header: { alg: "HS256", typ: "at+jwt" },
    claims: {
      iss: "parley",
      aud: `parley:${chat.epoch}`,
      sub: real.user_id,
      sid: real.session_id,
      iat: now,
      exp: now + 60,
    } as Record<string, unknown>,
    key: chat.jwtKey,
  };
  const make = ({ header, claims, key }: typeof good) => new SignJWT(claims).setProtectedHeader(header).sign(key);
  assert(await authenticate(chat, { bearer: await make(good) }) !== null, "the forgery is good but for one thing");

  const without = (name: string) => ({ ...good, claims: { ...good.claims, [name]: undefined } });
  const wrong: Record<string, typeof good> = {
    "another algorithm": { ...good, header: { ...good.header, alg: "HS512" }, key: new Uint8Array(64).fill(1) },
    "another algorithm, our key": { ...good, header: { ...good.header, alg: "HS384" }, key: good.key },
    "another typ": { ...good, header: { ...good.header, typ: "JWT" } },
    "another key": { ...good, key: new Uint8Array(32) },
    "another issuer": { ...good, claims: { ...good.claims, iss: "other" } },
    "another audience": { ...good, claims: { ...good.claims, aud: "parley:other" } },
    "expired": { ...good, claims: { ...good.claims, exp: now } },
    "another's session": { ...good, claims: { ...good.claims, sub: "nobody" } },
    "a cookie's session": { ...good, claims: { ...good.claims, sid: actor.session_id } },
    ...Object.fromEntries(["exp", "iat", "sub", "sid", "iss", "aud"].map((name) => [`no ${name}`, without(name)])),
  };
  for (const [what, forgery] of Object.entries(wrong)) {
    const bearer = await make(forgery).catch(() => undefined);
    assert(bearer !== undefined, what);
    assertEquals(await authenticate(chat, { bearer }), null, what);
  }
  const [, payload] = tokens.access_token.split(".");
  const none = btoa(JSON.stringify({ alg: "none", typ: "at+jwt" })).replace(/=+$/, "");
  for (const bearer of ["", "x", `${none}.${payload}.`, "a.b.c", "x".repeat(10_000)]) {
    assertEquals(await authenticate(chat, { bearer }), null);
  }
});

Deno.test("a refresh token is rotated at each use and never stored", async () => {
  await using chat = await openTestChat();
  const id = await addAccount(chat, "ada");
  let { refresh_token } = await enterWithTokens(chat, "ada");
  for (let i = 0; i < 5; i++) {
    const next = (await refreshTokens(chat, refresh_token, HERE)).refresh_token;
    assertNotEquals(next, refresh_token);
    const [session] = await chat.kv.list(ranges.sessions(id), { limit: 10 });
    assert(session !== undefined && !JSON.stringify(session.value).includes(next));
    refresh_token = next;
  }
  assertEquals((await chat.kv.list(ranges.sessions(id), { limit: 10 })).length, 1);
});

Deno.test("a retry within the grace gets a working pair, and so do twenty at once", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock, config: { limits: false } });
  await addAccount(chat, "ada");
  const { refresh_token } = await enterWithTokens(chat, "ada");
  const all = await Promise.all(Array.from({ length: 20 }, () => refreshTokens(chat, refresh_token, HERE)));
  assertEquals(new Set(all.map((one) => one.refresh_token)).size, 1);
  clock.tick(RETRY_MS);
  const late = await refreshTokens(chat, refresh_token, HERE);
  for (const { access_token } of [...all, late]) assert(await authenticate(chat, { bearer: access_token }) !== null);
  await refreshTokens(chat, late.refresh_token, HERE);
});

Deno.test("[D6] reuse after the grace, or of any older token, ends the session and tells the control log", async () => {
  for (const rotations of [1, 3]) {
    const clock = new FakeClock();
    await using chat = await openTestChat({ clock });
    await addAccount(chat, "ada");
    const first = await enterWithTokens(chat, "ada");
    let last = first;
    for (let i = 0; i < rotations; i++) last = await refreshTokens(chat, last.refresh_token, HERE);
    if (rotations === 1) clock.tick(RETRY_MS + 1);
    await refused(chat, first.refresh_token);
    await refused(chat, last.refresh_token);
    assertEquals(await authenticate(chat, { bearer: last.access_token }), null);
    assertEquals((await readControl(chat, 0)).entries.map(({ reason }) => reason), ["signed_out"]);
  }
});

Deno.test("refreshTokens() refuses noise, and no session ends", async () => {
  await using chat = await openTestChat();
  await addAccount(chat, "ada");
  const { refresh_token } = await enterWithTokens(chat, "ada");
  const [user, session, , tag] = refresh_token.split(".");
  const forged = [`${user}.${session}.7.${tag}`, `${user}.${session}.0.${"A".repeat(43)}`, `${refresh_token}x`];
  for (const token of [...forged, "", "x", "...", "x".repeat(5_000)]) await refused(chat, token);
  await refreshTokens(chat, refresh_token, HERE);
});

Deno.test("an expired session and a disabled account cannot be refreshed", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock, config: { refreshTokenMs: MINUTE } });
  await addAccount(chat, "ada");
  const bobId = await addAccount(chat, "bob");
  const ada = await enter(chat, "ada");
  const [late, disabled] = [await enterWithTokens(chat, "ada"), await enterWithTokens(chat, "bob")];
  await setDisabled(chat, ada.actor, bobId, true);
  await refused(chat, disabled.refresh_token);
  clock.tick(MINUTE);
  await refused(chat, late.refresh_token);
});
