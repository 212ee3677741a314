/** What the append queue does on any kind of store. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { systemClock } from "../../lib/base/clock.ts";
import { ChatError } from "../../lib/base/errors.ts";
import { Appender, type AppendQueue } from "../../lib/log/append.ts";
import type { AppendCommand } from "../../lib/log/command.ts";
import { makeRules } from "../../lib/log/rules/rules.ts";
import { ranges } from "../../lib/store/keys.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { generalRoom } from "../support/general_room.ts";
import type { OpenedStore } from "./store_contract.ts";

export interface OpenedQueue extends OpenedStore {
  appender: AppendQueue;
}

const DAY = 86_400_000;

export function queueOn(kv: Kv, { remember, guesses } = { remember: 0, guesses: 0 }): Appender {
  return new Appender({
    remember,
    guesses,
    kv,
    clock: systemClock,
    rules: makeRules({ idempotencyMs: 7 * DAY }),
    committed() {},
    onError: (error) => {
      throw error;
    },
  });
}

const say = (content: string, client_id?: string): AppendCommand => ({
  type: "message",
  user_id: "ada",
  content,
  ...(client_id === undefined ? {} : { client_id }),
});

export function appendContract(name: string, open: () => Promise<OpenedQueue>): void {
  Deno.test(`${name}: [D2] [D9] appends get the seqs 1, 2, 3 … in the order of the calls`, async () => {
    await using it = await open();
    await it.kv.commit({ set: generalRoom() });
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, i) => it.appender.append("general", say(`${i}`))),
    );
    assertEquals(outcomes.map(({ seq }) => seq), Array.from({ length: 100 }, (_, i) => i + 1));
    const items = await it.kv.list(ranges.items("general", 0, 1_000), { limit: 200 });
    assertEquals(items.map(({ value }) => value.id), outcomes.map(({ id }) => id));
  });

  Deno.test(`${name}: [D3] a repeated client_id returns the first message's id, at once or later`, async () => {
    await using it = await open();
    await it.kv.commit({ set: generalRoom() });
    const send = () => it.appender.append("general", say("hello", "c1"));
    const outcomes = [...await Promise.all([send(), send(), send()]), await send()];
    assertEquals(new Set(outcomes.map(({ id }) => id)).size, 1);
    assertEquals(outcomes.map(({ changed }) => changed), [true, false, false, false]);
  });

  Deno.test(`${name}: a refused append rejects with its code and message`, async () => {
    await using it = await open();
    await it.kv.commit({ set: generalRoom() });
    const error = await assertRejects(() => it.appender.append("nowhere", say("hello")), ChatError);
    assertEquals([error.code, error.status], ["no_such_room", 404]);
    assert(error.message.includes("nowhere"));
  });

  Deno.test(`${name}: settled() waits for all accepted appends`, async () => {
    await using it = await open();
    await it.kv.commit({ set: generalRoom() });
    let done = false;
    void it.appender.append("general", say("hello")).then(() => done = true);
    await it.appender.settled();
    await Promise.resolve();
    assert(done);
  });
}
