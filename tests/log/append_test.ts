import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { makeRules } from "../../lib/log/rules/rules.ts";
import { FakeClock, systemClock } from "../../lib/base/clock.ts";
import { ChatError } from "../../lib/base/errors.ts";
import { Appender } from "../../lib/log/append.ts";
import { type Appended, emptyHead } from "../../lib/log/draft.ts";
import type { AppendCommand } from "../../lib/log/command.ts";
import { FileKv } from "../../lib/store/file.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import { DirectKv, type Kv, put, type Write } from "../../lib/store/kv.ts";
import type { FileRecord } from "../../lib/protocol/model.ts";
import { generalRoom } from "../support/general_room.ts";
import { until } from "../support/until.ts";

const DAY = 86_400_000;

/** A store whose commits can be made to go wrong. */
class FaultyKv extends DirectKv {
  commits = 0;
  /** Called with each append's commit; what it returns or throws is the answer. */
  fault: ((write: Write, really: () => Promise<string | null>) => Promise<string | null>) | undefined;

  override async commit(write: Write): Promise<string | null> {
    this.commits++;
    return this.fault === undefined ? await super.commit(write) : await this.fault(write, () => super.commit(write));
  }
}

async function openRoom(people: string[] = ["ada"]) {
  const kv = new FaultyKv(await Deno.openKv(":memory:"));
  await kv.commit({ set: generalRoom(people) });
  kv.commits = 0;
  const announced: Appended[][] = [];
  const open = (handle: Kv = kv, remember = 10) =>
    new Appender({
      kv: handle,
      clock: systemClock,
      remember,
      guesses: 90,
      rules: makeRules({ idempotencyMs: 7 * DAY }),
      committed: (_, events) => void announced.push(events),
      onError: (error) => {
        throw error;
      },
    });
  return { kv, announced, open, appender: open(), [Symbol.dispose]: () => kv.close() };
}

const say = (content: string, client_id?: string, user_id = "ada"): AppendCommand => ({
  type: "message",
  user_id,
  content,
  ...(client_id === undefined ? {} : { client_id }),
});

async function seqs(kv: Kv): Promise<number[]> {
  const [items, changes] = await Promise.all([
    kv.list(ranges.items("general", 0, 1e9), { limit: 5_000 }),
    kv.list(ranges.changes("general", 0, 1e9), { limit: 5_000 }),
  ]);
  return [...items, ...changes].map(({ value }) => value.seq).sort((a, b) => a - b);
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

Deno.test("[E1] [D2] a room's events are 1, 2, 3 … whatever the mixture of commands", async () => {
  using room = await openRoom(["ada", "bob"]);
  const first = await room.appender.append("general", say("one"));
  const target = first.id;
  await Promise.all([
    room.appender.append("general", say("two")),
    room.appender.append("general", { type: "edit", user_id: "ada", target, content: "uno" }),
    room.appender.append("general", { type: "react", user_id: "bob", target, emoji: "👍", op: "add" }),
    room.appender.append("general", { type: "leave", user_id: "bob" }),
    room.appender.append("general", { type: "delete", user_id: "ada", target }),
    room.appender.append("general", say("three")),
  ]);
  assertEquals(await seqs(room.kv), upTo(7));
  await room.appender.settled();
  assertEquals(room.announced.flat().map(({ record }) => record.seq), upTo(7));
});

Deno.test("[D9] commands that wait while a commit runs go into the next commit together", async () => {
  using room = await openRoom();
  await Promise.all(Array.from({ length: 300 }, (_, i) => room.appender.append("general", say(`m${i}`))));
  assertEquals(await seqs(room.kv), upTo(300));
  assert(room.kv.commits < 20, `${room.kv.commits} commits for 300 messages`);
});

Deno.test("[D9] commands of one sender keep their order", async () => {
  using room = await openRoom();
  const outcomes = await Promise.all(upTo(200).map((i) => room.appender.append("general", say(`m${i}`))));
  assertEquals(outcomes.map(({ seq }) => seq), upTo(200));
});

Deno.test("[D3] the same client_id returns the first message's id and seq and adds nothing", async () => {
  using room = await openRoom();
  const first = await room.appender.append("general", say("hello", "c1"));
  const again = await room.appender.append("general", say("hello", "c1"));
  assertEquals([again.id, again.seq, again.changed], [first.id, first.seq, false]);
  assertEquals(await seqs(room.kv), [1]);
});

Deno.test("[D3] fifty sends with the same client_id at once make one message", async () => {
  using room = await openRoom();
  const outcomes = await Promise.all(upTo(50).map(() => room.appender.append("general", say("hello", "c1"))));
  assertEquals(new Set(outcomes.map(({ id }) => id)).size, 1);
  assertEquals(outcomes.filter(({ changed }) => changed).length, 1);
  assertEquals(await seqs(room.kv), [1]);
});

Deno.test("[D3] a send with another user's client_id makes another message", async () => {
  using room = await openRoom(["ada", "bob"]);
  const one = await room.appender.append("general", say("hello", "c1", "ada"));
  const two = await room.appender.append("general", say("hello", "c1", "bob"));
  assertNotEquals(one.id, two.id);
});

Deno.test("[M4] [D3] an edit, a delete or a reaction that changes nothing appends nothing", async () => {
  using room = await openRoom();
  const { id: target } = await room.appender.append("general", say("hello"));
  const same = await room.appender.append("general", { type: "edit", user_id: "ada", target, content: "hello" });
  assertEquals(same.changed, false);
  const react: AppendCommand = { type: "react", user_id: "ada", target, emoji: "👍", op: "add" };
  const reactions = await Promise.all([room.appender.append("general", react), room.appender.append("general", react)]);
  assertEquals(reactions.map(({ changed }) => changed), [true, false]);
  assertEquals(reactions[1]?.reactions, [{ emoji: "👍", count: 1 }]);
  await room.appender.append("general", { type: "delete", user_id: "ada", target });
  const gone = await room.appender.append("general", { type: "delete", user_id: "ada", target });
  assertEquals(gone.changed, false);
  assertEquals(await seqs(room.kv), [1, 2, 3]);
});

Deno.test("[D9] three edits of one message in one batch keep each earlier text", async () => {
  using room = await openRoom();
  const { id: target } = await room.appender.append("general", say("a"));
  await Promise.all(
    ["b", "c", "d"].map((content) =>
      room.appender.append("general", { type: "edit", user_id: "ada", target, content })
    ),
  );
  const revisions = await room.kv.list(ranges.revisions("general", 1), { limit: 10 });
  assertEquals(revisions.map(({ value }) => value.content), ["a", "b", "c"]);
});

Deno.test("[D9] two appenders on one store retry lost races, and no command is lost or doubled", async () => {
  using room = await openRoom();
  const other = room.open();
  await Promise.all(
    upTo(100).map((i) => (i % 2 === 0 ? room.appender : other).append("general", say(`m${i}`, `c${i}`))),
  );
  assertEquals(await seqs(room.kv), upTo(100));
});

Deno.test("[D9] a commit whose answer is lost is found by its ids and not repeated", async () => {
  using room = await openRoom();
  for (const answer of ["throws", "says that a check failed"]) {
    room.kv.fault = async (_, really) => {
      room.kv.fault = undefined;
      await really();
      if (answer === "throws") throw new ChatError("storage_unavailable", "connection reset");
      return null;
    };
    const outcome = await room.appender.append("general", say("hello"));
    assertEquals((await room.kv.get(keys.item("general", outcome.seq))).value?.id, outcome.id);
  }
  assertEquals(await seqs(room.kv), [1, 2]);
  await room.appender.settled();
  assertEquals(room.announced.flat().map(({ record }) => record.seq), [1, 2]);
});

Deno.test("[D9] a commit that lands after its time limit is found before its commands are retried", async () => {
  using room = await openRoom();
  let land: (() => Promise<string | null>) | undefined;
  room.kv.fault = (_, really) => {
    room.kv.fault = undefined;
    land = really;
    return Promise.reject(new ChatError("storage_unavailable", "it takes too long"));
  };
  const get = room.kv.get.bind(room.kv);
  room.kv.get = async (key) => {
    // just before the next try reads the head
    if (key[0] === "head") await land?.();
    return await get(key);
  };
  const { seq, changed } = await room.appender.append("general", say("hello"));
  assertEquals([seq, changed, await seqs(room.kv)], [1, true, [1]]);
  await room.appender.settled();
  assertEquals(room.announced.flat().map(({ record }) => record.seq), [1]);
});

Deno.test("[N1] [D3] @room in a cached room mentions everybody, also in a batch with other messages", async () => {
  using room = await openRoom(["ada", "bob"]);
  const call = (client_id: string): AppendCommand => ({
    type: "message",
    user_id: "ada",
    content: "@room",
    client_id,
    calls: { names: [], room: "room" },
  });
  await room.appender.append("general", say("remembered"));
  const outcomes = [
    await room.appender.append("general", call("c1")),
    ...await Promise.all([
      room.appender.append("general", say("beside", "c2", "bob")),
      room.appender.append("general", call("c3")),
    ]),
  ];
  assertEquals(outcomes.map(({ seq, changed }) => [seq, changed]), [[2, true], [3, true], [4, true]]);
  assertEquals((await room.kv.get(keys.called("general"))).value?.map(({ seq }) => seq), [2, 4]);
});

Deno.test("append: a rule that asks for a key that was not read writes nothing", async () => {
  using room = await openRoom();
  const rules = makeRules({ idempotencyMs: DAY });
  const forgetful = new Appender({
    kv: room.kv,
    clock: systemClock,
    remember: 10,
    guesses: 90,
    committed: () => {},
    onError: () => {},
    rules: { ...rules, follows: () => [] },
  });
  const call: AppendCommand = { type: "message", user_id: "ada", content: "@room", client_id: "c1" };
  const results = await Promise.allSettled([
    forgetful.append("general", say("beside")),
    forgetful.append("general", { ...call, calls: { names: [], room: "room" } }),
  ]);
  assertEquals(results.map(({ status }) => status), ["fulfilled", "rejected"]);
  assertEquals(await seqs(room.kv), [1]);
  assertEquals((await room.kv.get(keys.sent("general", "ada", "c1"))).value, null);
});

Deno.test("append: a file that is sent to two rooms at once is in only one of them", async () => {
  using room = await openRoom();
  const file = new FileKv(await Deno.openKv(":memory:"), undefined);
  const all: FileRecord = {
    id: "f1",
    name: "a",
    type: "text/plain",
    size: 1,
    owner: "ada",
    state: "uploaded",
    store: "kv",
    created_at: 0,
  };
  await file.commit({ set: [put(keys.file("f1"), all)] });
  for (const id of ["one", "two", "three"]) {
    await file.commit({
      set: [
        put(keys.room(id), { id, kind: "public", name: id, topic: "", created_by: "", created_at: 0 }),
        put(keys.head(id), { ...emptyHead(0), members: 1 }),
        put(keys.member(id, "ada"), { user_id: "ada", role: "member", state: "joined", since: 0 }),
      ],
    });
  }
  // all three commits at once: the first goes alone, and the others would share the next
  const gate = Promise.withResolvers<void>();
  let waiting = 0;
  const gated: Kv = {
    limits: file.limits,
    get: (key) => file.get(key),
    getMany: (keys) => file.getMany(keys),
    list: (range, options) => file.list(range, options),
    commit: async (write) => {
      if (++waiting === 3) gate.resolve();
      await gate.promise;
      return await file.commit(write);
    },
    close: () => file.close(),
  };
  const appender = room.open(gated);
  const send: AppendCommand = { type: "message", user_id: "ada", content: "", files: ["f1"] };
  const results = await Promise.allSettled([
    appender.append("one", say("first")),
    appender.append("two", send),
    appender.append("three", send),
  ]);
  const [first, two, three] = results.map(({ status }) => status === "fulfilled");
  assertEquals([first, two], [true, !three]);
  assertEquals((await file.get(keys.file("f1"))).value?.room_id, two ? "two" : "three");
  file.close();
});

Deno.test("[D1] a commit that fails is answered with storage_unavailable, and the next one works", async () => {
  using room = await openRoom();
  room.kv.fault = () => Promise.reject(new ChatError("storage_unavailable", "disk full"));
  const error = await assertRejects(() => room.appender.append("general", say("hello", "c1")), ChatError);
  assertEquals(error.code, "storage_unavailable");
  room.kv.fault = undefined;
  assertEquals((await room.appender.append("general", say("hello", "c1"))).changed, true);
  assertEquals(await seqs(room.kv), [1]);
});

Deno.test("[D9] a command that the store cannot take fails alone", async () => {
  using room = await openRoom();
  const results = await Promise.allSettled([
    room.appender.append("general", say("before")),
    room.appender.append("general", say("x".repeat(70_000))),
    room.appender.append("general", say("after")),
  ]);
  assertEquals(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assertEquals(await seqs(room.kv), [1, 2]);
});

Deno.test("[D6] a send that waits behind its sender's removal is refused", async () => {
  using room = await openRoom(["ada", "bob"]);
  const [, refused] = await Promise.allSettled([
    room.appender.append("general", { type: "leave", user_id: "bob" }),
    room.appender.append("general", say("too late", undefined, "bob")),
  ]);
  assertEquals(refused?.status, "rejected");
  assertEquals(await seqs(room.kv), [1]);
});

Deno.test("[D3] a resend to a busy room finds the first message, though the queue guessed that the message was new", async () => {
  using room = await openRoom();
  const { id } = await room.appender.append("general", say("once", "c1"));
  room.kv.commits = 0;
  const fresh = room.appender.append("general", say("two", "c2"));
  const again = room.appender.append("general", say("once", "c1"));
  assertEquals((await again).id, id);
  assertEquals((await fresh).seq, 2);
  assertEquals(room.kv.commits, 2, "the guess fails in the commit, and the next one was read");
  assertEquals(await seqs(room.kv), [1, 2]);
});

Deno.test("append: a send to a cached room reads nothing before its commit", async () => {
  using room = await openRoom();
  await room.appender.append("general", say("one", "c1"));
  let reads = 0;
  const getMany = room.kv.getMany.bind(room.kv);
  room.kv.getMany = (keys) => {
    reads += keys.length;
    return getMany(keys);
  };
  await room.appender.append("general", say("two", "c2"));
  assertEquals(reads, 0);
});

Deno.test("append: a cached room is not read again, and a room over the cache's bound is dropped", async () => {
  using room = await openRoom();
  let heads = 0;
  const get = room.kv.get.bind(room.kv);
  room.kv.get = (key) => {
    if (key[0] === "head") heads++;
    return get(key);
  };
  const appender = room.open(room.kv, 1);
  await appender.append("general", say("one"));
  await appender.append("general", say("two"));
  assertEquals(heads, 1);
  await assertRejects(() => appender.append("nowhere", say("three")), ChatError);
  await appender.settled();
  await appender.append("general", say("four"));
  assertEquals(heads, 3);
});

Deno.test("[D6] a queue that has cached a room notices another appender's change", async () => {
  using room = await openRoom(["ada", "bob"]);
  const other = room.open();
  for (let i = 0; i < 20; i++) {
    const busy = upTo(5).map(() => room.appender.append("general", say("busy")));
    const bob = room.appender.append("general", say("hello", undefined, "bob"));
    await Promise.all([...busy, bob]);
    // the queue is kept busy, so that it remembers bob as a member
    const more = upTo(50).map(() => room.appender.append("general", say("busy")));
    await other.append("general", { type: "leave", user_id: "bob" });
    const late = await Promise.allSettled([room.appender.append("general", say("too late", undefined, "bob"))]);
    assertEquals(late[0]?.status, "rejected");
    await other.append("general", { type: "join", user_id: "bob" });
    await room.appender.append("general", say("back again", undefined, "bob"));
    await Promise.all(more);
  }
});

Deno.test("[D6] an answer that commits nothing is given only after the membership was read again", async () => {
  using room = await openRoom(["ada", "bob"]);
  const react = { type: "react", user_id: "bob", emoji: "👍", op: "add" } as const;
  const { id: target } = await room.appender.append("general", say("hello"));
  await room.appender.append("general", { ...react, target });
  // another process takes bob out of the room that this queue has cached
  await room.open().append("general", { type: "leave", user_id: "bob" });
  await assertRejects(() => room.appender.append("general", { ...react, target }), ChatError, "Join the room");
});

Deno.test("append: after a race with another process the queue reads the room for some time, and then caches it again", async () => {
  using room = await openRoom();
  const other = room.open();
  await room.appender.append("general", say("one"));
  await room.appender.settled();
  await other.append("general", say("two"));
  await room.appender.append("general", say("three"));
  assertEquals(await commitsOf(room, other), 1);
  for (let i = 0; i < 50; i++) {
    await room.appender.append("general", say("alone"));
    // each one after a pause
    await room.appender.settled();
  }
  assertEquals(await commitsOf(room, other), 2);
});

/** Commits of one send after another process has sent. */
async function commitsOf(room: Awaited<ReturnType<typeof openRoom>>, other: Appender): Promise<number> {
  await room.appender.settled();
  await other.append("general", say("theirs"));
  const before = room.kv.commits;
  await room.appender.append("general", say("ours"));
  return room.kv.commits - before;
}

Deno.test("append: a delete empties the message, keeps its seq and adds a job that erases the rest", async () => {
  using room = await openRoom();
  const { id: target } = await room.appender.append("general", say("secret", "c1"));
  await room.appender.append("general", { type: "edit", user_id: "ada", target, content: "secret 2" });
  await room.appender.append("general", { type: "delete", user_id: "ada", target });
  const item = (await room.kv.get(keys.item("general", 1))).value;
  assert(item?.kind === "message" && item.content === "" && item.deleted !== undefined && item.client_id === "c1");
  assertEquals((await room.kv.list(ranges.allDue(), { limit: 10 })).length, 1);
});

Deno.test("append: the times of a room's events never go back, even if the clock does", async () => {
  using room = await openRoom();
  const { value } = await room.kv.get(keys.head("general"));
  assert(value !== null);
  const future = Date.now() + DAY;
  await room.kv.commit({ set: [put(keys.head("general"), { ...value, at: future })] });
  const outcome = await room.appender.append("general", say("hello"));
  assertEquals(outcome.at, future);
});

Deno.test("append: an announcement that fails wakes the readers, and is retried until it succeeds", async () => {
  using room = await openRoom();
  const clock = new FakeClock();
  const told: string[] = [];
  let failures = 3;
  const appender = new Appender({
    kv: room.kv,
    clock,
    rules: makeRules({ idempotencyMs: 7 * DAY }),
    remember: 10,
    guesses: 90,
    noted: (_, events) => void told.push(`noted ${events.length}`),
    committed(_, events) {
      if (failures-- > 0) return Promise.reject(new Error("names could not be read"));
      told.push(...events.map(({ record }) => `announced ${record.seq}`));
    },
    doubted: () => void told.push("woken"),
    onError: () => void told.push("error"),
  });
  await appender.append("general", say("one"));
  await until(() => told.length === 3);
  await appender.append("general", say("two"));
  await until(() => {
    clock.tick(100);
    return told.includes("announced 2");
  });
  assertEquals(told, ["noted 1", "error", "woken", "noted 1", "announced 1", "announced 2"]);
  await appender.settled();
});

Deno.test("append: after listeners throw the room's further commands still run", async () => {
  using room = await openRoom();
  const throws = () => {
    throw new Error("a listener failed");
  };
  const appender = new Appender({
    kv: room.kv,
    clock: systemClock,
    rules: makeRules({ idempotencyMs: 7 * DAY }),
    remember: 10,
    guesses: 90,
    noted: throws,
    committed: () => {},
    doubted: throws,
    onError: throws,
  });
  room.kv.fault = () => Promise.reject(new ChatError("storage_unavailable", "away"));
  await assertRejects(() => appender.append("general", say("lost")), ChatError, "away");
  room.kv.fault = undefined;
  assertEquals((await appender.append("general", say("one"))).seq, 1);
  assertEquals((await appender.append("general", say("two"))).seq, 2);
  await appender.settled();
});

Deno.test("append: a room whose time is an hour ahead ends no mute and no edit window early", async () => {
  using room = await openRoom(["ada", "bob"]);
  const clock = new FakeClock();
  const appender = new Appender({
    kv: room.kv,
    clock,
    rules: makeRules({ idempotencyMs: 7 * DAY, editMs: 600_000 }),
    remember: 10,
    guesses: 90,
    committed: () => {},
    onError: () => {},
  });
  const { id: target } = await appender.append("general", say("mine"));
  const until = clock.now() + 600_000;
  await room.kv.commit({
    set: [
      put(keys.member("general", "bob"), {
        user_id: "bob",
        role: "member",
        state: "joined",
        since: 0,
        muted_until: until,
      }),
    ],
  });
  const { value: head, key } = await room.kv.get(keys.head("general"));
  assert(head !== null);
  await room.kv.commit({ set: [[key, { ...head, at: clock.now() + 3_600_000 }]] });
  await assertRejects(() => appender.append("general", say("hi", undefined, "bob")), ChatError, "muted");
  await appender.append("general", { type: "edit", user_id: "ada", target, content: "still mine" });
  clock.tick(600_001);
  assertEquals((await appender.append("general", say("hi", undefined, "bob"))).at >= head.at, true);
  const late = () => appender.append("general", { type: "edit", user_id: "ada", target, content: "late" });
  await assertRejects(late, ChatError, "10 min");
});

Deno.test("[D1] [D9] where a commit has no answer and its repetition is refused, it does not happen after the refusal", async () => {
  const kv = new FaultyKv(await Deno.openKv(":memory:"));
  await kv.commit({ set: generalRoom() });
  const clock = new FakeClock(0);
  const timer = (_: number, run: () => void) => {
    queueMicrotask(run);
    return () => {};
  };
  const appender = new Appender({
    kv,
    clock,
    timer,
    remember: 10,
    guesses: 90,
    rules: makeRules({ idempotencyMs: DAY, editMs: 60_000 }),
    committed() {},
    onError: (error) => {
      throw error;
    },
  });
  const { id: target } = await appender.append("general", say("first"));
  clock.tick(59_999);
  let late: (() => Promise<string | null>) | undefined;
  kv.fault = (_, really) => {
    if (late !== undefined) return really();
    late = really;
    clock.tick(2);
    return Promise.reject(new ChatError("storage_unavailable", "no answer"));
  };
  const edit = { type: "edit", user_id: "ada", target, content: "second" } as const;
  const refusal = await assertRejects(() => appender.append("general", edit), ChatError);
  assertEquals(refusal.code, "edit_window_over");
  await late?.();
  const item = (await kv.get(keys.item("general", 1))).value;
  assertEquals(item?.kind === "message" && item.content, "first");
  kv.close();
});
