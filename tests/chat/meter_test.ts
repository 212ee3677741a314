import { assert, assertEquals } from "@std/assert";
import type { Chat } from "../../lib/chat/chat.ts";
import { Meter } from "../../lib/chat/meter.ts";
import { sendMessage } from "../../lib/chat/messages/messages.ts";
import { KEYS_PER_TOKEN, RateLimiter, READS_AT_ONCE } from "../../lib/chat/rate_limiter.ts";
import { whoIsOnline } from "../../lib/chat/people/online.ts";
import type { MemberRecord } from "../../lib/protocol/model.ts";
import { createRoom, listRooms } from "../../lib/chat/rooms/rooms.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { readConfig } from "../../lib/base/config/config.ts";
import { keys } from "../../lib/store/keys.ts";
import { put } from "../../lib/store/kv.ts";
import { openTestApi } from "../api/support.ts";
import { openServer } from "../socket/support.ts";
import { openTestChat } from "../support/chat.ts";
import { addPerson } from "../support/people.ts";
import { TestSocket } from "../support/client.ts";

const config = readConfig({ RATE_COMMANDS: "10/60" });

/** How many tokens are left, by taking them. */
function left(rates: Chat["rates"], userId: string): number {
  let count = 0;
  while (rates.take("commands", userId) === 0) count++;
  return count;
}

async function fill(chat: Chat, userId: string): Promise<void> {
  for (const letter of ["a", "b"]) {
    const set = Array.from({ length: 249 }, (_, i) => put(keys.joined(userId, `${letter}${i}`), true as const));
    await chat.kv.commit({ set });
  }
}

Deno.test("rates: what a request reads beyond its token's worth is paid for afterwards, and a debt ends within a minute", () => {
  const clock = new FakeClock();
  const rates = new RateLimiter({ config, clock });
  rates.chargeReads("ada", "192.0.2.1", KEYS_PER_TOKEN);
  assertEquals(left(rates, "ada"), 10, "a token's worth is free");
  rates.chargeReads("bob", "192.0.2.1", 4 * KEYS_PER_TOKEN);
  assertEquals(left(rates, "bob"), 7);
  rates.chargeReads("bob", "192.0.2.1", 1_000_000);
  assertEquals(Math.ceil(rates.take("commands", "bob")), 61);
  clock.tick(61_000);
  assertEquals(rates.take("commands", "bob"), 0);
  rates.chargeReads(null, "192.0.2.1", 3 * KEYS_PER_TOKEN);
  assertEquals(left(rates, "address 192.0.2.1"), 8, "strangers are counted by address");
  const off = new RateLimiter({ config: { ...config, limits: false }, clock });
  off.chargeReads("ada", "192.0.2.1", 1_000_000);
  assertEquals(off.take("commands", "ada"), 0);
});

Deno.test("meter: counts each key that a verb reads, by get, by many and by list", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  for (let i = 0; i < 9; i++) await createRoom(chat, ada, { name: `r${i}`, kind: "public" });
  const meter = new Meter(chat);
  assertEquals((await listRooms(meter.chat, ada)).length, 10);
  // the list, and of each room its record, head, membership, mark and pointer
  assertEquals(meter.keys, 1 + 10 + 5 * 10);
});

Deno.test("status: 100 people in 500 rooms are asked after with a few keys each, whoever shares a room or none", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  await fill(chat, "ada");
  const mine = ["general", ...Array.from({ length: 249 }, (_, i) => [`a${i}`, `b${i}`]).flat()];
  const theirs = Array.from({ length: 500 }, (_, i) => `of others ${i}`);
  for (const [shares, rooms] of [[false, theirs], [true, mine]] as const) {
    const ids = Array.from({ length: 100 }, (_, i) => `p${i}`);
    chat.presence = { isOnline: () => true, rooms: () => Iterator.from(rooms) };
    if (shares) {
      await chat.kv.commit({
        set: ids.map((id) =>
          put<MemberRecord>(keys.member("general", id), { user_id: id, role: "member", state: "joined", since: 0 })
        ),
      });
    }
    const meter = new Meter(chat);
    const shown = await whoIsOnline(meter.chat, ada, ids);
    assertEquals(shown.filter(({ online }) => online).length, shares ? 100 : 0);
    assert(meter.keys <= 1 + 499 + 100 * 4, String(meter.keys));
  }
});

Deno.test("API: who is in 500 rooms pays for what their list costs; who is in few, or writes, does not", async () => {
  const clock = new FakeClock();
  const { rates } = readConfig({ RATE_COMMANDS: "40/400" });
  await using api = await openTestApi({ clock, config: { limits: true, rates } });
  const [ada, bob] = [await api.person("ada"), await api.person("bob")];
  await fill(api.chat, ada.id);
  clock.tick(60_000);
  const answered = async (as: typeof ada) => {
    for (let count = 0;; count++) {
      const { status, headers } = await api.call("GET", "/api/rooms", { as });
      if (status === 200) continue;
      assertEquals(status, 429);
      clock.tick(1_000 * Number(headers.get("retry-after")));
      assertEquals((await api.call("GET", "/api/rooms", { as })).status, 200, "retry_after is true");
      return count;
    }
  };
  const heavy = await answered(ada);
  assert(heavy >= 2 && heavy <= 4, String(heavy));
  assertEquals(await answered(bob), 40);
  clock.tick(60_000);
  for (let i = 0; i < 20; i++) await api.send(bob, "general", "hello");
  assertEquals(left(api.chat.rates, bob.id), 20);
});

Deno.test("API: of 120 heavy requests at once few are begun before the debt shows, and all that was read is paid for", async () => {
  const clock = new FakeClock();
  const { rates } = readConfig({ RATE_COMMANDS: "120/1200" });
  await using api = await openTestApi({ clock, config: { limits: true, rates } });
  const ada = await api.person("ada");
  await fill(api.chat, ada.id);
  clock.tick(60_000);
  const answers = await Promise.all(Array.from({ length: 120 }, () => api.call("GET", "/api/rooms", { as: ada })));
  const count = (status: number) => answers.filter((one) => one.status === status).length;
  assertEquals(count(200) + count(429), 120);
  // each is worth more than ten tokens, and the 120 tokens were gone when the first one ended
  assert(count(200) >= 1 && count(200) <= READS_AT_ONCE, String(count(200)));
  assert(answers.some(({ status, headers }) => status === 429 && Number(headers.get("retry-after")) >= 1));
  clock.tick(60_000);
  assertEquals((await api.call("GET", "/api/rooms", { as: ada })).status, 200);
});

Deno.test("rates: of one user a few requests read at once, the others in turn; a failure hands its place on", async () => {
  const rates = new RateLimiter({ config, clock: new FakeClock() });
  let running = 0;
  let most = 0;
  const done: number[] = [];
  const work = async (n: number) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 0));
    running--;
    if (n % 3 === 0) throw new Error("failed");
    done.push(n);
  };
  const all = Array.from({ length: 12 }, (_, n) => rates.inTurn("ada", () => work(n)).catch(() => {}));
  const other = rates.inTurn("bob", () => work(100));
  await Promise.all([...all, other]);
  assertEquals([most, running], [READS_AT_ONCE + 1, 0]);
  assertEquals(done.toSorted((a, b) => a - b), [1, 2, 4, 5, 7, 8, 10, 11, 100]);
  const off = new RateLimiter({ config: { ...config, limits: false }, clock: new FakeClock() });
  most = 0;
  await Promise.all(Array.from({ length: 12 }, () => off.inTurn("ada", () => work(1))));
  assertEquals(most, 12);
});

Deno.test("rates: requests that never end shut their user out for ten seconds at most", async () => {
  const clock = new FakeClock();
  const rates = new RateLimiter({ config, clock });
  const [forever, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const hung = Array.from({ length: READS_AT_ONCE }, () => rates.inTurn("ada", () => forever.promise));
  let done = 0;
  const next = Array.from({ length: 3 }, () =>
    rates.inTurn("ada", async () => {
      done++;
      await over.promise;
    }));
  clock.tick(9_999);
  await Promise.resolve();
  assertEquals(done, 0);
  clock.tick(1);
  over.resolve();
  await Promise.all(next);
  assertEquals(done, 3);
  forever.resolve();
  await Promise.all(hung);
});

Deno.test("sockets: a ping is answered while as many requests of its user hang as may read at once", async () => {
  await using server = await openServer({ transport: "native", clock: new FakeClock(), config: { limits: true } });
  const { chat } = server;
  const ada = await server.person("ada");
  const client = await server.open(ada);
  await client.join();
  const { promise, resolve } = Promise.withResolvers<void>();
  const hung = Array.from({ length: READS_AT_ONCE }, () => chat.rates.inTurn(ada.actor.user_id, () => promise));
  try {
    assert((await client.command({ type: "ping" })).ok);
    assert((await client.command({ type: "active", active: false })).ok);
    assert((await client.command({ type: "unsubscribe", room_id: "general" })).ok);
  } finally {
    resolve();
    await Promise.all(hung);
  }
});

Deno.test("sockets: hello of somebody in 500 rooms, and a resume far behind, are paid for", async () => {
  const clock = new FakeClock();
  await using server = await openServer({
    transport: "native",
    clock,
    config: { limits: true, maxQueuedBytes: 64 * 1024 * 1024 },
  });
  const { chat } = server;
  const [ada, bob] = [await server.person("ada"), await server.person("bob")];
  await fill(chat, "ada");
  await server.open(ada);
  const afterHello = left(chat.rates, "ada");
  assert(afterHello > 90 && afterHello <= 120 - 1 - 10, String(afterHello));
  const first = await sendMessage(chat, bob.actor, { room_id: "general", content: "first" });
  for (let i = 0; i < 30; i++) {
    await Promise.all(
      Array.from({ length: 100 }, () => sendMessage(chat, bob.actor, { room_id: "general", content: "x" })),
    );
  }
  // by the second, as time goes: the control log is read each second, and rooms are paused while it is stale (D6)
  for (let second = 0; second < 60; second++) {
    clock.tick(1_000);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const client: TestSocket = await server.open(bob);
  await client.join("general", `${chat.epoch}:${first.id}`);
  await client.upTo(first.seq + 3_000);
  const afterResume = left(chat.rates, "bob");
  assert(afterResume > 60 && afterResume <= 120 - 1 - 3_000 / KEYS_PER_TOKEN + 1, String(afterResume));
});

Deno.test("API: a search over 500 rooms is counted like any other reading", async () => {
  const clock = new FakeClock();
  await using api = await openTestApi({ clock, config: { limits: true } });
  const ada = await api.person("ada");
  await fill(api.chat, ada.id);
  clock.tick(60_000);
  assertEquals((await api.call("GET", "/api/search?q=hello", { as: ada })).status, 200);
  assert(left(api.chat.rates, ada.id) < 118);
});
