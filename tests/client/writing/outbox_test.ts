import { assertEquals, assertThrows } from "@std/assert";
import { NoAnswer } from "../../../lib/client/connection/failure.ts";
import { Outbox, OUTBOX_SIZE, type Pending, type Sent } from "../../../lib/client/writing/outbox.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { FakeEnvironment, MemoryStorage, turns } from "../support.ts";
import { until } from "../../support/until.ts";

function open(storage: Storage | null = new MemoryStorage(), lock = (task: () => Promise<void>) => task()) {
  const environment = new FakeEnvironment();
  const log: string[] = [];
  const tries: string[] = [];
  const answers: (Error | null)[] = [];
  const outbox: Outbox = new Outbox({
    user_id: "ann",
    storage,
    environment,
    exclusively: lock,
    send: (item: Pending): Promise<Sent> => {
      tries.push(item.content);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ id: "1-aaaaaaaa", seq: 1 });
    },
    onShow: (item) => log.push(`${item.failed === undefined ? "show" : "failed"} ${item.content}`),
    onSent: (item) => log.push(`sent ${item.content}`),
    onGone: (item) => log.push(`gone ${item.content}`),
  });
  return {
    outbox,
    environment,
    log,
    tries,
    answers,
    storage,
    add: (content: string) => outbox.add({ room_id: "r", content }),
  };
}

Deno.test("outbox: waiting messages are sent one after the other, in the order of writing", async () => {
  const { outbox, add, tries, answers, storage } = open();
  answers.push(new NoAnswer());
  for (const text of ["a", "b", "c"]) add(text);
  await turns();
  assertEquals(new Set(tries), new Set(["a"]));
  answers[0] = null;
  await outbox.flush();
  assertEquals(tries.slice(-3), ["a", "b", "c"]);
  assertEquals(storage?.length, 0);
});

Deno.test("outbox: a message survives a reload under the same client_id", async () => {
  const first = open();
  first.answers.push(new NoAnswer());
  const item = first.add("a");
  await turns();
  first.outbox.dispose();
  const second = open(first.storage);
  second.outbox.load();
  assertEquals(second.outbox.list(), [item]);
  await second.outbox.flush();
  assertEquals(second.log, ["show a", "sent a"]);
});

Deno.test("outbox: a refusal for good keeps the text and lets the next one pass", async () => {
  const { outbox, add, log, answers } = open();
  answers.push(new ChatError("forbidden", "No."), null);
  const item = add("a");
  add("b");
  await until(() => log.includes("sent b"));
  assertEquals(log, ["show a", "show b", "failed a", "sent b"]);
  assertEquals(outbox.list()[0]?.failed, "No.");
  outbox.retry(item.client_id);
  await until(() => log.includes("sent a"));
  assertEquals(outbox.list(), []);
});

Deno.test("outbox: after rate_limited it waits as long as the server says, and keeps the order", async () => {
  const { add, environment, log, tries, answers } = open();
  answers.push(new ChatError("rate_limited", "Slower.", { retryAfter: 3 }), null);
  add("a");
  add("b");
  await turns();
  const before = tries.length;
  assertEquals(log.filter((line) => line.startsWith("failed")), []);
  environment.tick(3_000);
  await until(() => log.includes("sent b"));
  assertEquals(tries.slice(before).at(-1), "b");
  assertEquals(log.filter((line) => line.startsWith("sent")), ["sent a", "sent b"]);
});

Deno.test("outbox: two tabs share it: one sends, the other sees it go", async () => {
  const storage = new MemoryStorage();
  let turn = Promise.resolve();
  const lock = (task: () => Promise<void>) => turn = turn.then(task);
  const one = open(storage, lock);
  const two = open(storage, lock);
  one.answers.push(new NoAnswer());
  two.answers.push(new NoAnswer());
  one.add("a");
  await turns();
  two.outbox.load();
  two.answers[0] = null;
  one.answers[0] = null;
  await Promise.all([one.outbox.flush(), two.outbox.flush()]);
  one.outbox.load();
  two.outbox.load();
  assertEquals([...one.log, ...two.log].filter((line) => line === "sent a").length, 1);
  assertEquals([...one.log, ...two.log].filter((line) => line === "gone a").length, 1);
});

Deno.test("outbox: it is bounded, drops unreadable entries, and keeps accounts apart", async () => {
  const storage = new MemoryStorage();
  storage.setItem("parley:outbox:ann:bad", "{");
  storage.setItem("parley:outbox:bob:x", "{}");
  const { outbox, add, answers } = open(storage);
  answers.push(new NoAnswer());
  outbox.load();
  assertEquals([storage.getItem("parley:outbox:ann:bad"), storage.getItem("parley:outbox:bob:x")], [null, "{}"]);
  for (let n = 0; n < OUTBOX_SIZE; n++) add(`${n}`);
  assertThrows(() => add("more"), ChatError, "waiting");
  await turns();
  outbox.clear();
  assertEquals([outbox.list().length, storage.length], [0, 1]);
});

Deno.test("outbox: without a storage, or with a full one, it lives as long as the page", async () => {
  const full = new MemoryStorage();
  full.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  for (const storage of [null, full]) {
    const { outbox, add, answers, log } = open(storage);
    answers.push(new NoAnswer());
    add("a");
    await turns();
    answers[0] = null;
    await outbox.flush();
    assertEquals(log, ["show a", "sent a"]);
  }
});

Deno.test("outbox: a refusal that a full storage does not take is kept in memory", async () => {
  const storage = new MemoryStorage();
  const { outbox, add, answers, log, tries } = open(storage);
  answers.push(new NoAnswer());
  add("a");
  await turns();
  storage.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  answers[0] = new ChatError("forbidden", "No.");
  tries.length = 0;
  await outbox.flush();
  await outbox.flush();
  assertEquals(tries, ["a"]);
  assertEquals(log.at(-1), "failed a");
});

Deno.test("outbox: a send that was not answered in time is tried again on the same connection", async () => {
  const { add, environment, answers, log } = open();
  answers.push(new NoAnswer(), null);
  add("a");
  await turns();
  environment.tick(1_000);
  await until(() => log.includes("sent a"));
});

Deno.test("outbox: messages left by a closed tab are sent from another", async () => {
  const first = open();
  first.answers.push(new NoAnswer());
  const second = open(first.storage);
  first.add("a");
  await turns();
  second.outbox.changedElsewhere();
  await turns();
  assertEquals(second.tries, []);
  first.outbox.dispose();
  second.environment.tick(5_000);
  await until(() => second.log.includes("sent a"));
  assertEquals(first.storage?.length, 0);
});

Deno.test("outbox: a message older than the server's memory of client_ids is sent only after the reader confirms", async () => {
  const before = open();
  before.answers.push(new NoAnswer());
  before.add("long ago");
  await turns();
  before.outbox.dispose();
  const { outbox, environment, tries } = open(before.storage);
  environment.tick(7 * 86_400_000);
  outbox.load();
  await outbox.flush();
  assertEquals(tries, []);
  const [asked] = outbox.failed.value;
  assertEquals(asked?.failed_code, "too_old");
  outbox.retry(asked?.client_id ?? "");
  await until(() => outbox.list().length === 0);
  assertEquals(tries, ["long ago"]);
});
