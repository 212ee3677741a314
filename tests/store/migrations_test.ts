/** Databases of every version that there was, and one of a version to come. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeClock, systemClock } from "../../lib/base/clock.ts";
import { readHistory } from "../../lib/chat/messages/history.ts";
import { sendMessage } from "../../lib/chat/messages/messages.ts";
import { listRooms } from "../../lib/chat/rooms/rooms.ts";
import type { OpenChat } from "../../lib/chat/open.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import { type Kv, put } from "../../lib/store/kv.ts";
import { migrate, type Migration } from "../../lib/store/migrations/migrations.ts";
import { openStore, SCHEMA_VERSION } from "../../lib/store/open.ts";
import type { Actor } from "../../lib/protocol/model.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { openTestChat } from "../support/chat.ts";
import { countInLog, unreadIn } from "../support/unread_counts.ts";
import { until } from "../support/until.ts";

const fixtures = new URL("./fixtures/", import.meta.url);

async function actorNamed(kv: Kv, name: string): Promise<Actor> {
  const user_id = (await kv.get(keys.username(name))).value ?? "";
  return { user_id, username: name, admin: true, session_id: "s", by: "cookie", expires_at: Number.MAX_SAFE_INTEGER };
}

Deno.test("migrations: every schema version has a fixture", () => {
  const names = [...Deno.readDirSync(fixtures)].map(({ name }) => name).sort();
  assertEquals(names, Array.from({ length: SCHEMA_VERSION - 1 }, (_, i) => `schema-${i + 1}.db`));
});

for (const { name } of Deno.readDirSync(fixtures)) {
  Deno.test(`${name} opens: its messages are unchanged, and new ones can be sent`, async () => {
    const dir = await Deno.makeTempDir();
    const path = `${dir}/parley.db`;
    await Deno.copyFile(new URL(name, fixtures), path);
    {
      await using chat = await openTestChat({ config: { kvPath: path } });
      assertEquals((await chat.kv.get(keys.meta())).value?.schema_version, SCHEMA_VERSION);
      assertEquals((await chat.kv.get(keys.migrating())).value, null);
      await assertCounts(chat);
      const ada = await actorNamed(chat.kv, "ada");
      const said = async () =>
        (await readHistory(chat, ada, "general", { messages_only: true })).events.flatMap((event) =>
          event.type === "chat_message" ? [event] : []
        );
      const [hello, gone, reply, ...more] = await said();
      assertEquals([hello?.content, gone?.content, reply?.content, more.length], ["Hello again", "", "A reply", 0]);
      assert(hello?.edited_at !== undefined && gone?.deleted === true && reply?.reply_to === hello.id);
      assertEquals(hello.reactions, [{ emoji: "👍", count: 1 }]);
      await sendMessage(chat, ada, { room_id: "general", content: "and on" });
      assertEquals((await said()).at(-1)?.content, "and on");
    }
    await Deno.remove(dir, { recursive: true });
  });
}

/** What an older version counted as unread though it was deleted is left out now, in each room and for everybody. */
async function assertCounts(chat: OpenChat): Promise<void> {
  let gone = 0;
  for (const { value: { id } } of await chat.kv.list(ranges.rooms(), { limit: 100 })) {
    const unshown = await chat.kv.list(ranges.unshown(id, 0), { limit: 100 });
    gone += unshown.length;
    const sums = (await chat.kv.get(keys.unshownSums(id, 0))).value ?? [];
    assertEquals(sums.reduce((a, b) => a + b, 0), unshown.length, "their sum");
    assertEquals((await chat.kv.get(keys.head(id))).value?.unshown, unshown.at(-1)?.key[2]);
  }
  assert(gone > 0, "the fixture has deleted messages");
  for (const name of ["ada", "ben"]) {
    const actor = await actorNamed(chat.kv, name);
    for (const room of await listRooms(chat, actor)) {
      assertEquals(unreadIn(room), await countInLog(chat, actor.user_id, room.id), `${name} in ${room.name}`);
    }
  }
}

async function openOld(): Promise<Kv> {
  const { kv } = await openStore(":memory:");
  await kv.commit({ set: [put(keys.meta(), { epoch: "e", schema_version: 1 })] });
  return kv;
}

function counting(to: number, runs: number[], hold: Promise<void> = Promise.resolve()): Migration {
  return {
    to,
    async run() {
      runs.push(to);
      await hold;
    },
  };
}

Deno.test("migrations: the steps run in order and once, whichever of several processes comes first", async () => {
  const kv = await openOld();
  const runs: number[] = [];
  const held = Promise.withResolvers<void>();
  const migrations = [counting(2, runs, held.promise), counting(3, runs)];
  const waits: string[] = [];
  const one = () => migrate(kv, { clock: systemClock, onWait: (message) => waits.push(message), migrations });
  const all = [one(), one(), one()];
  await until(() => waits.length === 2);
  held.resolve();
  for (const meta of await Promise.all(all)) assertEquals([meta.epoch, meta.schema_version], ["e", 3]);
  assertEquals(runs, [2, 3]);
  kv.close();
});

Deno.test("migrations: a step that failed, or whose process died, is run again by the next start", async () => {
  const kv = await openOld();
  const clock = new FakeClock();
  const failing: Migration = { to: 2, run: () => Promise.reject(new Error("cut off")) };
  const options = { clock, onWait() {} };
  await assertRejects(() => migrate(kv, { ...options, migrations: [failing] }), Error, "cut off");
  assertEquals((await kv.get(keys.meta())).value?.schema_version, 1);
  assertEquals((await kv.get(keys.migrating())).value, null, "others need not wait for what failed");

  await kv.commit({ set: [put(keys.migrating(), { by: "one that was killed", expires_at: clock.now() + 30_000 })] });
  const runs: number[] = [];
  let waits = 0;
  let looks = 0;
  const looking = alteredKv(kv, {
    get(key) {
      if (key[0] === "migrating") looks++;
      return kv.get(key);
    },
  });
  const migrated = migrate(looking, { clock, onWait: () => waits++, migrations: [counting(2, runs)] });
  await until(() => waits === 1);
  clock.set(clock.now() + 3_600_000);
  const before = looks;
  await until(() => looks >= before + 3);
  assertEquals(runs, [], "the machine's time ends no other process's lease");
  clock.tick(30_000);
  await migrated;
  assertEquals(runs, [2]);
  kv.close();
});
