import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Chat } from "../../../lib/chat/chat.ts";
import { openFile, removeUpload, uploadFile } from "../../../lib/chat/files/files.ts";
import { readHistory, readReplay } from "../../../lib/chat/messages/history.ts";
import { joinRoom, removeMember } from "../../../lib/chat/rooms/members.ts";
import { deleteMessage, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { createRoom, deleteRoom } from "../../../lib/chat/rooms/rooms.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys, ranges } from "../../../lib/store/keys.ts";
import type { Actor, FileInfo } from "../../../lib/protocol/model.ts";
import { openTestChat } from "../../support/chat.ts";
import { header, PIXEL } from "../../support/images.ts";
import { addPerson } from "../../support/people.ts";
import { jobsLeft, sweep } from "../../support/upkeep.ts";

async function* pieces(bytes: Uint8Array<ArrayBuffer>, size = 7_001) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function someBytes(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => i * 31 % 251);
}

function upload(chat: Chat, actor: Actor, bytes: Uint8Array<ArrayBuffer> = PIXEL, size?: number): Promise<FileInfo> {
  return uploadFile(chat, actor, { name: "a.png", size, body: pieces(bytes) });
}

async function contentOf(chat: Chat, actor: Actor, id: string, start = 0, end?: number): Promise<Uint8Array> {
  const { file, read } = await openFile(chat, actor, id);
  const found: number[] = [];
  for await (const piece of read(start, end ?? file.size)) found.push(...piece);
  return new Uint8Array(found);
}

const code = (promise: Promise<unknown>) =>
  promise.then(() => "ok", (e) => e instanceof ChatError ? e.code : String(e));
const usage = async (chat: Chat, who: string) => (await chat.kv.get(keys.fileUsage(who))).value?.bytes ?? 0;
const traces = async (chat: Chat, id: string) =>
  (await chat.kv.list(ranges.chunks(id), { limit: 10 })).length +
  Number((await chat.kv.get(keys.file(id))).value !== null);

Deno.test("a file comes back as it was, whole and in any part, whatever pieces it came in", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const bytes = someBytes(700_003);
  const { id, size, type } = await upload(chat, ada, bytes);
  assertEquals([size, type], [700_003, "application/octet-stream"]);
  assertEquals(await contentOf(chat, ada, id), bytes);
  for (const [start, end] of [[0, 1], [61_439, 61_441], [245_759, 245_761], [500_000, 700_003]] as const) {
    assertEquals(await contentOf(chat, ada, id, start, end), bytes.slice(start, end));
  }
});

Deno.test("[M12] a message carries its files: in the event, in pages and in a replay; its text may be empty", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const lines: string[] = [];
  chat.bus.subscribe((signal) => signal.type === "events" && lines.push(...signal.events.map(({ line }) => line)));
  const image = await upload(chat, ada, header.png(640, 480));
  assertEquals(image, { id: image.id, name: "a.png", type: "image/png", size: 33, width: 640, height: 480 });
  const sent = await sendMessage(chat, ada, { room_id: "general", content: "", files: [image.id], client_id: "x" });
  await chat.appender.settled();
  assertEquals(JSON.parse(lines.at(-1) ?? "").files, [image]);
  const page = await readHistory(chat, ada, "general", { messages_only: true });
  assertEquals(page.events.map((event) => event.type === "chat_message" && event.files), [[image]]);
  const replay = await readReplay(chat, ada, "general", { after: sent.seq - 1, limit: 10 });
  assertEquals(replay.events.map((event) => event.type === "chat_message" && event.files), [[image]]);
  // the same again is a duplicate, not a second use of the file
  const again = await sendMessage(chat, ada, { room_id: "general", content: "", files: [image.id], client_id: "x" });
  assertEquals([again.id, again.duplicate], [sent.id, true]);
});

Deno.test("[M12] a file is sent once, by its owner; of two sends at the same moment one has it", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const grace = await addPerson(chat, "grace");
  const { id } = await upload(chat, ada);
  const send = (actor: Actor, room_id: string, files: string[]) =>
    code(sendMessage(chat, actor, { room_id, content: "", files }));
  assertEquals(await send(grace, "general", [id]), "no_such_file");
  assertEquals(await send(ada, "general", ["0".repeat(24)]), "no_such_file");
  const rooms = await Promise.all(["a", "b", "c"].map((name) => createRoom(chat, ada, { name, kind: "private" })));
  const outcomes = await Promise.all(["general", ...rooms.map((room) => room.id)].map((room) => send(ada, room, [id])));
  assertEquals(outcomes.sort(), ["no_such_file", "no_such_file", "no_such_file", "ok"]);
  const both = await Promise.all([upload(chat, ada), upload(chat, ada)]);
  const sends = await Promise.all([
    send(ada, "general", both.map((file) => file.id)),
    send(ada, "general", both.map((file) => file.id)),
  ]);
  assertEquals(sends.sort(), ["no_such_file", "ok"]);
});

Deno.test("messages full of files from many people commit, whatever their number", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  const people = await Promise.all(["ada", "grace", "joan", "mary"].map((name) => addPerson(chat, name)));
  const sends = await Promise.all(people.map(async (person) => ({
    person,
    files: (await Promise.all(Array.from({ length: 9 }, () => upload(chat, person)))).map(({ id }) => id),
  })));
  await Promise.all(
    sends.map(({ person, files }) => sendMessage(chat, person, { room_id: "general", content: "", files })),
  );
  const page = await readHistory(chat, people[0]!, "general", { messages_only: true });
  assertEquals(page.events.map((event) => event.type === "chat_message" && event.files?.length), [9, 9, 9, 9]);
});

Deno.test("files: only members fetch a file, and only while its message is there", async () => {
  await using chat = await openTestChat();
  const [ada, grace, eve] = [
    await addPerson(chat, "ada"),
    await addPerson(chat, "grace"),
    await addPerson(chat, "eve"),
  ];
  const room = await createRoom(chat, ada, { name: "ops", kind: "private" });
  const { id } = await upload(chat, ada);
  assertEquals(await code(openFile(chat, grace, id)), "no_such_file"); // not sent yet
  assertEquals(await code(openFile(chat, ada, id)), "ok");
  const sent = await sendMessage(chat, ada, { room_id: "general", content: "", files: [id] });
  assertEquals(await code(openFile(chat, grace, id)), "ok");
  await removeMember(chat, grace, "general", "grace");
  assertEquals(await code(openFile(chat, grace, id)), "forbidden");
  await joinRoom(chat, grace, "general");
  const secret = await upload(chat, ada);
  await sendMessage(chat, ada, { room_id: room.id, content: "", files: [secret.id] });
  assertEquals(await code(openFile(chat, eve, secret.id)), "no_such_file");
  await deleteMessage(chat, ada, { room_id: "general", message_id: sent.id });
  assertEquals([await code(openFile(chat, ada, id)), await code(openFile(chat, grace, id))], [
    "no_such_file",
    "no_such_file",
  ]);
});

Deno.test("files: deleting the message or the room erases its files, which then stop counting against the quota", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const ada = await addPerson(chat, "ada");
  const room = await createRoom(chat, ada, { name: "ops", kind: "private" });
  const [one, two] = [await upload(chat, ada, someBytes(300_000)), await upload(chat, ada, someBytes(200_000))];
  const sent = await sendMessage(chat, ada, { room_id: "general", content: "", files: [one.id] });
  await sendMessage(chat, ada, { room_id: room.id, content: "", files: [two.id] });
  assertEquals(await usage(chat, "ada"), 500_000);
  await deleteMessage(chat, ada, { room_id: "general", message_id: sent.id });
  await sweep(chat.kv, clock);
  assertEquals([await usage(chat, "ada"), await traces(chat, one.id)], [200_000, 0]);
  await deleteRoom(chat, ada, room.id);
  await sweep(chat.kv, clock);
  assertEquals([await usage(chat, "ada"), await traces(chat, two.id)], [0, 0]);
  assertEquals(await jobsLeft(chat.kv), []);
});

Deno.test("an upload that never becomes a message is swept after a day; one that was sent stays", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const ada = await addPerson(chat, "ada");
  const [kept, loose] = [await upload(chat, ada), await upload(chat, ada)];
  await sendMessage(chat, ada, { room_id: "general", content: "", files: [kept.id] });
  clock.tick(86_400_000);
  await sweep(chat.kv, clock);
  assertEquals(await code(openFile(chat, ada, loose.id)), "ok");
  clock.tick(1);
  await sweep(chat.kv, clock);
  assertEquals([await code(openFile(chat, ada, loose.id)), await traces(chat, loose.id)], ["no_such_file", 0]);
  assertEquals(await code(openFile(chat, ada, kept.id)), "ok");
  assertEquals(await usage(chat, "ada"), PIXEL.length);
  assertEquals(
    await code(sendMessage(chat, ada, { room_id: "general", content: "", files: [loose.id] })),
    "no_such_file",
  );
});

Deno.test("an upload can be taken back until it is sent", async () => {
  await using chat = await openTestChat();
  const [ada, grace] = [await addPerson(chat, "ada"), await addPerson(chat, "grace")];
  const [one, two] = [await upload(chat, ada), await upload(chat, ada)];
  assertEquals(await code(removeUpload(chat, grace, one.id)), "no_such_file");
  await removeUpload(chat, ada, one.id);
  assertEquals([await traces(chat, one.id), await usage(chat, "ada")], [0, PIXEL.length]);
  await sendMessage(chat, ada, { room_id: "general", content: "", files: [two.id] });
  assertEquals(await code(removeUpload(chat, ada, two.id)), "conflict");
  assertEquals(await code(openFile(chat, ada, two.id)), "ok");
});

Deno.test("files: an upload that breaks off, is too large or is empty leaves nothing", async () => {
  await using chat = await openTestChat({ config: { maxFileBytes: 100_000 } });
  const ada = await addPerson(chat, "ada");
  async function* broken() {
    yield someBytes(90_000);
    throw new ChatError("bad_request", "broke off");
  }
  const refusals = [
    uploadFile(chat, ada, { name: "a", body: broken() }),
    uploadFile(chat, ada, { name: "a", size: 100_000, body: broken() }),
    upload(chat, ada, someBytes(100_001)),
    upload(chat, ada, someBytes(10), 100_001),
    upload(chat, ada, someBytes(0)),
  ];
  assertEquals(await Promise.all(refusals.map(code)), [
    "bad_request",
    "bad_request",
    "too_large",
    "too_large",
    "invalid",
  ]);
  assertEquals(await usage(chat, "ada"), 0);
  assertEquals(await chat.kv.list({ prefix: ["file"] }, { limit: 10 }), []);
  assertEquals(await chat.kv.list({ prefix: ["chunk"] }, { limit: 10 }), []);
  assertEquals((await upload(chat, ada, someBytes(100_000))).size, 100_000);
});

Deno.test("files: an upload that goes on after it was given up leaves nothing", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const ada = await addPerson(chat, "ada");
  const bytes = someBytes(900_000);
  let id = "";
  async function* body() {
    yield bytes.slice(0, 300_000);
    [id = ""] = (await chat.kv.list(ranges.uploads(), { limit: 1 })).map(({ key }) => String(key.at(-1)));
    clock.tick(2 * 3_600_000);
    await sweep(chat.kv, clock);
    yield bytes.slice(300_000);
  }
  assertEquals(await code(uploadFile(chat, ada, { name: "a", size: bytes.length, body: body() })), "conflict");
  assertEquals([id.length, await traces(chat, id), await usage(chat, "ada")], [24, 0, 0]);
});

Deno.test("the quota is counted exactly under parallel uploads, sends and deletes", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock, config: { userQuotaBytes: 1_000_000, limits: false } });
  const ada = await addPerson(chat, "ada");
  // sizes told beforehand and not: 20 × 90,000 do not fit, 11 do
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, i) => code(upload(chat, ada, someBytes(90_000), i % 2 === 0 ? 90_000 : undefined))),
  );
  const stored = outcomes.filter((one) => one === "ok").length;
  assert(stored <= 11, String(stored));
  assertEquals(new Set(outcomes), new Set(["ok", "limit_reached"]));
  assertEquals(await usage(chat, "ada"), stored * 90_000);
  for (let left = 11 - stored; left > 0; left--) await upload(chat, ada, someBytes(90_000), 90_000);
  assertEquals(await code(upload(chat, ada, someBytes(10_001), 10_001)), "limit_reached");
  assertEquals(await code(upload(chat, ada, someBytes(10_000), 10_000)), "ok");
  clock.tick(90_000_000);
  await Promise.all([sweep(chat.kv, clock), sweep(chat.kv, clock)]);
  assertEquals(await usage(chat, "ada"), 0);
});

Deno.test("an image that would unfold to gigapixels is refused before anybody decodes it", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  for (const bomb of [header.png(30_000, 30_000), header.gif(1, 1, [60_000, 60_000]), header.jpeg(16_385, 10)]) {
    await assertRejects(() => upload(chat, ada, bomb), ChatError, "pixels");
  }
  assertEquals((await upload(chat, ada, header.webp(10_000, 5_000))).type, "image/webp");
});
