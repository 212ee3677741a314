/** An export of a store that others write to at the same time, as it is over KV Connect: without one moment of all. */
import { assert, assertEquals } from "@std/assert";
import type { OpenChat } from "../../../lib/chat/open.ts";
import { uploadFile } from "../../../lib/chat/files/files.ts";
import { deleteMessage, editMessage, react, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { createRoom, deleteRoom, openDirect } from "../../../lib/chat/rooms/rooms.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { KvBlobs } from "../../../lib/store/blobs/blobs.ts";
import { exportStore, importInto } from "../../../lib/operate/data/export.ts";
import { type Family, keys, lastPart, ranges } from "../../../lib/store/keys.ts";
import { type Kv, put } from "../../../lib/store/kv.ts";
import { openStore } from "../../../lib/store/open.ts";
import { verifyStore } from "../../../lib/operate/data/verify.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";
import { sweep } from "../../support/upkeep.ts";

const room_id = "general";

/** Exports a chat's store while `meanwhile` happens, each right before its family is read, and imports that elsewhere. */
async function moved(chat: OpenChat, meanwhile: Partial<Record<Family, () => Promise<unknown>>>): Promise<Kv> {
  const waiting = new Map(Object.entries(meanwhile));
  const source: Kv = {
    limits: chat.kv.limits,
    get: (key) => chat.kv.get(key),
    getMany: (wanted) => chat.kv.getMany(wanted),
    async list(range, options) {
      const family = String("prefix" in range ? range.prefix[0] : range.start[0]);
      const act = waiting.get(family);
      waiting.delete(family);
      await act?.();
      return await chat.kv.list(range, options);
    },
    commit: (write) => chat.kv.commit(write),
    close: () => {},
  };
  const lines: string[] = [];
  const files = new Map<string, number[]>();
  await exportStore(source, {
    line: (text) => Promise.resolve(void lines.push(text)),
    bytes: (file, bytes) => Promise.resolve(void files.set(file, [...files.get(file) ?? [], ...bytes])),
    drop: (file) => Promise.resolve(void files.delete(file)),
  }, () => new KvBlobs(chat.kv));
  assertEquals([...waiting.keys()], [], "all of it happened");
  const { kv } = await openStore(":memory:");
  const read = {
    bytes: (file: string, n: number) => Promise.resolve(new Uint8Array(files.get(file)?.splice(0, n) ?? [])),
  };
  await importInto(kv, { lines: ReadableStream.from(lines), ...read }, "kv", () => new KvBlobs(kv));
  await verifyStore(kv);
  return kv;
}

async function keysOf(kv: Kv, family: Family): Promise<string[]> {
  return (await kv.list(ranges.family(family), { limit: 1_000 })).map(({ key }) => key.slice(1).join(" "));
}

async function trim(chat: OpenChat, room: string): Promise<void> {
  const { seq = 0, messages = 0 } = (await chat.kv.get(keys.head(room))).value ?? {};
  await chat.appender.append(room, { type: "trim", floor: seq - 1, messages: messages - 1 });
  await sweep(chat.kv, chat.clock);
}

async function say(chat: OpenChat, actor: Actor, room: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await sendMessage(chat, actor, { room_id: room, content: `message ${i}` });
}

Deno.test("export: taken while rooms are trimmed, made and deleted, it imports each room whole from its floor on", async () => {
  await using chat = await openTestChat({ clock: new FakeClock() });
  const [ada] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const [late, doomed] = [
    await createRoom(chat, ada, { name: "late", kind: "private" }),
    await createRoom(chat, ada, { name: "doomed", kind: "public" }),
  ];
  for (const id of [room_id, late.id, doomed.id]) await say(chat, ada, id, 5);
  const kv = await moved(chat, {
    user: async () => {
      await createRoom(chat, ada, { name: "new", kind: "public" });
      await openDirect(chat, ada, "bob");
      await say(chat, ada, room_id, 3);
    },
    item: () => trim(chat, room_id),
    change: async () => {
      await trim(chat, late.id);
      await deleteRoom(chat, ada, doomed.id);
      await sweep(chat.kv, chat.clock);
    },
  });
  await sweep(kv, chat.clock);
  assertEquals((await keysOf(kv, "room")).sort(), [doomed.id, late.id, room_id].sort());
  assertEquals([await keysOf(kv, "public_room"), await keysOf(kv, "direct")], [[room_id], []]);
  assertEquals((await keysOf(kv, "joined")).filter((key) => !key.endsWith(room_id)).length, 1);
  for (const id of [room_id, late.id]) {
    const { floor = 0, seq = 0 } = (await kv.get(keys.head(id))).value ?? {};
    const items = await kv.list(ranges.items(id, 0, 1_000), { limit: 1_000 });
    assertEquals(items.map(({ value }) => value.seq), Array.from({ length: seq - floor }, (_, i) => floor + 1 + i), id);
  }
  assertEquals((await kv.list(ranges.items(doomed.id, 0, 1_000), { limit: 10 })).length, 0);
  kv.close();
});

Deno.test("export: records of messages that came during it are left out", async () => {
  await using chat = await openTestChat({ clock: new FakeClock() });
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  await say(chat, ada, room_id, 3);
  const upload = (name: string) =>
    uploadFile(chat, ada, { name, body: ReadableStream.from([new TextEncoder().encode(name)]) });
  await upload("kept");
  const kv = await moved(chat, {
    user: async () => {
      const file = await upload("sent");
      const text = { room_id, content: "@bob hello @room", files: [file.id] };
      const { id: message_id } = await sendMessage(chat, ada, text);
      await editMessage(chat, ada, { room_id, message_id, content: "@bob never mind" });
      await react(chat, bob, { room_id, message_id, emoji: "👍", op: "add" });
      await chat.marks.flush();
      const { id } = await sendMessage(chat, ada, { room_id, content: "oops" });
      await editMessage(chat, ada, { room_id, message_id: id, content: "no" });
      await deleteMessage(chat, ada, { room_id, message_id: id });
    },
    file_usage: () => upload("later"),
  });
  const { seq = 0, messages } = (await kv.get(keys.head(room_id))).value ?? {};
  for (const family of ["revision", "reaction", "reacted", "mention", "job"] as const) {
    assertEquals(await keysOf(kv, family), [], family);
  }
  assertEquals(((await kv.get(keys.called(room_id))).value ?? []).filter((call) => call.seq > seq), []);
  assertEquals((await kv.get(keys.read(ada.user_id, room_id))).value?.messages, messages);
  const files = await kv.list(ranges.files(), { limit: 10 });
  assertEquals(files.map(({ value }) => value.name), ["kept"]);
  assertEquals((await kv.get(keys.fileUsage(ada.user_id))).value, { bytes: "kept".length });
  assertEquals(lastPart(files[0]?.key ?? []), files[0]?.value.id);
  kv.close();
});

Deno.test("[N5] an import counts deleted messages again: from an older export, and where a delete came during the export", async () => {
  await using chat = await openTestChat({ clock: new FakeClock() });
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  await say(chat, ada, room_id, 2);
  const sent = [];
  for (const content of ["one", "two", "three"]) sent.push(await sendMessage(chat, ada, { room_id, content }));
  const remove = ({ id: message_id }: { id: string }) => deleteMessage(chat, ada, { room_id, message_id });
  const [one, two, three] = sent;
  assert(one !== undefined && two !== undefined && three !== undefined);
  await remove(one);
  // as an older version deletes
  await remove(two);
  const head = (await chat.kv.get(keys.head(room_id))).value;
  assert(head !== null);
  const { unshown: _, ...older } = head;
  await chat.kv.commit({ set: [put(keys.head(room_id), older)], delete: [keys.unshown(room_id, two.seq)] });
  const kv = await moved(chat, { item: () => remove(three) });
  const found = await kv.list(ranges.unshown(room_id, 0), { limit: 10 });
  assertEquals(found.map(({ key }) => key[2]), sent.map(({ seq }) => seq));
  assertEquals((await kv.get(keys.head(room_id))).value?.unshown, three.seq);
  assertEquals((await kv.get(keys.read(bob.user_id, room_id))).value?.messages, 0);
  kv.close();
});
