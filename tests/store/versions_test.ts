/** Processes of several versions on one store (E10). */
import { assertEquals, assertThrows } from "@std/assert";
import { FakeClock } from "../../lib/base/clock.ts";
import { ChatError } from "../../lib/base/errors.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import { put } from "../../lib/store/kv.ts";
import { SCHEMA_VERSION } from "../../lib/store/migrations/migrations.ts";
import { Versions } from "../../lib/store/migrations/versions.ts";
import { openTestChat } from "../support/chat.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { addPerson } from "../support/people.ts";
import { deleteMessage, sendMessage } from "../../lib/chat/messages/messages.ts";
import { until } from "../support/until.ts";

const room_id = "general";

async function open() {
  const chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const errors: unknown[] = [];
  let failing = false;
  const kv = alteredKv(chat.kv, {
    list: (range, options) => failing ? Promise.reject(new Error("away")) : chat.kv.list(range, options),
  });
  const versions = new Versions({
    kv,
    clock: new FakeClock(),
    onWait() {},
    onError: (error: unknown) => void errors.push(error),
  });
  const lease = (schema?: number) => ({
    expires_at: 0,
    first: 1,
    signals: [],
    ...(schema === undefined ? {} : { schema }),
  });
  return {
    chat,
    versions,
    errors,
    schema: async () => (await chat.kv.get(keys.meta())).value?.schema_version,
    unshown: async () => (await chat.kv.list(ranges.unshown(room_id, 0), { limit: 9 })).map(({ key }) => key[2]),
    fail: (fails: boolean) => failing = fails,
    comes: () => chat.kv.commit({ set: [put(keys.ephemera("old"), lease())] }),
    goes: () => chat.kv.commit({ delete: [keys.ephemera("old")] }),
    /** As an older version does it. */
    async deletesAsBefore(): Promise<number> {
      const { id: message_id, seq } = await sendMessage(chat, ada, { room_id, content: "gone" });
      await deleteMessage(chat, ada, { room_id, message_id });
      await chat.kv.commit({ delete: [keys.unshown(room_id, seq)] });
      return seq;
    },
    async [Symbol.asyncDispose]() {
      versions.close();
      await chat[Symbol.asyncDispose]();
    },
  };
}

Deno.test("versions: while a process of an older schema lives, calls that need the newer schema are refused with `upgrading`", async () => {
  await using it = await open();
  it.versions.require(SCHEMA_VERSION);
  it.versions.seen(SCHEMA_VERSION - 1);
  const error = assertThrows(() => it.versions.require(SCHEMA_VERSION), ChatError);
  assertEquals([error.code, error.status, error.retryAfter], ["upgrading", 503, 30]);
  it.versions.require(SCHEMA_VERSION - 1);
  it.versions.seen(SCHEMA_VERSION);
  it.versions.require(SCHEMA_VERSION);
});

Deno.test("versions: an older process that comes back lowers the store's schema; once it is gone the steps run again", async () => {
  await using it = await open();
  it.versions.seen(SCHEMA_VERSION);
  await it.comes();
  await until(async () => {
    it.versions.seen(2);
    return await it.schema() === 2;
  });
  const seq = await it.deletesAsBefore();
  // told, but the lease is there again: the steps wait
  it.versions.seen(SCHEMA_VERSION);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals([await it.schema(), await it.unshown()], [2, []]);
  await it.goes();
  await until(async () => {
    it.versions.seen(SCHEMA_VERSION);
    return await it.schema() === SCHEMA_VERSION;
  });
  assertEquals([await it.unshown(), it.errors], [[seq], []]);
});

Deno.test("versions: a step that fails is reported, and tried again after the next read of the leases", async () => {
  await using it = await open();
  it.versions.seen(2);
  await until(async () => await it.schema() === 2);
  it.fail(true);
  await until(() => {
    it.versions.seen(SCHEMA_VERSION);
    return it.errors.length > 0;
  });
  assertEquals(await it.schema(), 2);
  it.fail(false);
  await until(async () => {
    it.versions.seen(SCHEMA_VERSION);
    return await it.schema() === SCHEMA_VERSION;
  });
});
