import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { changePassword, readControl, setDisabled } from "../../../lib/chat/people/accounts.ts";
import { authenticate, endSession, listSessions, signOut } from "../../../lib/chat/sign_in/sessions.ts";
import { signIn } from "../../../lib/chat/sign_in/sign_in.ts";
import { clearedCookie, readCookie, sessionCookie } from "../../../lib/chat/sign_in/cookies.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys, ranges } from "../../../lib/store/keys.ts";
import { Passwords } from "../../../lib/chat/sign_in/passwords.ts";
import { put } from "../../../lib/store/kv.ts";
import { addAccount, enter, HERE, PASSWORD } from "../../support/accounts.ts";
import { openTestChat, quickPasswords } from "../../support/chat.ts";

const HOUR = 3_600_000;

Deno.test("signIn() takes the name in any case, and its secret is stored hashed", async () => {
  await using chat = await openTestChat();
  const id = await addAccount(chat, "ada");
  const { secret, user, session_id } = await signIn(chat, { username: " ADA", password: PASSWORD }, "cookie", HERE);
  assertMatch(secret, /^[\w-]{43}$/);
  assertEquals([user.id, user.username, user.admin], [id, "ada", true]);
  const session = (await chat.kv.get(keys.session(id, session_id))).value;
  assert(session !== null && !JSON.stringify(session).includes(secret));
  const actor = await authenticate(chat, { cookie: secret });
  assertEquals([actor?.user_id, actor?.session_id, actor?.by, actor?.renewed], [id, session_id, "cookie", false]);
});

Deno.test("signIn() replaces a hash of another cost, and sign-ins at once with the old one all succeed", async () => {
  await using chat = await openTestChat();
  const id = await addAccount(chat, "ada");
  const user = (await chat.kv.get(keys.user(id))).value;
  assert(user !== null);
  const old = await new Passwords({ cost: { m: 16, t: 1, p: 1, ln: 2 } }).hash(PASSWORD);
  await chat.kv.commit({ set: [put(keys.user(id), { ...user, password_hash: old })] });
  await Promise.all([1, 2, 3].map(() => enter(chat, "ada")));
  const stored = (await chat.kv.get(keys.user(id))).value?.password_hash ?? "";
  assertMatch(stored, /m=8,t=1,p=1/);
  await enter(chat, "ada");
  assertEquals((await chat.kv.get(keys.user(id))).value?.password_hash, stored);
});

Deno.test("signIn() with the right password succeeds where there is no place to make its new hash", async () => {
  const passwords = quickPasswords();
  const renewed = () => Promise.reject(new ChatError("overloaded", "Too many people are signing in at once."));
  await using chat = await openTestChat({
    passwords: {
      hash: (password) => passwords.hash(password),
      verify: (password, stored) => passwords.verify(password, stored),
      renewed,
    },
  });
  const id = await addAccount(chat, "ada");
  const before = (await chat.kv.get(keys.user(id))).value?.password_hash;
  await enter(chat, "ada");
  assertEquals((await chat.kv.get(keys.user(id))).value?.password_hash, before);
});

Deno.test("unknown user, impossible name and wrong password get the same answer after the same work", async () => {
  let verified = 0;
  await using chat = await openTestChat();
  await addAccount(chat, "ada");
  const real = chat.passwords.verify.bind(chat.passwords);
  chat.passwords.verify = (...args) => (verified++, real(...args));
  const bodies = new Set<string>();
  for (const username of ["ada", "nobody", "no such name!", ""]) {
    const error = await assertRejects(
      () => signIn(chat, { username, password: "wrong password" }, "cookie", HERE),
      ChatError,
    );
    bodies.add(JSON.stringify([error.code, error.message, error.field, error.retryAfter]));
  }
  assertEquals([bodies.size, verified], [1, 4]);
});

Deno.test("authenticate() is null for noise, for another kind of secret and after the session's end", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock, config: { sessionMs: 60_000 } });
  await addAccount(chat, "ada");
  const { secret } = await enter(chat, "ada");
  for (const cookie of ["", "x", "x".repeat(43), secret.slice(1), `${secret}x`, undefined]) {
    assertEquals(await authenticate(chat, { cookie }), null);
  }
  assertEquals(await authenticate(chat, { bearer: secret }), null);
  assertEquals(await authenticate(chat, { cookie: secret, bearer: "x" }), null, "a wrong token is not made good");
  clock.tick(chat.config.sessionMs);
  assertEquals(await authenticate(chat, { cookie: secret }), null);
});

Deno.test("a session is prolonged by use, at most once an hour", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  await addAccount(chat, "ada");
  const { secret, actor } = await enter(chat, "ada");
  clock.tick(HOUR - 1);
  assertEquals((await authenticate(chat, { cookie: secret }))?.renewed, false);
  clock.tick(1);
  const later = await authenticate(chat, { cookie: secret });
  assertEquals([later?.renewed, later?.expires_at], [true, actor.expires_at + HOUR]);
  assertEquals((await authenticate(chat, { cookie: secret }))?.renewed, false);
});

Deno.test("[D6] signOut() ends the session at once and tells the control log", async () => {
  await using chat = await openTestChat();
  const id = await addAccount(chat, "ada");
  const [one, other] = [await enter(chat, "ada"), await enter(chat, "ada")];
  let signals = 0;
  chat.bus.subscribe((signal) => void (signal.type === "control" && signals++));
  await signOut(chat, one.actor);
  assertEquals(await authenticate(chat, { cookie: one.secret }), null);
  assert(await authenticate(chat, { cookie: other.secret }) !== null);
  const { head, entries } = await readControl(chat, 0);
  assertEquals([head, entries.length, signals], [1, 1, 1]);
  assertEquals([entries[0]?.n, entries[0]?.user_id, entries[0]?.sessions, entries[0]?.reason], [
    1,
    id,
    [one.actor.session_id],
    "signed_out",
  ]);
  await signOut(chat, one.actor); // again: nothing
  assertEquals(await readControl(chat, 1), { head: 1, entries: [] });
});

Deno.test("[D6] the control log numbers without gaps whatever ends at once", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  await addAccount(chat, "ada");
  const all = await Promise.all(Array.from({ length: 15 }, () => enter(chat, "ada")));
  await Promise.all(all.map(({ actor }) => signOut(chat, actor)));
  const { head, entries } = await readControl(chat, 0);
  assertEquals([head, entries.map(({ n }) => n)], [15, Array.from({ length: 15 }, (_, i) => i + 1)]);
  assertEquals(entries.flatMap(({ sessions }) => sessions).length, 15);
});

Deno.test("sessions: a person lists and ends only their own", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  await addAccount(chat, "ada");
  await addAccount(chat, "bob");
  const [a, b, c] = [await enter(chat, "ada"), await enter(chat, "ada"), await enter(chat, "ada")];
  const bob = await enter(chat, "bob");
  const seen = await listSessions(chat, a.actor);
  assertEquals(seen.map(({ id }) => id).sort(), [a, b, c].map(({ actor }) => actor.session_id).sort());
  assertEquals(seen.filter(({ current }) => current).map(({ id }) => id), [a.actor.session_id]);
  for (const id of [bob.actor.session_id, "x", "../x", ""]) {
    assertEquals((await assertRejects(() => endSession(chat, a.actor, id), ChatError)).code, "not_found");
  }
  await endSession(chat, a.actor, b.actor.session_id);
  assertEquals(await authenticate(chat, { cookie: b.secret }), null);
  await endSession(chat, a.actor, "others");
  assertEquals(await authenticate(chat, { cookie: c.secret }), null);
  assert(await authenticate(chat, { cookie: a.secret }) !== null);
  assert(await authenticate(chat, { cookie: bob.secret }) !== null);
});

Deno.test("the 51st session ends the one that was used longest ago", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock, config: { limits: false } });
  const id = await addAccount(chat, "ada");
  const secrets: string[] = [];
  for (let i = 0; i < 51; i++) {
    clock.tick(1_000);
    secrets.push((await enter(chat, "ada")).secret);
  }
  assertEquals((await chat.kv.list(ranges.sessions(id), { limit: 100 })).length, 50);
  assertEquals(await authenticate(chat, { cookie: secrets[0] }), null);
  assert(await authenticate(chat, { cookie: secrets[1] }) !== null);
  assertEquals((await readControl(chat, 0)).head, 1);
});

Deno.test("[D6] changePassword() ends all other sessions, also one that is opened at the same moment", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  await addAccount(chat, "ada");
  const [mine, other] = [await enter(chat, "ada"), await enter(chat, "ada")];
  const wrong = { current_password: "wrong password", new_password: "another horse" };
  const error = await assertRejects(() => changePassword(chat, mine.actor, wrong), ChatError);
  assertEquals([error.code, error.field], ["bad_credentials", "current_password"]);

  const change = { current_password: PASSWORD, new_password: "another horse" };
  const [, ...raced] = await Promise.allSettled([
    changePassword(chat, mine.actor, change),
    ...Array.from({ length: 8 }, () => signIn(chat, { username: "ada", password: PASSWORD }, "cookie", HERE)),
  ]);
  for (const one of raced) {
    if (one.status === "fulfilled") assertEquals(await authenticate(chat, { cookie: one.value.secret }), null);
  }
  assertEquals(await authenticate(chat, { cookie: other.secret }), null);
  assert(await authenticate(chat, { cookie: mine.secret }) !== null);
  await assertRejects(() => enter(chat, "ada"), ChatError, "wrong");
  await enter(chat, "ada", "another horse");
  const { entries } = await readControl(chat, 0);
  assertEquals(entries.at(-1)?.reason, "password_changed");

  const weak = { current_password: "another horse", new_password: "password1" };
  assertEquals((await assertRejects(() => changePassword(chat, mine.actor, weak), ChatError)).field, "new_password");
});

Deno.test("[D6] a sign-in that verified the old password just before it changed opens no session", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  const verify = chat.passwords.verify.bind(chat.passwords);
  chat.passwords.verify = async (...args) => {
    const right = await verify(...args);
    chat.passwords.verify = verify;
    await changePassword(chat, actor, { current_password: PASSWORD, new_password: "another horse" });
    return right;
  };
  await assertRejects(() => enter(chat, "ada"), ChatError, "wrong");
  assertEquals((await listSessions(chat, actor)).length, 1);
});

Deno.test("[D6] a session that opens after changePassword() has listed them ends too", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  const list = chat.kv.list.bind(chat.kv);
  let late = "";
  chat.kv.list = async (...args) => {
    const found = await list(...args);
    chat.kv.list = list;
    late = (await enter(chat, "ada")).secret;
    return found;
  };
  await changePassword(chat, actor, { current_password: PASSWORD, new_password: "another horse" });
  assert(late !== "");
  assertEquals(await authenticate(chat, { cookie: late }), null);
});

Deno.test("[D6] a disabled account has no sessions and cannot sign in until it is enabled", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  await addAccount(chat, "ada");
  const bobId = await addAccount(chat, "bob");
  const [ada, bob] = [await enter(chat, "ada"), await enter(chat, "bob")];
  assertEquals((await assertRejects(() => setDisabled(chat, bob.actor, bobId, true), ChatError)).code, "forbidden");
  await setDisabled(chat, ada.actor, bobId, true);
  assertEquals(await authenticate(chat, { cookie: bob.secret }), null);
  assertEquals((await readControl(chat, 0)).entries.at(-1)?.reason, "disabled");
  assertEquals((await assertRejects(() => enter(chat, "bob"), ChatError)).code, "forbidden");
  await assertRejects(() => enter(chat, "bob", "wrong password"), ChatError, "Username or password is wrong");
  await setDisabled(chat, ada.actor, bobId, false);
  await enter(chat, "bob");
});

Deno.test("wrong passwords from one address lock nobody out elsewhere, nor other accounts there at first", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  await addAccount(chat, "ada");
  await addAccount(chat, "bob");
  const from = (address: string, username: string, password: string) =>
    signIn(chat, { username, password }, "cookie", { ...HERE, address });
  for (let i = 0; i < 10; i++) await assertRejects(() => from("10.0.0.1", "ada", "wrong password"), ChatError, "wrong");
  const error = await assertRejects(() => from("10.0.0.1", "ada", PASSWORD), ChatError);
  assertEquals([error.code, error.retryAfter], ["rate_limited", 6]); // 10 a minute
  await from("10.0.0.2", "ada", PASSWORD);
  await from("10.0.0.1", "bob", PASSWORD);
  clock.tick(6_000);
  await from("10.0.0.1", "ada", PASSWORD);
  for (let i = 0; i < 36; i++) await assertRejects(() => from("10.0.0.1", `user${i}`, PASSWORD), ChatError);
  let codes = "";
  for (let i = 0; i < 10; i++) {
    codes += (await assertRejects(() => from("10.0.0.1", `more${i}`, PASSWORD), ChatError)).code + " ";
  }
  assert(codes.includes("rate_limited"), "an address is limited over all accounts");
});

Deno.test("signIn() counts attempts by IPv6 network, not by each of its addresses", async () => {
  await using chat = await openTestChat({ clock: new FakeClock() });
  await addAccount(chat, "ada");
  const from = (address: string) =>
    assertRejects(
      () => signIn(chat, { username: "ada", password: "wrong password" }, "cookie", { ...HERE, address }),
      ChatError,
    );
  const codes: string[] = [];
  for (let i = 1; i <= 11; i++) codes.push((await from(`2001:db8:1:2::${i}`)).code);
  assertEquals([codes.indexOf("rate_limited"), (await from("2001:db8:1:3::1")).code], [10, "bad_credentials"]);
});

Deno.test("signIn() counts attempts in the store: a second isolate goes on from the first one's count", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  await addAccount(chat, "ada");
  const key = keys.attempts("signIns", `ada ${HERE.address}`);
  await chat.kv.commit({ set: [[key, { count: 20, expires_at: clock.now() + 30_000 }]] });
  const error = await assertRejects(() => enter(chat, "ada"), ChatError);
  assertEquals([error.code, error.retryAfter], ["rate_limited", 30]);
  clock.tick(30_000);
  await enter(chat, "ada");
  assertEquals((await chat.kv.get(key)).value?.count, 1);
});

Deno.test("cookies: out of scripts' reach, bound to the host over https, read back by their exact name", () => {
  const at = Date.parse("2026-01-02T03:04:05Z");
  const [plain, https] = [{ publicUrl: undefined }, { publicUrl: "https://chat.example.org" }];
  const expires = "Expires=Fri, 02 Jan 2026 03:04:05 GMT";
  assertEquals(sessionCookie(plain, "abc", at), `parley_session=abc; HttpOnly; SameSite=Lax; Path=/; ${expires}`);
  assertEquals(
    sessionCookie(https, "abc", at),
    `__Host-parley_session=abc; Secure; HttpOnly; SameSite=Lax; Path=/; ${expires}`,
  );
  assertMatch(clearedCookie(plain), /^parley_session=; .*Expires=Thu, 01 Jan 1970 00:00:00 GMT/);
  const read = (config: typeof plain | typeof https, cookie: string) => readCookie(config, new Headers({ cookie }));
  const header = "x=1; xparley_session=2; parley_session=plain;__Host-parley_session=host; y=parley_session=3";
  assertEquals([read(plain, header), read(https, header)], ["plain", "host"]);
  assertEquals([readCookie(plain, new Headers()), read(plain, ""), read(https, "parley_session=a")], [
    undefined,
    undefined,
    undefined,
  ]);
});
