/** The three qualities of what processes tell each other: what is lost of one costs what that one may cost. */
import { assert, assertEquals } from "@std/assert";
import type { Signal } from "../../lib/bus/bus.ts";
import { keys, ranges } from "../../lib/store/keys.ts";
import { until } from "../support/until.ts";
import { line, online, openRing, user } from "./rings.ts";

const typing = (id: string, room_id: string, on = true): Signal => ({
  type: "typing",
  room_id,
  user: user(id),
  typing: on,
});
const read = (id: string, room_id: string, seq: number): Signal => ({
  type: "user",
  user_id: id,
  line: `{"read":${seq}}`,
  read: { room_id, mark: { seq, messages: seq } },
});
const isReread = ({ type }: Signal) => type === "lapse" || type === "stale";

Deno.test("ring: of a user's burst of 64 typing frames only the last is delivered, without any read", async () => {
  await using it = await openRing();
  for (let i = 0; i < 64; i++) it.writer.push(typing("u1", "general", i % 2 === 0), false);
  await it.rewritten();
  it.reads.length = 0;
  await it.reader.read();
  assertEquals(it.got, [typing("u1", "general", false)]);
  assertEquals(it.reads, [["ephemera", "a"]]);
});

Deno.test("ring: bursts of typing in many rooms between two reads cause no re-read", async () => {
  await using it = await openRing();
  for (let second = 0; second < 30; second++) {
    for (let i = 0; i < 64; i++) it.writer.push(typing("u1", `room ${second} ${i}`), false);
    await it.rewritten();
    if (second % 15 === 14) await it.reader.read();
  }
  assertEquals(it.got.filter(isReread), []);
  assert(it.got.length <= 32, "at most 16 of one person each time");
});

Deno.test("ring: everybody's ephemera at once displace no hint, and displace typing before read marks", async () => {
  await using it = await openRing();
  it.writer.push(line(1), false);
  it.writer.push(read("u0", "general", 7), false);
  for (let i = 0; i < 5_000; i++) it.writer.push(typing(`u${i}`, "general"), false);
  it.writer.push(read("u1", "general", 9), false);
  it.writer.push(line(2), false);
  await it.written(2);
  await it.reader.read();
  assertEquals(it.got.filter(({ type }) => type === "user"), [read("u1", "general", 9), line(1), line(2)]);
  assertEquals(it.got.filter(isReread), []);
});

Deno.test("ring: repeated view and read-mark signals are kept once for each page and each room", async () => {
  await using it = await openRing();
  const active = (on: boolean): Signal => ({ type: "active", user_id: "u1", connection_id: "c1", active: on });
  for (let i = 1; i <= 200; i++) {
    it.writer.push(active(i % 2 === 0), false);
    it.writer.push(read("u1", "general", i), false);
  }
  await it.rewritten();
  await it.reader.read();
  await it.reader.read();
  assertEquals(it.got, [active(true), read("u1", "general", 200)]);
});

Deno.test("ring: in a reconnect storm a reader that keeps up reads each user once, and no list", async () => {
  await using it = await openRing();
  for (let round = 0; round < 10; round++) {
    const ids = Array.from({ length: 100 }, (_, i) => `person ${round * 100 + i}`);
    for (const id of ids) it.writer.push(online(id), false);
    await it.rewritten();
    it.reads.length = 0;
    await it.reader.read();
    assertEquals(it.reads.length, 101, "the ring and a key a person");
  }
  const heard = it.got.flatMap((one) => one.type === "presence" ? one.online : []);
  assertEquals(heard.length, 1_000);
  assertEquals(it.got.filter((one) => one.type !== "presence"), []);
});

Deno.test("ring: a reader that missed presence signals reads that isolate's online users, and nothing else", async () => {
  await using it = await openRing();
  it.writer.push(online("early"), false);
  await it.rewritten();
  await it.reader.read();
  it.writer.push({ ...online(), offline: ["early"] }, false);
  for (let i = 0; i < 2_000; i++) it.writer.push(online(`person ${i}`), false);
  it.writer.push(line(1), false);
  await it.written(1);
  await until(async () => (await it.ring())?.parts?.presence.of.at(-1)?.[0] === 2_002);
  it.got.length = 0;
  it.reads.length = 0;
  await it.reader.read();
  assertEquals(it.got.filter(({ type }) => type !== "presence"), [line(1)]);
  const [whole] = it.got.flatMap((one) => one.type === "presence" ? [one] : []);
  assertEquals([whole?.all, whole?.online.length], [true, 2_000]);
  assertEquals(new Set(it.reads.map(([family]) => family)), new Set(["ephemera", "presence"]));
});

Deno.test("ring: a user who came, went and came again is delivered with the last state", async () => {
  await using it = await openRing();
  it.writer.push(online("u1"), false);
  it.writer.push({ ...online(), offline: ["u1"] }, false);
  it.writer.push(online("u2"), false);
  await it.rewritten();
  await it.reader.read();
  assertEquals(it.got, [{ ...online("u2"), offline: ["u1"] }]);
});

Deno.test("ring: lost hints cause a re-read for the users, rooms and profiles that they concerned, and no other", async () => {
  await using it = await openRing();
  const long = (id: string): Signal => ({ type: "user", user_id: id, line: "x".repeat(6_000) });
  const hints: Signal[] = [
    long("u1"),
    long("u2"),
    { type: "joined", room_id: "general", user_id: "u3", seq: 4 },
    { type: "profile", user: user("u4") },
    { type: "trimmed", room_id: "ops", floor: 9, messages: 9 },
    { type: "control" },
    long("u1"),
    typing("u5", "general"),
    long("u6"),
    long("u7"),
  ];
  for (const hint of hints) it.writer.push(hint, false);
  await it.written(9);
  await it.reader.read();
  assertEquals(it.got, [
    typing("u5", "general"),
    long("u6"),
    long("u7"),
    { type: "control" },
    { type: "lapse", user_id: "u2" },
    { type: "lapse", user_id: "u3" },
    { type: "stale", of: "profile", id: "u4" },
    { type: "stale", of: "room", id: "ops" },
    { type: "lapse", user_id: "u1" },
  ]);
  it.got.length = 0;
  await it.reader.read();
  assertEquals(it.got, []);
});

Deno.test("ring: where the concerns of lost hints are no longer known, everybody's lists are read", async () => {
  await using it = await openRing();
  for (let i = 1; i <= 1_000; i++) it.writer.push({ type: "user", user_id: `u${i}`, line: "x".repeat(100) }, false);
  await it.written(1_000);
  await it.reader.read();
  assertEquals(it.got.filter(isReread), [{ type: "lapse" }]);
});

Deno.test("ring: a full ring of the widest characters is within the store's size limit", async () => {
  await using it = await openRing();
  const wide = { ...user("u1"), display_name: "名".repeat(80) };
  for (let i = 1; i <= 1_000; i++) {
    it.writer.push({ type: "user", user_id: `a longer user id ${i}`, line: "名".repeat(200) }, false);
    it.writer.push({ type: "typing", room_id: "general", user: { ...wide, id: `u${i}` }, typing: true }, false);
    it.writer.push(online(`a longer user id ${i}`), false);
  }
  await it.written(1_000);
  await it.reader.read();
  assert(it.got.length > 0);
});

Deno.test("ring: while an older process listens, every signal is also written in the older format", async () => {
  await using it = await openRing();
  it.writer.olderListen = true;
  const sent = [typing("u1", "general"), online("u2"), line(1)];
  for (const signal of sent) it.writer.push(signal, false);
  await it.written(3);
  assertEquals((await it.ring())?.signals, sent);
  await it.reader.read();
  // and a process of this version once
  assertEquals(it.got, [typing("u1", "general"), line(1), online("u2")]);
});

Deno.test("ring: an older process's ring is read in its format, and the writer learns that an older process listens", async () => {
  await using it = await openRing();
  const ring = (first: number, ...signals: Signal[]) =>
    it.kv.commit({ set: [[keys.ephemera("old"), { expires_at: it.clock.now(), first, signals }]] });
  await ring(1, typing("u1", "general"));
  await it.reader.read();
  assertEquals(it.older(), true);
  assertEquals(it.got, [typing("u1", "general"), { ...online(), isolate: "old", all: true }]);
  it.got.length = 0;
  await ring(1, typing("u1", "general"), line(1));
  await it.reader.read();
  assertEquals(it.got, [line(1)]);
  await ring(9, line(2));
  await it.reader.read();
  assertEquals(it.got.at(-1), { type: "lapse" });
  await it.kv.commit({ delete: [keys.ephemera("old")] });
  await it.reader.read();
  assertEquals(it.older(), false);
  assertEquals((await it.kv.list(ranges.ephemera(), { limit: 9 })).length, 1);
});

Deno.test("ring: a presence key whose read failed is read again", async () => {
  await using it = await openRing();
  it.writer.push(online("u1"), false);
  it.writer.push(line(1), false);
  await it.written(1);
  it.failOnce("presence");
  await it.reader.read();
  assertEquals(it.got, [line(1)]);
  it.clock.tick(1_000);
  await until(() => it.got.length === 2);
  assertEquals(it.got[1], online("u1"));
});
