import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { createInvitation, needsSetupCode, register, type RegisterInput } from "../../../lib/chat/people/accounts.ts";
import type { Chat } from "../../../lib/chat/chat.ts";
import { removeMember } from "../../../lib/chat/rooms/members.ts";
import { membership } from "../../../lib/chat/rooms/membership.ts";
import { authenticate } from "../../../lib/chat/sign_in/sessions.ts";
import { signIn } from "../../../lib/chat/sign_in/sign_in.ts";
import { colorOf } from "../../../lib/chat/sign_in/registration.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys, ranges } from "../../../lib/store/keys.ts";
import type { Kv } from "../../../lib/store/kv.ts";
import { type Log, silentLog } from "../../../lib/base/log.ts";
import { COLORS } from "../../../lib/protocol/colors.ts";
import { openTestChat } from "../../support/chat.ts";
import { openKvConnect } from "../../support/kv_connect.ts";
import { alteredKv } from "../../support/altered_kv.ts";

const HERE = { address: "127.0.0.1", user_agent: "test" };
const PASSWORD = "correct horse";
const PUBLIC = { publicUrl: "https://chat.example.org" };

function add(chat: Chat, input: Partial<RegisterInput> & { username: string }, address = HERE.address) {
  return register(chat, { password: PASSWORD, ...input }, { ...HERE, address });
}

async function refusal(run: Promise<unknown>): Promise<[string, string | undefined]> {
  const error = await assertRejects(() => run, ChatError);
  return [error.code, error.field];
}

Deno.test("register() keeps the name in lower case, shows it as typed, and joins general", async () => {
  await using chat = await openTestChat();
  const ada = await add(chat, { username: "Ada" });
  assertEquals([ada.username, ada.display_name, ada.color], ["ada", "Ada", colorOf(ada.id)]);
  assert(await membership(chat, ada.id, "general") !== null);
  const record = (await chat.kv.get(keys.user(ada.id))).value;
  assertMatch(record?.password_hash ?? "", /^\$argon2id\$/);
  assert(!("password_hash" in ada));
});

Deno.test("the first administrator owns general, everybody else is its member", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await add(chat, { username: "ada" }), await add(chat, { username: "bob" })];
  assertEquals((await membership(chat, ada.id, "general"))?.role, "owner");
  assertEquals((await membership(chat, bob.id, "general"))?.role, "member");
  assertEquals((await chat.kv.get(keys.head("general"))).value?.owners, 1);
});

Deno.test("a name is taken in any case, and by one of twenty that ask at once", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  await add(chat, { username: "ada" });
  assertEquals(await refusal(add(chat, { username: "ADA" })), ["username_taken", "username"]);
  const all = await Promise.allSettled(Array.from({ length: 20 }, () => add(chat, { username: "Bob" })));
  assertEquals(all.filter((one) => one.status === "fulfilled").length, 1);
  for (const one of all) {
    if (one.status === "rejected") assert(one.reason instanceof ChatError && one.reason.code === "username_taken");
  }
});

for (const answer of ["throws", "says that a check failed"]) {
  Deno.test(`a commit that makes an account, but whose answer is lost (${answer}), is no other's name`, async () => {
    let lost = 0;
    const wrapKv = (kv: Kv): Kv =>
      alteredKv(kv, {
        async commit(write) {
          const versionstamp = await kv.commit(write);
          if (write.set?.some(([key]) => key[0] === "username") !== true || versionstamp === null) return versionstamp;
          lost++;
          if (answer === "throws") throw new ChatError("storage_unavailable", "test");
          return null;
        },
      });
    await using chat = await openTestChat({ wrapKv, config: { registration: "invite" } });
    const root = await add(chat, { username: "root" });
    const { code } = await createInvitation(chat, { admin: true, user_id: root.id }, { uses: 2 });
    const ada = await add(chat, { username: "ada", invitation: code });
    assertEquals([lost, ada.username, (await chat.kv.get(keys.username("ada"))).value], [2, "ada", ada.id]);
    assertEquals((await chat.kv.get(keys.invitation(code))).value?.uses_left, 1);
    assert(await membership(chat, ada.id, "general") !== null);
    assertEquals((await refusal(add(chat, { username: "ada", invitation: code })))[0], "username_taken");
  });
}

const WRONG: [field: string, values: string[]][] = [
  ["username", ["", "a b", "ä", "x".repeat(33), "a/b", "unknown", "..", "\u212a"]],
  ["display_name", [
    ...["", "   ", "x".repeat(51), "a\u0000b", "a\nb", "\u202eabc", "a\u200bb", "\ufeffx", "\ud800", "a\u2067b"],
    ...["e" + "\u0301".repeat(6), "\u3164", "a\u200d b", "\u00ad", "\u{e0041}"],
  ]],
  ["password", ["", "short 1", "password123", "Summer2024!", "x".repeat(1_025), "ж".repeat(513), "\ud800".repeat(9)]],
];

for (const [field, values] of WRONG) {
  Deno.test(`register() refuses a wrong ${field}, naming it and what is allowed`, async () => {
    await using chat = await openTestChat();
    for (const value of values) {
      const error = await assertRejects(() => add(chat, { username: "ada", [field]: value }), ChatError);
      assertEquals([error.code, error.field], ["invalid", field], JSON.stringify(value));
      assertStringIncludes(error.message, `"${field}" must`);
    }
    assertEquals((await chat.kv.get(keys.username("ada"))).value, null);
  });
}

Deno.test("register() refuses the username as password, and fields that it does not know", async () => {
  await using chat = await openTestChat();
  assertEquals(await refusal(add(chat, { username: "kelpforest", password: "KelpForest" })), ["invalid", "password"]);
  const extra: RegisterInput = JSON.parse(`{"username": "ada", "password": "${PASSWORD}", "admin": true}`);
  assertEquals(await refusal(register(chat, extra, HERE)), ["invalid", "admin"]);
});

Deno.test("names of any script are kept, composed, with their emoji", async () => {
  await using chat = await openTestChat();
  const names = [
    "Ωμέγα",
    "佐藤 美咲",
    "محمد",
    "अनुष्का",
    "Zoë".normalize("NFD"),
    "Kim 👩‍👩‍👧‍👦",
    "🏳️‍🌈",
    "x".repeat(50),
    "👍".repeat(50),
  ];
  for (const [i, name] of names.entries()) {
    const user = await add(chat, { username: `u${i}`, display_name: ` ${name} ` }, `address-${i}`);
    assertEquals(user.display_name, name.normalize("NFC"));
  }
});

Deno.test("the first account is the administrator in local mode, and exactly one of those that come at once", async () => {
  await using chat = await openTestChat();
  assertEquals(await needsSetupCode(chat), false);
  const users = await Promise.all(["a", "b", "c", "d", "e"].map((username) => add(chat, { username })));
  const records = await chat.kv.getMany(users.map(({ id }) => keys.user(id)));
  const admins = records.filter(({ value }) => value?.admin).map(({ value }) => value?.id);
  assertEquals(admins, [(await chat.kv.get(keys.firstAdmin())).value ?? undefined]);
});

Deno.test("elsewhere the first account needs the set-up code that the log shows at every level, once", async () => {
  const lines: string[] = [];
  const log: Log = { ...silentLog, error: (message) => void lines.push(message) };
  await using chat = await openTestChat({ config: PUBLIC, log });
  const setupCode = /set-up code (\S+)$/.exec(lines.join("\n"))?.[1] ?? "";
  assertMatch(setupCode, /^[\w-]{43}$/);

  assertEquals(await needsSetupCode(chat), true);
  assertEquals(await refusal(add(chat, { username: "ada" })), ["setup_code_required", "setup_code"]);
  assertEquals(await refusal(add(chat, { username: "ada", setup_code: "x" })), ["setup_code_required", "setup_code"]);
  const both = await Promise.allSettled(
    ["ada", "eve"].map((username) => add(chat, { username, setup_code: setupCode })),
  );
  const admins = both.flatMap((one) => one.status === "fulfilled" ? [one.value.id] : []);
  const records = await chat.kv.getMany(admins.map((id) => keys.user(id)));
  assertEquals(records.filter(({ value }) => value?.admin).length, 1);
  assertEquals(await needsSetupCode(chat), false);
});

Deno.test("processes that start together on one empty store print the same set-up code, which works in each", async () => {
  await using server = await openKvConnect();
  const lines: string[] = [];
  const log: Log = { ...silentLog, error: (message) => void lines.push(message) };
  const open = () => openTestChat({ config: { ...PUBLIC, kvPath: server.url }, log });
  const chats = await Promise.all([open(), open(), open()]);
  const codes = new Set(lines.map((line) => /set-up code (\S+)$/.exec(line)?.[1]));
  assertEquals([lines.length, codes.size], [3, 1]);
  const [setup_code = ""] = codes;
  const [, second, third] = chats;
  assert(second !== undefined && third !== undefined);
  await add(second, { username: "ada", setup_code });
  assertEquals(await refusal(add(third, { username: "ada" })), ["username_taken", "username"]);
  for (const chat of chats) await chat[Symbol.asyncDispose]();
});

Deno.test("closed registration takes the first account and no other", async () => {
  await using chat = await openTestChat({ config: { registration: "closed" } });
  await add(chat, { username: "ada" });
  assertEquals(await refusal(add(chat, { username: "bob" })), ["registration_closed", undefined]);
});

Deno.test("an invitation is good for as many accounts as it says, however many ask at once", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ config: { registration: "invite", limits: false }, clock });
  await add(chat, { username: "ada" });
  const session = await signIn(chat, { username: "ada", password: PASSWORD }, "cookie", HERE);
  const ada = await authenticate(chat, { cookie: session.secret });
  assert(ada !== null && ada.admin);
  const { code, uses_left } = await createInvitation(chat, ada, { uses: 3, expires_in_s: 60 });
  assertEquals(uses_left, 3);
  assertEquals(await refusal(add(chat, { username: "bob" })), ["invitation_required", "invitation"]);
  assertEquals(await refusal(add(chat, { username: "bob", invitation: "x" })), ["invitation_required", "invitation"]);
  const all = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => add(chat, { username: `guest${i}`, invitation: code })),
  );
  assertEquals(all.filter((one) => one.status === "fulfilled").length, 3);
  assertEquals((await chat.kv.get(keys.invitation(code))).value?.uses_left, 0);

  const short = await createInvitation(chat, ada, { uses: 1, expires_in_s: 60 });
  clock.tick(60_000);
  assertEquals(await refusal(add(chat, { username: "bob", invitation: short.code })), [
    "invitation_required",
    "invitation",
  ]);
  assertEquals(await refusal(createInvitation(chat, { ...ada, admin: false }, {})), ["forbidden", undefined]);
  assertEquals(await refusal(createInvitation(chat, ada, { uses: 0 })), ["invalid", "uses"]);
});

Deno.test("a crash between the account and general is repaired by the next sign-in; leaving is not undone", async () => {
  await using chat = await openTestChat();
  await add(chat, { username: "ada" });
  const append = chat.appender.append;
  chat.appender.append = () => Promise.reject(new ChatError("storage_unavailable", "the store is down"));
  const bob = await add(chat, { username: "bob" });
  chat.appender.append = append;
  assertEquals(await membership(chat, bob.id, "general"), null);

  const enter = async () => {
    const { secret } = await signIn(chat, { username: "bob", password: PASSWORD }, "cookie", HERE);
    return await authenticate(chat, { cookie: secret });
  };
  const actor = await enter();
  assert(await membership(chat, bob.id, "general") !== null);
  assert(actor !== null);
  await removeMember(chat, actor, "general", bob.id);
  await enter();
  assertEquals(await membership(chat, bob.id, "general"), null);
});

Deno.test("registrations are limited by address", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  for (let i = 0; i < 10; i++) await add(chat, { username: `u${i}` });
  const error = await assertRejects(() => add(chat, { username: "u10" }), ChatError);
  assertEquals([error.code, error.retryAfter], ["rate_limited", 12]); // 5 a minute
  await add(chat, { username: "u10" }, "127.0.0.2");
  clock.tick(12_000);
  await add(chat, { username: "u11" });
  assert((await chat.kv.list(ranges.attempts(), { limit: 10 })).length > 0);
});

Deno.test("default colours come out of the table, but a deleted user's", () => {
  const seen = new Set(Array.from({ length: 2_000 }, (_, i) => colorOf(`user${i}`)));
  assertEquals(seen, new Set(COLORS.slice(0, -1)));
});
