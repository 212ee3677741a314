import { assert, assertEquals, assertRejects } from "@std/assert";
import { makeRules } from "../../lib/log/rules/rules.ts";
import { type Clock, FakeClock, systemClock } from "../../lib/base/clock.ts";
import { ChatError } from "../../lib/base/errors.ts";
import { Appender } from "../../lib/log/append.ts";
import type { Appended } from "../../lib/log/draft.ts";
import type { AppendCommand } from "../../lib/log/command.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import { openRemote } from "../../lib/store/remote.ts";
import { generalRoom } from "../support/general_room.ts";
import { type Fate, openKvConnect, type Path } from "../support/kv_connect.ts";
import { until } from "../support/until.ts";

const say = (content: string, client_id: string): AppendCommand => ({
  type: "message",
  user_id: "ada",
  content,
  client_id,
});

async function openRoom(clock: Clock = systemClock) {
  const server = await openKvConnect();
  const kv = await openRemote(server.url, { clock, onWait() {} });
  await kv.commit({ set: generalRoom() });
  const announced: Appended[] = [];
  const appender = new Appender({
    remember: 0,
    guesses: 0,
    kv,
    clock,
    rules: makeRules({ idempotencyMs: 1e9 }),
    committed: (_, events) => void announced.push(...events),
    onError: (error) => {
      throw error;
    },
  });
  return {
    server,
    kv,
    appender,
    announced,
    async messages() {
      return (await kv.list(ranges.items("general", 0, 1e9), { limit: 100 })).map(({ value }) => value.id);
    },
    async [Symbol.asyncDispose]() {
      server.fate = () => "answer";
      server.release();
      kv.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The refusal, for which the clock is moved on. */
async function givenUp(clock: FakeClock, call: () => Promise<unknown>): Promise<ChatError> {
  let ended = false;
  const error = assertRejects(call, ChatError).finally(() => ended = true);
  await until(() => {
    clock.tick(1_000);
    return ended;
  });
  return await error;
}

/** The first commits have this fate, all else is answered. */
function commits(...fates: Fate[]): (path: Path) => Fate {
  return (path) => (path === "atomic_write" ? fates.shift() : undefined) ?? "answer";
}

for (const fate of ["lose", "cut"] as const) {
  Deno.test(`[D9] a commit that happened but whose answer is lost (${fate}) is acknowledged once, with its own id`, async () => {
    await using room = await openRoom();
    room.server.fate = commits(fate);
    const outcome = await room.appender.append("general", say("hello", "c1"));
    assertEquals(outcome.changed, true);
    assertEquals(await room.messages(), [outcome.id]);
    assertEquals(room.announced.map(({ record }) => record.id), [outcome.id]);
  });
}

Deno.test("[D9] a commit that did not happen is made by the next try", async () => {
  await using room = await openRoom();
  room.server.fate = commits("refuse", "refuse");
  const outcome = await room.appender.append("general", say("hello", "c1"));
  assertEquals(await room.messages(), [outcome.id]);
});

Deno.test("[D1] [D3] a send to a store that accepts no writes fails in time, and its resend makes one message", async () => {
  const clock = new FakeClock();
  await using room = await openRoom(clock);
  room.server.fate = (path) => path === "atomic_write" ? "stall" : "answer";
  const error = await givenUp(clock, () => room.appender.append("general", say("hello", "c1")));
  assertEquals(error.code, "storage_unavailable");
  room.server.fate = () => "answer";
  room.server.release();
  const outcome = await room.appender.append("general", say("hello", "c1"));
  assertEquals(await room.messages(), [outcome.id], "whichever of the tries it was");
});

Deno.test("remote: a read without an answer fails at its time limit", async () => {
  const clock = new FakeClock();
  await using room = await openRoom(clock);
  room.server.fate = () => "stall";
  const error = await givenUp(clock, () => room.kv.get(keys.meta()));
  assertEquals(error.code, "storage_unavailable");
});

Deno.test("remote: after the store was away and is back, calls succeed again", async () => {
  await using room = await openRoom();
  await room.server.stop();
  const sending = room.appender.append("general", say("hello", "c1"));
  room.server.start();
  const outcome = await sending;
  assertEquals(await room.messages(), [outcome.id]);
});

Deno.test("remote: the start waits for a store that is away, and the log says so", async () => {
  const server = await openKvConnect();
  await server.stop();
  const told: string[] = [];
  const kv = await openRemote(server.url, {
    clock: systemClock,
    pausesMs: [1, 1, 1],
    onWait(message) {
      told.push(message);
      if (told.length === 2) server.start();
    },
  });
  assertEquals(await kv.get(keys.meta()), { key: keys.meta(), value: null, versionstamp: null });
  assertEquals(told.length, 2);
  assert(told[0]?.startsWith(`The store at ${server.url} does not answer (`));
  kv.close();
  await server[Symbol.asyncDispose]();
});

Deno.test("remote: a store that stays away, or refuses the token, ends the start", async () => {
  const server = await openKvConnect();
  server.token = "another";
  let waits = 0;
  const options = { clock: systemClock, pausesMs: [1], onWait: () => void waits++ };
  try {
    await assertRejects(() => openRemote(server.url, options));
    assertEquals(waits, 0, "a wrong token stays wrong");
    await server.stop();
    await assertRejects(() => openRemote(server.url, options));
    assertEquals(waits, 1);
  } finally {
    await server[Symbol.asyncDispose]();
  }
});
