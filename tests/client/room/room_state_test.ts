import { assert, assertEquals } from "@std/assert";
import { RoomState } from "../../../lib/client/room/room_state.ts";
import type { Entry } from "../../../lib/client/room/entries.ts";
import type { RoomEvent } from "../../../lib/protocol/model.ts";
import { ANN, BOB, FakeEnvironment, FakeServer } from "../support.ts";

function seeded(seed: number): () => number {
  return () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

/** A log with everything in it, and for each seq the event as it was told live. */
function buildLog(random: () => number): FakeServer {
  const server = new FakeServer();
  const alive: string[] = [];
  const pick = () => alive[Math.floor(random() * alive.length)];
  for (let n = 0; n < 80; n++) {
    const by = random() < 0.5 ? ANN : BOB;
    const target = pick();
    const what = random();
    if (target === undefined || what < 0.4) alive.push(server.say(by, `m${n}`).id);
    else if (what < 0.5) server.join(by);
    else if (what < 0.65) server.edit(by, target, `e${n}`);
    else if (what < 0.7) {
      server.remove(by, target);
      alive.splice(alive.indexOf(target), 1);
    } else server.react(by, target, random() < 0.5 ? "👍" : "🎉", random() < 0.6 ? "add" : "remove");
  }
  return server;
}

/** What a reader sees, without what may differ: reactions' order, and empty lists. */
function seen(entries: readonly Entry[]) {
  return entries.map((entry) => {
    if (entry.type !== "chat_message") return [entry.seq, entry.type];
    const { content, deleted, reactions = [], mine, status } = entry.view.value;
    const counts = reactions.map((r) => `${r.emoji}${r.count}`).sort();
    return [entry.seq, content, deleted ?? false, counts, [...mine].sort(), status];
  });
}

Deno.test("room state: any mixture of duplicates, reorderings, losses, replays and snapshots ends in the log's state", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = seeded(seed);
    const server = buildLog(random);
    const { log } = server.room("general");
    const env = new FakeEnvironment();
    let gap = false;
    const state = new RoomState({ id: "general", me: ANN, environment: env, onGap: () => gap = true });
    // the snapshot of the present, as a server that is ahead of this client would give it, comes in between at times
    const snapshot = () =>
      state.replace({ ...server.page("general", { limit: 1_000 }), cursor: server.cursor("general") });
    const resume = () => {
      const at = log.findIndex((event) => state.cursor === `e1:${event.id}`);
      state.suspend();
      state.resumed([ANN], 1);
      for (const event of log.slice(at + 1)) state.receive(server.replayed(event));
    };
    state.replace({ events: [], has_more: false, cursor: "e1:", mine: {} });
    let next = 0;
    while (next < log.length) {
      const event: RoomEvent | undefined = log[next];
      if (event === undefined) break;
      const chance = random();
      if (chance < 0.7) state.receive(log[next++] ?? event);
      else if (chance < 0.8) state.receive(log[Math.floor(random() * next)] ?? event);
      else if (chance < 0.86) next++;
      else if (chance < 0.95) env.tick(16);
      else if (chance < 0.97) resume();
      else snapshot();
      if (gap) {
        gap = false;
        resume();
      }
    }
    env.tick(16);
    resume();
    env.tick(16);
    const wanted = new RoomState({ id: "general", me: ANN, environment: env });
    wanted.replace({ ...server.page("general", { limit: 1_000 }), cursor: server.cursor("general") });
    assertEquals(seen(state.entries.value), seen(wanted.entries.value), `seed ${seed}`);
    assertEquals(state.cursor, server.cursor("general"), `seed ${seed}`);
  }
});

Deno.test("room state: an edit renders one row: the list and the other entries stay as they are", () => {
  const server = new FakeServer();
  const first = server.say(BOB, "one");
  server.say(BOB, "two");
  const env = new FakeEnvironment();
  const state = new RoomState({ id: "general", me: ANN, environment: env }, {
    ...server.page("general", {}),
    cursor: server.cursor("general"),
  });
  state.resumed([], 0);
  const [one, two] = state.entries.value;
  const other = two?.view.value;
  let lists = -1;
  const stop = state.entries.subscribe(() => lists++);
  server.edit(BOB, first.id, "one!");
  state.receive(server.room("general").log[2] ?? first);
  env.tick(16);
  stop();
  assert(one?.type === "chat_message");
  assertEquals(one.view.value.content, "one!");
  assert(two?.view.value === other);
  assertEquals(lists, 0);
});

Deno.test("room state: while the reader is away from the bottom, old entries stay and new ones wait below", () => {
  const server = new FakeServer();
  const env = new FakeEnvironment();
  const state = new RoomState({ id: "general", me: ANN, environment: env });
  state.replace({ events: [], has_more: false, cursor: "e1:", mine: {} });
  state.setFollowing(false);
  for (let n = 1; n <= 310; n++) state.receive(server.say(BOB, `m${n}`));
  env.tick(1_000);
  assertEquals([state.entries.value.length, state.entries.value[0]?.seq], [300, 1]);
  assertEquals([state.hasNewer.value, state.newCount.value], [true, 310]);
  state.setFollowing(true);
  assertEquals(state.newCount.value, 0);
});

Deno.test("room state: a full window at the end drops many entries at once, and they can be loaded again", () => {
  const server = new FakeServer();
  const env = new FakeEnvironment();
  const state = new RoomState({ id: "general", me: ANN, environment: env });
  state.replace({ events: [], has_more: false, cursor: "e1:", mine: {} });
  const say = (count: number) => {
    for (let n = 0; n < count; n++) state.receive(server.say(BOB, "m"));
    env.tick(1_000);
    return [state.entries.value.length, state.entries.value.at(-1)?.seq];
  };
  assertEquals(say(200), [200, 200]);
  assertEquals(say(1), [150, 201]);
  assertEquals(say(50), [200, 251]);
  assertEquals([state.hasMore.value, state.hasNewer.value], [true, false]);
});

Deno.test("room state: a message of somebody else with my client_id does not settle my pending entry", () => {
  const server = new FakeServer();
  const env = new FakeEnvironment();
  const state = new RoomState({ id: "general", me: ANN, environment: env });
  state.replace({ events: [], has_more: false, cursor: "e1:", mine: {} });
  state.showPending({ client_id: "c1", room_id: "general", content: "mine", order: 1 });
  state.receive(server.say(BOB, "stolen", { client_id: "c1" }));
  env.tick(16);
  assertEquals(seen(state.entries.value).map((row) => [row[1], row[5]]), [["stolen", "sent"], ["mine", "pending"]]);
});

Deno.test("room state: a person's new name is shown on their messages", () => {
  const server = new FakeServer();
  server.say(BOB, "one");
  const env = new FakeEnvironment();
  const state = new RoomState({ id: "general", me: ANN, environment: env });
  state.replace({ ...server.page("general", {}), cursor: server.cursor("general"), present: [BOB] });
  state.renamed({ ...BOB, display_name: "Robert" });
  assertEquals(state.entries.value[0]?.view.value.display_name, "Robert");
  assertEquals(state.people.present.value[0]?.display_name, "Robert");
});

Deno.test("room state: a repeated event changes nothing and requests nothing", () => {
  const server = new FakeServer();
  const env = new FakeEnvironment();
  let gaps = 0;
  const state = new RoomState({ id: "general", me: ANN, environment: env, onGap: () => gaps++ });
  state.replace({ events: [], has_more: false, cursor: "e1:", mine: {} });
  const one = server.say(BOB, "one");
  for (const event of [one, one, server.say(BOB, "two"), one]) state.receive(event);
  env.tick(16);
  assertEquals([state.entries.value.length, gaps], [2, 0]);
});

Deno.test("room state: a run of joins and leaves counts as one row of the window, however long it is", async () => {
  const server = new FakeServer();
  server.say(BOB, "first");
  for (let n = 0; n < 400; n++) server.join(BOB);
  server.say(BOB, "last");
  const state = new RoomState({ id: "general", me: ANN, environment: new FakeEnvironment() });
  state.replace({ ...server.page("general", { limit: 50 }), cursor: server.cursor("general") });
  for (let pages = 0; state.hasMore.value && pages < 20; pages++) {
    await state.pages.older(() => Promise.resolve(server.page("general", { before: state.firstShownSeq, limit: 50 })));
  }
  assertEquals(state.hasMore.value, false);
  assertEquals(state.hasNewer.value, false);
  assertEquals(state.entries.value.length, 402);
});

Deno.test("room state: a send whose event is in the log already is not shown as pending too", () => {
  const server = new FakeServer();
  server.say(ANN, "once", { client_id: "c1" });
  const { events, mine, has_more } = server.page("general", {});
  const state = new RoomState(
    { id: "general", me: ANN, environment: new FakeEnvironment() },
    { events, mine, has_more, cursor: server.cursor("general") },
  );
  state.showPending({ client_id: "c1", room_id: "general", content: "once", order: 1 });
  state.showPending({ client_id: "c2", room_id: "general", content: "twice", order: 2 });
  assertEquals(seen(state.entries.value).map((entry) => entry[1]), ["once", "twice"]);
});

Deno.test("room state: my acknowledged message can be edited before its event arrives", () => {
  const server = new FakeServer();
  const state = new RoomState({ id: "general", me: ANN, environment: new FakeEnvironment() });
  state.replace({ events: [server.say(ANN, "before")], has_more: false, cursor: "e1:", mine: {} });
  const last = () => state.myLast()?.view.value.content;
  state.showPending({ client_id: "c1", room_id: "general", content: "now", order: 0 });
  assertEquals(last(), "before");
  state.acknowledge("c1", "2-aaaaaaaa", 2);
  assertEquals(last(), "now");
});
