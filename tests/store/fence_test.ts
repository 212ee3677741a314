import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../../lib/base/clock.ts";
import { ChatError } from "../../lib/base/errors.ts";
import { keys } from "../../lib/store/keys.ts";
import { type Kv, put, type Write } from "../../lib/store/kv.ts";
import { openAlone } from "../../lib/store/open.ts";
import { RemoteKv } from "../../lib/store/remote.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { until } from "../support/until.ts";

const mark = keys.read("ada", "general");
const read = (seq: number): Write => ({ set: [put(mark, { seq, messages: seq })] });
const CALL_MS = 10_000;

/** A store whose client, while `isStuck`, keeps commits back for later, as one does that repeats them for ever. */
class Platform {
  readonly clock = new FakeClock();
  readonly real: Kv;
  isStuck = false;
  readonly #late: (() => void)[] = [];

  constructor(real: Kv) {
    this.real = real;
  }

  static async open(): Promise<Platform> {
    return new Platform(await openAlone(":memory:"));
  }

  /** One process. */
  process(): Kv {
    const commit = (write: Write) => {
      if (!this.isStuck) return this.real.commit(write);
      return new Promise<string | null>((resolve, reject) => {
        this.#late.push(() => void this.real.commit(write).then(resolve, reject));
      });
    };
    return new RemoteKv(alteredKv(this.real, { commit }), this.clock, CALL_MS);
  }

  get waiting(): number {
    return this.#late.length;
  }

  /** What was kept back lands now. */
  async land(): Promise<void> {
    for (const run of this.#late.splice(0)) run();
    // commits of one store are done in turn
    await this.real.commit({ set: [put(keys.probe(), 1)] });
  }

  /** The refusal of a commit that the store does not answer. */
  async givenUp(commit: Promise<unknown>): Promise<string> {
    const refused = assertRejects(() => commit, ChatError);
    const before = this.waiting;
    await until(() => this.waiting > 0 || before > 0);
    this.clock.tick(CALL_MS);
    return (await refused).code;
  }

  async seq(): Promise<number | undefined> {
    return (await this.real.get(mark)).value?.seq;
  }

  [Symbol.dispose](): void {
    this.real.close();
  }
}

Deno.test("fence: a late blind set that timed out does not overwrite a newer one", async () => {
  using platform = await Platform.open();
  const kv = platform.process();
  await kv.commit(read(1));
  platform.isStuck = true;
  assertEquals(await platform.givenUp(kv.commit(read(2))), "storage_unavailable");
  platform.isStuck = false;
  await until(() => (platform.clock.tick(1_000), platform.real.get(keys.fence()).then(({ value }) => value !== null)));
  await kv.commit(read(3));
  await platform.land();
  assertEquals(await platform.seq(), 3);
});

Deno.test("fence: a late blind set does not overwrite what another process wrote after the fence was moved", async () => {
  using platform = await Platform.open();
  const [one, other] = [platform.process(), platform.process()];
  await other.commit(read(1));
  platform.isStuck = true;
  await platform.givenUp(one.commit(read(2)));
  platform.isStuck = false;
  await until(() => (platform.clock.tick(1_000), platform.real.get(keys.fence()).then(({ value }) => value !== null)));
  // the other one knows the fence as it was before: its write is repeated
  await other.commit(read(4));
  await platform.land();
  assertEquals(await platform.seq(), 4);
});

Deno.test("fence: while the fence cannot be moved no blind write is made", async () => {
  using platform = await Platform.open();
  const kv = platform.process();
  await kv.commit(read(1));
  platform.isStuck = true;
  await platform.givenUp(kv.commit(read(2)));
  const moving = platform.waiting;
  const next = assertRejects(() => kv.commit(read(3)), ChatError);
  let ended = false;
  void next.then(() => ended = true);
  await until(() => (platform.clock.tick(1_000), ended));
  assertEquals((await next).code, "storage_unavailable");
  assertEquals(moving >= 1, true);
  platform.isStuck = false;
  // everything that was kept back, the moves too: whichever comes first, the newest write stands
  await platform.land();
  await until(async () => {
    platform.clock.tick(1_000);
    return await kv.commit(read(4)).then(() => true, () => false);
  });
  assertEquals(await platform.seq(), 4);
});

Deno.test("fence: a write with checks, and a store that answers, do not move the fence", async () => {
  using platform = await Platform.open();
  const kv = platform.process();
  await kv.commit(read(1));
  const { key, versionstamp } = await kv.get(mark);
  await kv.commit({ ...read(2), checks: [{ key, versionstamp }] });
  await kv.commit(read(3));
  assertEquals([await platform.seq(), (await platform.real.get(keys.fence())).value], [3, null]);
});
