/** Commit, then announce (D5), and what is around the messages. On one transport: nothing here depends on it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Bus, Signal } from "../../lib/bus/bus.ts";
import { MemoryBus } from "../../lib/bus/memory.ts";
import { setDisabled } from "../../lib/chat/sign_in/session_ends.ts";
import { OPERATOR } from "../../lib/chat/people/operator.ts";
import { sendMessage } from "../../lib/chat/messages/messages.ts";
import { joinRoom, muteMember } from "../../lib/chat/rooms/members.ts";
import { createRoom, updateRoom } from "../../lib/chat/rooms/rooms.ts";
import { endSession, signOut } from "../../lib/chat/sign_in/sessions.ts";
import { type Clock, FakeClock } from "../../lib/base/clock.ts";
import { ChatError } from "../../lib/base/errors.ts";
import { keys, OTHER_SHARD } from "../../lib/store/keys.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { CLOSE } from "../../lib/protocol/close_codes.ts";
import { newSession, openServer, range, type TestServer } from "./support.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { type Json } from "../support/client.ts";
import { until } from "../support/until.ts";

const transport = "guarded";

/** Loses, doubles and delays signals as `fate` says. As a bus does that may have lost some, it wakes all rooms after. */
class TroubledBus implements Bus {
  readonly #inner = new MemoryBus();
  #late: Signal[] = [];
  fate: () => "pass" | "lose" | "double" | "late" = () => "pass";

  constructor(clock: Clock) {
    clock.every(2_000, () => {
      for (let shard = 0; shard < OTHER_SHARD; shard++) this.#inner.publish({ type: "wake", shard });
    });
  }

  publish(signal: Signal): void {
    const fate = signal.type === "events" ? this.fate() : "pass";
    if (fate === "late") this.#late.push(signal);
    if (fate === "lose" || fate === "late") return;
    this.#inner.publish(signal);
    if (fate === "double") this.#inner.publish(signal);
    for (const late of this.#late.splice(0).reverse()) this.#inner.publish(late);
  }

  subscribe(listener: (signal: Signal) => void): () => void {
    return this.#inner.subscribe(listener);
  }

  close(): void {
    this.#inner.close();
  }
}

/** Keeps events back while it is told to. */
class HoldingBus extends MemoryBus {
  held: Signal[] | undefined;

  override publish(signal: Signal): void {
    if (signal.type === "events" && this.held !== undefined) this.held.push(signal);
    else super.publish(signal);
  }

  pass(signal: Signal | undefined): void {
    if (signal !== undefined) super.publish(signal);
  }
}

/** Moves the clock on in small steps, letting what it starts happen. */
async function advance(server: TestServer, clock: FakeClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    clock.tick(250);
    await new Promise((resolve) => setTimeout(resolve, 2));
    await server.settle();
  }
}

for (const seed of [1, 2, 3, 4]) {
  Deno.test(`[D5] lost, doubled and reordered signals change nothing (seed ${seed})`, async () => {
    const clock = new FakeClock();
    const bus = new TroubledBus(clock);
    await using server = await openServer({ transport, bus, clock });
    const [anna, bert] = [await server.person("anna"), await server.person("bert")];
    const client = await server.open(anna);
    await client.join();
    const from = client.frames.find((frame) => frame.type === "snapshot").room.seq;
    let n = seed * 7919;
    bus.fate = () =>
      (["pass", "lose", "double", "late", "pass"] as const)[(n = (n * 48271) % 2147483647) % 5] ?? "pass";
    let last = 0;
    for (let i = 0; i < 60; i++) {
      const { seq } = await sendMessage(server.chat, bert.actor, { room_id: "general", content: `m${i}` });
      last = seq;
    }
    bus.fate = () => "lose"; // the last ones come by the heads alone
    last = (await sendMessage(server.chat, bert.actor, { room_id: "general", content: "last" })).seq;
    await until(async () => {
      await advance(server, clock, 500);
      return client.seqs().at(-1) === last;
    });
    assertEquals(client.seqs(), range(from + 1, last));
  });
}

Deno.test("[D5] an event that is announced at any moment while a gap is being read is delivered without another signal", async () => {
  const bus = new HoldingBus();
  let onRead = (): void => {};
  const wrapKv = (kv: Kv) =>
    alteredKv(kv, {
      async list(range, options) {
        const found = await kv.list(range, options);
        if ("end" in range && range.start[0] === "change") onRead();
        return found;
      },
    });
  await using server = await openServer({ transport, bus, clock: new FakeClock(), wrapKv });
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const client = await server.open(anna);
  await client.join();
  for (let microtasks = 0; microtasks < 40; microtasks++) {
    const held = bus.held = [];
    let last = 0;
    for (const content of ["kept back", "after a gap", "kept back", "after another gap"]) {
      last = (await sendMessage(server.chat, bert.actor, { room_id: "general", content })).seq;
    }
    await until(() => held.length === 4);
    onRead = async () => {
      onRead = () => {};
      for (let i = 0; i < microtasks; i++) await Promise.resolve();
      bus.pass(held[3]);
    };
    bus.pass(held[1]);
    await until(() => client.seqs().at(-1) === last);
  }
});

Deno.test("[D5] an event whose commit was never answered is delivered once the store answers, without another event", async () => {
  const clock = new FakeClock();
  let [armed, away] = [false, false];
  const answered = async <T>(result: Promise<T>): Promise<T> => {
    const value = await result;
    if (away) throw new ChatError("storage_unavailable", "test");
    return value;
  };
  const wrapKv = (kv: Kv): Kv => ({
    limits: kv.limits,
    get: (key) => answered(kv.get(key)),
    getMany: (all) => answered(kv.getMany(all)),
    list: (range, options) => answered(kv.list(range, options)),
    commit(write) {
      away ||= armed;
      return answered(kv.commit(write));
    },
    close: () => kv.close(),
  });
  await using server = await openServer({ transport, clock, wrapKv });
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const client = await server.open(anna);
  await client.join();
  const { seq } = client.frames.find((frame) => frame.type === "snapshot").room;
  await server.chat.indexer?.caughtUp();
  armed = true;
  const send = sendMessage(server.chat, bert.actor, { room_id: "general", content: "doubtful" });
  assertEquals((await assertRejects(() => send, ChatError)).code, "storage_unavailable");
  assertEquals(client.seqs(), []);
  [armed, away] = [false, false];
  await advance(server, clock, 4_000);
  await client.upTo(seq + 1);
  const began = clock.now();
  await until(async () => {
    await advance(server, clock, 500);
    return (await server.chat.kv.get(keys.indexed("general"))).value?.seq === seq + 1;
  });
  assert(clock.now() - began < 60_000, "the search index need not look at every room for it");
});

Deno.test("hints: several losses in a row cause one more read of each list; a loss of one user's hints only of theirs", async () => {
  let reads = 0;
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      list(range, options) {
        if ("prefix" in range && range.prefix[0] === "joined") reads++;
        return kv.list(range, options);
      },
    });
  await using server = await openServer({ transport, wrapKv });
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const clients = [await server.open(anna), await server.open(anna), await server.open(bert)];
  const snapshots = () => clients.map(({ frames }) => frames.filter(({ change }) => change === "snapshot").length);
  reads = 0;
  for (let i = 0; i < 30; i++) server.chat.bus.publish({ type: "lapse" });
  // what was told while the first were read is one more round
  await until(() => snapshots().every((count) => count === 2));
  assertEquals(reads, 6);
  server.chat.bus.publish({ type: "lapse", user_id: "bert" });
  await until(() => snapshots()[2] === 3);
  assertEquals(snapshots(), [2, 2, 3]);
});

Deno.test("presence: a user with three tabs is offline a few seconds after the last tab closes", async () => {
  const clock = new FakeClock();
  await using server = await openServer({ transport, clock });
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const watcher = await server.open(anna);
  await watcher.join();
  await advance(server, clock, 2_000);
  const presence = () => watcher.frames.filter((frame) => frame.type === "presence");
  const before = presence().length;
  const tabs = [await server.open(bert), await server.open(bert), await server.open(bert)];
  await advance(server, clock, 2_000);
  const came = presence().slice(before);
  assertEquals(came.map((frame) => [frame.online.map((user: Json) => user.id), frame.offline]), [[["bert"], []]]);
  assertEquals(came[0].present_count, 2);
  assert(server.chat.presence.isOnline("bert"));
  for (const tab of tabs.slice(0, 2)) tab.ws.close();
  await until(() => server.sockets.count === 2);
  await advance(server, clock, 10_000);
  assertEquals(presence().length, before + 1);
  tabs[2]?.ws.close();
  await until(() => server.sockets.count === 1);
  await advance(server, clock, 3_000);
  assert(server.chat.presence.isOnline("bert"), "still within the grace");
  assertEquals(presence().length, before + 1);
  await advance(server, clock, 4_000);
  assert(!server.chat.presence.isOnline("bert"));
  assertEquals(presence().at(-1).offline, ["bert"]);
});

Deno.test("presence: a reload within the grace period sends no presence frame", async () => {
  const clock = new FakeClock();
  await using server = await openServer({ transport, clock });
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const watcher = await server.open(anna);
  await watcher.join();
  const first = await server.open(bert);
  await advance(server, clock, 2_000);
  const before = watcher.frames.filter((frame) => frame.type === "presence").length;
  first.ws.close();
  await until(() => server.sockets.count === 1);
  await advance(server, clock, 2_000);
  await server.open(bert);
  await advance(server, clock, 10_000);
  assertEquals(watcher.frames.filter((frame) => frame.type === "presence").length, before);
});

Deno.test("[S1] typing is sent once a second, and ends after a time or with the message", async () => {
  const clock = new FakeClock();
  await using server = await openServer({ transport, clock });
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const watcher = await server.open(anna);
  const typist = await server.open(bert);
  await Promise.all([watcher.join(), typist.join()]);
  const told = () =>
    watcher.frames.filter((frame) => frame.type === "typing").map((frame) => frame.users.map((user: Json) => user.id));
  for (let i = 0; i < 4; i++) {
    await typist.command({ type: "typing", room_id: "general" });
    await advance(server, clock, 250);
  }
  await until(() => told().length > 0);
  assertEquals(told(), [["bert"]]);
  await advance(server, clock, 6_000);
  assertEquals(told(), [["bert"], []]);
  await typist.command({ type: "typing", room_id: "general" });
  await advance(server, clock, 1_000);
  await typist.say("done");
  await advance(server, clock, 1_500);
  assertEquals(told(), [["bert"], [], ["bert"], []]);
  const room = await createRoom(server.chat, anna.actor, { name: "secret", kind: "private" });
  const refused = await typist.command({ type: "typing", room_id: room.id });
  assertEquals(refused.error.code, "no_such_room");
});

Deno.test("socket: typing of a user whose message would be refused is not sent", async () => {
  const clock = new FakeClock();
  await using server = await openServer({ transport, clock });
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const room = await createRoom(server.chat, anna.actor, { name: "team", kind: "public" });
  await joinRoom(server.chat, bert.actor, room.id);
  const [watcher, typist] = [await server.open(anna), await server.open(bert)];
  await Promise.all([watcher.join(room.id), typist.join(room.id)]);
  const shown = async () => {
    const before = watcher.frames.length;
    await typist.command({ type: "typing", room_id: room.id });
    await advance(server, clock, 1_500);
    return watcher.frames.slice(before).some((frame) => frame.type === "typing" && frame.users.length > 0);
  };
  assertEquals(await shown(), true);
  await advance(server, clock, 6_000);
  await muteMember(server.chat, anna.actor, room.id, "bert", { minutes: 60 });
  assertEquals(await shown(), false);
  await muteMember(server.chat, anna.actor, room.id, "bert", { minutes: 0 });
  assertEquals(await shown(), true);
  await advance(server, clock, 6_000);
  await updateRoom(server.chat, anna.actor, room.id, { read_only: true });
  assertEquals(await shown(), false);
});

Deno.test("socket: typing that is repeated within 2 s reaches no other process", async () => {
  await using server = await openServer({ transport, clock: new FakeClock() });
  const typist = await server.open(await server.person("anna"));
  await typist.join();
  let told = 0;
  server.chat.bus.subscribe((signal) => void (signal.type === "typing" && told++));
  for (let i = 0; i < 40; i++) await typist.command({ type: "typing", room_id: "general" });
  assertEquals(told, 1);
});

Deno.test("[S3] a room that is not open shows activity at most once a second", async () => {
  const clock = new FakeClock();
  await using server = await openServer({ transport, clock });
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const client = await server.open(anna);
  await advance(server, clock, 2_000);
  const activity = () => client.frames.filter((frame) => frame.type === "room_activity");
  const before = activity().length;
  for (let i = 0; i < 8; i++) {
    await sendMessage(server.chat, bert.actor, { room_id: "general", content: `m${i}` });
    await advance(server, clock, 250);
  }
  await advance(server, clock, 1_500);
  await until(() => activity().at(-1)?.messages === 8);
  const count = activity().length - before;
  assert(count >= 2 && count <= 4, `${count} frames in 3.5 s`);
});

Deno.test("[D6] a sign-out ends the sockets of that session alone", async () => {
  await using server = await openServer({ transport });
  const anna = await server.person("anna");
  const other = { ...anna, cookie: await newSession(server.chat, anna.actor, "other") };
  const [one, two] = [await server.open(anna), await server.open(other)];
  await signOut(server.chat, anna.actor);
  assertEquals(server.sockets.readyCount, 1, "closed before the one who signs out is answered");
  assertEquals((await one.ended()).code, CLOSE.session_ended);
  assert((await two.command({ type: "ping" })).ok);
  await endSession(server.chat, anna.actor, "other");
  assertEquals((await two.ended()).code, CLOSE.session_ended);
});

Deno.test("[D6] a disabled account's sockets end with a code of their own", async () => {
  await using server = await openServer({ transport });
  const anna = await server.person("anna");
  const client = await server.open(anna);
  await setDisabled(server.chat, OPERATOR, "anna", true);
  assertEquals((await client.ended()).code, CLOSE.account_disabled);
});

Deno.test("socket: it ends when its session expires, and stays open where the session was prolonged", async () => {
  const clock = new FakeClock();
  await using server = await openServer({ transport, clock });
  const anna = await server.person("anna");
  const short = { ...anna, cookie: await newSession(server.chat, anna.actor, "short", 60_000) };
  const long = { ...anna, cookie: await newSession(server.chat, anna.actor, "long", 60_000) };
  const [one, two] = [await server.open(short), await server.open(long)];
  await newSession(server.chat, anna.actor, "long", 600_000);
  await advance(server, clock, 90_000);
  assertEquals((await one.ended()).code, CLOSE.session_ended);
  assert((await two.command({ type: "ping" })).ok);
});

/** A store whose control log cannot be read while `isBroken`. */
function withoutControlLog(isBroken: () => boolean): (kv: Kv) => Kv {
  return (kv) =>
    alteredKv(kv, {
      get(key) {
        if (isBroken() && key[0] === "control_head") {
          return Promise.reject(new ChatError("storage_unavailable", "test"));
        }
        return kv.get(key);
      },
    });
}

for (const [what, hours] of [["back", -1], ["ahead", 1]] as const) {
  Deno.test(`control: after the machine's clock is set ${what} an unreadable control log still stops delivery`, async () => {
    const clock = new FakeClock();
    let broken = false;
    const wrapKv = withoutControlLog(() => broken);
    await using server = await openServer({ transport, clock, wrapKv });
    const [anna, bert] = [await server.person("anna"), await server.person("bert")];
    const client = await server.open(anna);
    await client.join();
    const say = async () => (await sendMessage(server.chat, bert.actor, { room_id: "general", content: "m" })).seq;
    clock.set(clock.now() + hours * 3_600_000);
    const first = await say();
    await client.upTo(first);
    broken = true;
    await advance(server, clock, 3_000);
    const second = await say();
    await client.command({ type: "ping" });
    assertEquals(client.seqs().at(-1), first);
    broken = false;
    await advance(server, clock, 2_000);
    await client.upTo(second);
  });
}

Deno.test("[D6] while the control log cannot be read nothing is delivered, and afterwards nothing is missing", async () => {
  const clock = new FakeClock();
  let broken = false;
  const wrapKv = withoutControlLog(() => broken);
  await using server = await openServer({ transport, clock, wrapKv });
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const client = await server.open(anna);
  await client.join();
  const staying = await server.open(anna);
  await staying.join();
  const from = staying.frames.find((frame) => frame.type === "snapshot").room.seq;
  broken = true;
  await advance(server, clock, 3_000);
  let last = 0;
  for (let i = 0; i < 5; i++) {
    last = (await sendMessage(server.chat, bert.actor, { room_id: "general", content: `m${i}` })).seq;
  }
  await client.command({ type: "ping" });
  assertEquals([...client.seqs(), ...staying.seqs()], []);
  const refused = client.join("general");
  await client.command({ type: "ping" }); // the join has arrived
  // it waits for the log for less than this
  await advance(server, clock, 5_000);
  assertEquals((await refused).error?.code, "storage_unavailable");
  broken = false;
  await advance(server, clock, 2_000);
  assert((await client.join("general", `${server.chat.epoch}:${(await firstId(from))}`)).ok);
  await client.upTo(last);
  assertEquals(client.seqs(), range(from + 1, last));
  await staying.upTo(last);
  assertEquals(staying.seqs(), range(from + 1, last));

  async function firstId(seq: number): Promise<string> {
    const page = await client.command({ type: "history", room_id: "general", before: seq + 1 });
    return page.events.find((event: Json) => event.seq === seq).id;
  }
});

Deno.test("[D6] events that were held back are delivered even if the control log's next read was too slow to count", async () => {
  const clock = new FakeClock();
  let answer: Promise<void> | undefined;
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      async get(key) {
        if (key[0] === "control_head") await answer;
        return await kv.get(key);
      },
    });
  await using server = await openServer({ transport, clock, wrapKv });
  const [anna, bert] = [await server.person("anna"), await server.person("bert")];
  const client = await server.open(anna);
  await client.join();
  const from = client.frames.find((frame) => frame.type === "snapshot").room.seq;
  const slow = Promise.withResolvers<void>();
  answer = slow.promise;
  await advance(server, clock, 3_000);
  const { seq } = await sendMessage(server.chat, bert.actor, { room_id: "general", content: "held back" });
  await client.command({ type: "ping" });
  assertEquals(client.seqs(), []);
  answer = undefined;
  slow.resolve();
  await advance(server, clock, 2_000);
  await client.upTo(seq);
  assertEquals(client.seqs(), range(from + 1, seq));
});
