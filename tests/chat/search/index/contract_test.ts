/** The index against a plain look at every message, after random histories, crashes and restarts. */
import { assert, assertEquals } from "@std/assert";
import type { OpenChat } from "../../../../lib/chat/open.ts";
import { deleteMessage, editMessage, react, sendMessage } from "../../../../lib/chat/messages/messages.ts";
import { searchMessages } from "../../../../lib/chat/search/search.ts";
import { createRoom } from "../../../../lib/chat/rooms/rooms.ts";
import { type IndexRecord, keys, ranges } from "../../../../lib/store/keys.ts";
import { type Kv, put } from "../../../../lib/store/kv.ts";
import type { Actor, MessageItem } from "../../../../lib/protocol/model.ts";
import { openTestChat } from "../../../support/chat.ts";
import { addPerson } from "../../../support/people.ts";
import { random } from "../../../support/random.ts";
import { alteredKv } from "../../../support/altered_kv.ts";

const WORDS = [
  "alpha",
  "alpine",
  "beta",
  "bet",
  "gamma",
  "Gamut",
  "delta",
  "étude",
  "zeta",
  "east",
  "東京",
  "京都大学",
  "カメラ",
];

async function everyAnswer(chat: OpenChat, actor: Actor, q: string): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await searchMessages(chat, actor, { q, cursor, limit: 7, zone: "UTC" });
    assertEquals([page.truncated, page.behind], [false, 0], q);
    found.push(...page.results.map(({ message }) => `${message.room_id} ${message.id}`));
    if (page.cursor === null) return found;
    cursor = page.cursor;
  }
}

/** All messages of the rooms as they stand, newest first. */
async function everyMessage(kv: Kv, rooms: string[]): Promise<(MessageItem & { room: string })[]> {
  const all = await Promise.all(rooms.map(async (room) => {
    const { floor = 0 } = (await kv.get(keys.head(room))).value ?? {};
    const items = await kv.list(ranges.items(room, floor + 1, Number.MAX_SAFE_INTEGER), { limit: 10_000 });
    return items.flatMap(({ value }) => value.kind === "message" ? [{ ...value, room }] : []);
  }));
  return all.flat().sort((a, b) => b.at - a.at || (a.room < b.room ? 1 : a.room > b.room ? -1 : b.seq - a.seq));
}

function plain(text: string): string[] {
  return text.toLowerCase().replaceAll("é", "e").split(" ");
}

function isAnswer(q: string, { content, deleted }: MessageItem): boolean {
  if (deleted !== undefined) return false;
  const words = plain(content);
  if (q.startsWith('"')) return ` ${words.join(" ")} `.includes(` ${plain(q.slice(1, -1)).join(" ")} `);
  return plain(q).every((wanted, i, all) => {
    if (/[^\x20-\x7f*]/.test(wanted)) return words.some((word) => word.includes(wanted));
    const prefix = wanted.endsWith("*") || i === all.length - 1;
    const start = wanted.replace("*", "");
    return words.some((word) => prefix ? word.startsWith(start) : word === start);
  });
}

const QUERIES = [
  ...["alpha", "alp", "al", "beta bet", "bet beta", "etude", "Étude gamma", "gam* delta", "delta zeta ea"],
  ...['"alpha beta"', '"gamma alpha zeta"', "東京", "京", "都大", "カメ alpha", "nothing", "east west"],
];

async function compare(chat: OpenChat, actor: Actor, rooms: string[]): Promise<void> {
  const all = await everyMessage(chat.kv, rooms);
  for (const q of QUERIES) {
    const expected = all.filter((item) => isAnswer(q, item)).map(({ room, id }) => `${room} ${id}`);
    assertEquals(await everyAnswer(chat, actor, q), expected, q);
  }
}

async function act(
  chat: OpenChat,
  actor: Actor,
  room_id: string,
  next: () => number,
  sent: Map<string, string[]>,
): Promise<void> {
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T;
  const text = () => Array.from({ length: 1 + Math.floor(next() * 6) }, () => pick(WORDS)).join(" ");
  const mine = sent.get(room_id) ?? [];
  sent.set(room_id, mine);
  const what = next();
  const message_id = mine.length === 0 ? undefined : pick(mine);
  if (what < 0.7 || message_id === undefined) {
    mine.push((await sendMessage(chat, actor, { room_id, content: text() })).id);
  } else if (what < 0.82) await editMessage(chat, actor, { room_id, message_id, content: text() }).catch(() => {});
  else if (what < 0.92) await deleteMessage(chat, actor, { room_id, message_id }).catch(() => {});
  else await react(chat, actor, { room_id, message_id, emoji: "👍", op: "add" }).catch(() => {});
}

/** Fails a commit of the index now and then, as a process does that ends there. */
function unreliable(kv: Kv, next: () => number, on: { crashes: boolean }): Kv {
  return alteredKv(kv, {
    async commit(write) {
      const ofIndex = write.checks?.some(({ key }) => key[0] === "indexed") === true;
      if (on.crashes && ofIndex && next() < 0.15) throw new TypeError("crash");
      return await kv.commit(write);
    },
  });
}

/** So small that a few hundred messages make segments of segments, and lists of several chunks. */
const indexSizes = { slice: 25, tail: 120, page: 80, chunk: 10 };

for (const seed of [1, 2]) {
  Deno.test(`after random sends, edits, deletes, retention and crashes search finds what a look at every message does (seed ${seed})`, async () => {
    const next = random(seed);
    const on = { crashes: true };
    await using chat = await openTestChat({ indexSizes, wrapKv: (kv) => unreliable(kv, next, on) });
    const ada = await addPerson(chat, "ada");
    const rooms = ["general", (await createRoom(chat, ada, { name: "two", kind: "private" })).id];
    const sent = new Map<string, string[]>();
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 150; i++) await act(chat, ada, rooms[next() < 0.8 ? 0 : 1] ?? "", next, sent);
      on.crashes = true;
      for (let tries = 0; tries < 10; tries++) await chat.indexer?.caughtUp();
      on.crashes = false;
      if (round === 2) await raiseFloor(chat.kv, "general", 150);
      await chat.indexer?.caughtUp();
      await compare(chat, ada, rooms);
    }
    const segments = (await chat.kv.get(keys.indexed("general"))).value?.segments ?? [];
    assert(segments.some(({ bytes }) => bytes > 600), "the test is about merged segments too");
    await chat.indexer?.rebuild();
    await chat.indexer?.caughtUp();
    await compare(chat, ada, rooms);
  });
}

async function raiseFloor(kv: Kv, room: string, floor: number): Promise<void> {
  const head = (await kv.get(keys.head(room))).value;
  if (head !== null) await kv.commit({ set: [put(keys.head(room), { ...head, floor })] });
}

Deno.test("segments are merged while a long backlog is taken in, so that the room's record stays small", async () => {
  let most = 0;
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      commit(write) {
        for (const [key, value] of write.set ?? []) {
          if (key[0] === "indexed") most = Math.max(most, (value as IndexRecord).segments.length);
        }
        return kv.commit(write);
      },
    });
  await using chat = await openTestChat({ indexSizes: { ...indexSizes, slice: 5 }, wrapKv });
  const ada = await addPerson(chat, "ada");
  await Promise.all(
    Array.from(
      { length: 600 },
      (_, i) => sendMessage(chat, ada, { room_id: "general", content: `word${i} other${i}` }),
    ),
  );
  await chat.indexer?.caughtUp();
  assert(most > 8 && most < 32, `${most} segments`);
  assertEquals(await everyAnswer(chat, ada, "word599 "), await everyAnswer(chat, ada, "other599"));
});
