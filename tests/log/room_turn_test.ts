import { assert, assertEquals } from "@std/assert";
import type { Appender } from "../../lib/log/append.ts";
import type { AppenderOptions } from "../../lib/log/append_options.ts";
import { keys, type Turn } from "../../lib/store/keys.ts";
import { type Kv, put } from "../../lib/store/kv.ts";
import { Turns } from "../../lib/log/turns.ts";
import { ContendedStore } from "../support/contended_store.ts";
import { generalRoom } from "../support/general_room.ts";

const SECONDS = 3;

/** A process of the tests, and what became of its sends. */
interface Process {
  appender: Appender;
  took: number[];
  acknowledged: { seq: number; client_id: string }[];
  refused: unknown[];
}

/** What an append queue remembers and guesses, on KV Connect and on PostgreSQL. */
const KINDS = { "KV Connect": { remember: 0, guesses: 0 }, PostgreSQL: { remember: 300, guesses: 90 } };

let sends = 0;

function open(store: ContendedStore, more: Partial<AppenderOptions> = {}): Process {
  return { ...store.process(more), took: [], acknowledged: [], refused: [] };
}

async function send(store: ContendedStore, process: Process, client_id = `c${++sends}`): Promise<void> {
  const began = store.time.elapsed();
  const message = { type: "message", user_id: "ada", content: client_id, client_id } as const;
  try {
    const { seq } = await process.appender.append("general", message);
    process.acknowledged.push({ seq, client_id });
  } catch (error) {
    process.refused.push(error);
  }
  process.took.push(store.time.elapsed() - began);
}

/** So many sends at any time, for so long. */
async function closedLoop(store: ContendedStore, process: Process, inFlight: number, ms = SECONDS * 1_000) {
  const end = store.time.elapsed() + ms;
  await Promise.all(Array.from({ length: inFlight }, async () => {
    while (store.time.elapsed() < end) await send(store, process);
  }));
}

/** A send each so many milliseconds, whether or not the one before is answered. */
async function openLoop(store: ContendedStore, process: Process, everyMs: number, offset = 0) {
  const all: Promise<void>[] = [];
  await store.time.pause(offset);
  for (let at = 0; at < SECONDS * 1_000; at += everyMs) {
    all.push(send(store, process));
    await store.time.pause(everyMs);
  }
  await Promise.all(all);
}

function longest({ took }: Process): number {
  return Math.max(...took);
}

/** [D2] [D3]: each acknowledged send is one event of one order without a gap, and each process announced its own. */
function assertOneOrder(store: ContendedStore, processes: Process[]): void {
  const acknowledged = processes.flatMap((process) => process.acknowledged).toSorted((a, b) => a.seq - b.seq);
  const head = store.peek(keys.head("general")).value;
  assertEquals(acknowledged.map(({ seq }) => seq), acknowledged.map((_, i) => i + 1));
  assertEquals(head?.seq, acknowledged.length);
  for (const { seq, client_id } of acknowledged) {
    const item = store.peek(keys.item("general", seq)).value;
    assertEquals(item !== null && "client_id" in item && item.client_id, client_id);
  }
}

for (const [kind, options] of Object.entries(KINDS)) {
  for (const count of [2, 3]) {
    Deno.test(`${kind}: [D2] [D3] [D9] ${count} processes with 8 sends in flight each are served alike, and as fast as half of one with all`, async () => {
      const alone = new ContendedStore(generalRoom());
      const one = open(alone, options);
      await alone.time.until(closedLoop(alone, one, 8 * count));
      const store = new ContendedStore(generalRoom());
      const processes = Array.from({ length: count }, () => open(store, options));
      await store.time.until(Promise.all(processes.map((process) => closedLoop(store, process, 8))));
      const served = processes.map(({ acknowledged }) => acknowledged.length);
      const sum = served.reduce((a, b) => a + b, 0);
      assert(Math.min(...served) >= sum / count / 2, `${served}`);
      assert(sum >= one.acknowledged.length / 2, `${served}, alone ${one.acknowledged.length}`);
      assertEquals(processes.flatMap(({ refused }) => refused), []);
      assertOneOrder(store, processes);
    });
  }

  Deno.test(`${kind}: [D9] two processes with 100 sends a second each in one room have all of them acknowledged within 250 ms`, async () => {
    // whichever way their sends fall between each other's
    for (const offset of [0, 1, 2.5, 4, 5, 7.5]) {
      const store = new ContendedStore(generalRoom());
      const processes = [open(store, options), open(store, options)];
      await store.time.until(Promise.all([
        openLoop(store, processes[0]!, 10),
        openLoop(store, processes[1]!, 10, offset),
      ]));
      for (const process of processes) {
        assertEquals([process.acknowledged.length, process.refused], [SECONDS * 100, []]);
        assert(longest(process) <= 250, `offset ${offset}: ${longest(process)} ms`);
      }
      assertOneOrder(store, processes);
    }
  });
}

for (const [kind, options] of Object.entries(KINDS)) {
  Deno.test(`${kind}: [D9] of two processes whose store takes half a second for each call none waits for as long as the other sends`, async () => {
    const store = new ContendedStore(generalRoom());
    const processes = [0, 1].map(() => open(store, { ...options, kv: store.handle(500) }));
    await store.time.until(Promise.all(processes.map((process) => closedLoop(store, process, 8, 60_000))));
    for (const process of processes) assert(longest(process) <= 20_000, `${processes.map(longest)} ms`);
    assertEquals(processes.flatMap(({ refused }) => refused), []);
    assertOneOrder(store, processes);
  });
}

Deno.test("[D9] a process whose store is four times as far away gets its turn as often as the others", async () => {
  const store = new ContendedStore(generalRoom());
  const [near, far] = [open(store), open(store, { kv: store.handle(4) })];
  await store.time.until(Promise.all([near, far].map((process) => closedLoop(store, process, 8))));
  // a turn is a slice of time, so the far one gets fewer sends into it
  assert(far.acknowledged.length >= (near.acknowledged.length + far.acknowledged.length) / 2 / 4);
  assert(longest(far) <= 250, `${longest(far)} ms`);
  assertEquals([...near.refused, ...far.refused], []);
  assertOneOrder(store, [near, far]);
});

/** Counts what a handle is asked for. */
function counted(kv: Kv) {
  const counts = { reads: 0, writes: 0 };
  const handle: Kv = {
    ...kv,
    get: (key) => {
      counts.reads++;
      return kv.get(key);
    },
    getMany: (all) => {
      counts.reads += all.length;
      return kv.getMany(all);
    },
    commit: (write) => {
      counts.writes += (write.set ?? []).length + (write.delete ?? []).length;
      return kv.commit(write);
    },
  };
  return { handle, counts };
}

Deno.test("turn: a message now and then reads four keys and writes three, with and without turns", async () => {
  for (const shared of [false, true]) {
    const store = new ContendedStore(generalRoom());
    const { handle, counts } = counted(store.handle());
    const process = open(store, { kv: handle, shared });
    for (let i = 0; i < 5; i++) {
      await store.time.until(send(store, process));
      await store.time.until(store.time.pause(1_500));
    }
    assertEquals(counts, { reads: 5 * 4, writes: 5 * 3 });
  }
});

Deno.test("turn: a process that is alone in a busy room reads one key more a commit, and writes none", async () => {
  const [plain, turns] = await Promise.all([false, true].map(async (shared) => {
    const store = new ContendedStore(generalRoom());
    const { handle, counts } = counted(store.handle());
    const process = open(store, { kv: handle, shared });
    await store.time.until(closedLoop(store, process, 8, 500));
    return { ...counts, sent: process.acknowledged.length };
  }));
  assertEquals([turns?.sent, turns?.writes], [plain?.sent, plain?.writes]);
  const commits = (plain?.sent ?? 0) / 8;
  assert((turns?.reads ?? 0) <= (plain?.reads ?? 0) + commits);
});

Deno.test("turn: nothing is left in the store when no process has anything to append any more", async () => {
  const store = new ContendedStore(generalRoom());
  const processes = [open(store), open(store), open(store)];
  await store.time.until(Promise.all(processes.map((process) => closedLoop(store, process, 4, 400))));
  await store.time.until(Promise.all(processes.map(({ appender }) => appender.settled())));
  assertEquals(store.peek(keys.turn("general")).value, null);
});

Deno.test("turn: a room's turn is remembered while its first commit is under way, and forgotten some time after its last", async () => {
  const store = new ContendedStore(generalRoom());
  const { time } = store;
  const turns = new Turns({ kv: store.handle(), clock: time, name: "a" }, (ms, run) => time.after(ms, run));
  const first = turns.of("general");
  turns.of("other");
  first.appended();
  assertEquals(turns.of("general") === first, true);
  await time.until(time.pause(60_000));
  turns.of("other");
  assertEquals(turns.of("general") === first, false);
});

Deno.test("[D7] turn: one that a look beside the last commit finds is given back, and its room is forgotten like any other", async () => {
  const store = new ContendedStore([...generalRoom(), put(keys.turn("general"), { by: "a", next: ["b"] })]);
  const { time } = store;
  const turns = new Turns({ kv: store.handle(), clock: time, name: "a" }, (ms, run) => time.after(ms, run));
  const first = turns.of("general");
  first.appended();
  // nothing waits any more when it answers
  first.look();
  await time.until(time.pause(100));
  assertEquals(store.peek(keys.turn("general")).value, { by: "b", next: [] });
  await time.until(time.pause(60_000));
  turns.of("other");
  assertEquals(turns.of("general") === first, false);
});

/** A store where a process in `general` died in its turn, or on the list. */
function withTurn(turn: Turn): ContendedStore {
  return new ContendedStore([...generalRoom(), put(keys.turn("general"), turn)]);
}

Deno.test("[D9] a turn of a process that died is taken after a while, and its place in the list is skipped", async () => {
  const dead: Turn[] = [{ by: "dead", next: [] }, { by: "dead", next: ["dead too"] }];
  for (const turn of dead) {
    const store = withTurn(turn);
    const processes = [open(store), open(store)];
    await store.time.until(Promise.all(processes.map((process) => closedLoop(store, process, 8))));
    const waits = processes.flatMap(({ took }) => took).filter((ms) => ms > 250);
    assert(Math.max(...processes.map(longest)) <= 1_700, `${waits}`);
    // each dead process is waited for once: by the sends that were in flight then
    assert(waits.length <= 8 * processes.length * (1 + turn.next.length), `${waits.length} long waits`);
    assertEquals(processes.flatMap(({ refused }) => refused), []);
    assertOneOrder(store, processes);
  }
});

Deno.test("[D2] [D3] a process that ends in its turn, its last commit unanswered, costs no order, and its resends are found", async () => {
  const store = new ContendedStore(generalRoom());
  let dead = false;
  const kv = store.handle();
  // what it asked for before it died still happens; nothing is answered any more
  const dying: Kv = {
    ...kv,
    get: (key) => dead ? new Promise(() => {}) : kv.get(key),
    getMany: (all) => dead ? new Promise(() => {}) : kv.getMany(all),
    commit: async (write) => {
      if (dead) return await new Promise(() => {});
      const done = await kv.commit(write);
      return dead ? await new Promise(() => {}) : done;
    },
  };
  const [first, second] = [open(store, { kv: dying }), open(store)];
  const unanswered = new Set<string>();
  const senders = Array.from({ length: 8 }, async () => {
    for (;;) {
      const client_id = `d${++sends}`;
      unanswered.add(client_id);
      await send(store, first, client_id);
      unanswered.delete(client_id);
    }
  });
  void Promise.all(senders);
  const others = closedLoop(store, second, 8);
  await store.time.until(store.time.pause(300));
  while (store.peek(keys.turn("general")).value === null || first.acknowledged.length === 0) {
    await store.time.until(store.time.pause(1));
  }
  dead = true;
  await store.time.until(others);
  // the dead process's clients come to the other one, with the same client_ids
  await store.time.until(Promise.all([...unanswered].map((client_id) => send(store, second, client_id))));
  assert(longest(second) <= 1_000, `${longest(second)} ms`);
  assertOneOrder(store, [first, second]);
});

Deno.test("[D2] [D3] beside a process of a version that knows no turns nothing is lost, doubled or out of order", async () => {
  const store = new ContendedStore(generalRoom());
  const processes = [open(store), open(store), open(store, { shared: false })];
  await store.time.until(Promise.all(processes.map((process, i) => openLoop(store, process, 25, i * 7))));
  assertEquals(processes.map(({ refused }) => refused.length), [0, 0, 0]);
  assertEquals(processes.map(({ acknowledged }) => acknowledged.length), [120, 120, 120]);
  assertOneOrder(store, processes);
});

Deno.test("[D3] the same client_id over two processes that take turns is one message", async () => {
  const store = new ContendedStore(generalRoom());
  const processes = [open(store), open(store)];
  const twice = Array.from({ length: 400 }, (_, i) => `same${i}`);
  await store.time.until(Promise.all(processes.map(async (process) => {
    await Promise.all(Array.from({ length: 8 }, async (_, lane) => {
      for (let i = lane; i < twice.length; i += 8) await send(store, process, twice[i]);
    }));
  })));
  const [a, b] = processes.map(({ acknowledged }) =>
    new Map(acknowledged.map(({ client_id, seq }) => [client_id, seq]))
  );
  assertEquals(twice.map((id) => a?.get(id)), twice.map((id) => b?.get(id)));
  assertEquals(store.peek(keys.head("general")).value?.seq, twice.length);
});
