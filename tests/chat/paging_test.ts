import { assertEquals } from "@std/assert";
import type { Chat } from "../../lib/chat/chat.ts";
import { listUsers } from "../../lib/chat/people/operator.ts";
import { pageOf } from "../../lib/chat/paging.ts";
import { searchUsers } from "../../lib/chat/people/profiles.ts";
import { createRoom } from "../../lib/chat/rooms/rooms.ts";
import { listAllRooms } from "../../lib/chat/rooms/room_admin.ts";
import { keys } from "../../lib/store/keys.ts";
import { type Put, put } from "../../lib/store/kv.ts";
import { openTestChat } from "../support/chat.ts";
import { addPerson } from "../support/people.ts";

async function write(chat: Chat, puts: Put[]): Promise<void> {
  for (let i = 0; i < puts.length; i += 1_000) await chat.kv.commit({ set: puts.slice(i, i + 1_000) });
}

const numbered = <T>(count: number, make: (name: string) => T) =>
  Array.from({ length: count }, (_, i) => make(String(i).padStart(5, "0")));

Deno.test("paging: a page is full while items remain, and the last page has no cursor", async () => {
  const all = "abcdefghij".split("");
  const shown = new Set(["a", "d", "e", "h"]);
  const read = (after: string, limit: number) =>
    Promise.resolve(
      all.filter((one) => one > after).slice(0, limit).map((one): [string, string | null] => [
        one,
        shown.has(one) ? one.toUpperCase() : null,
      ]),
    );
  const pages: string[] = [];
  for (let next: string | undefined = ""; next !== undefined;) {
    const page: Awaited<ReturnType<typeof pageOf<string>>> = await pageOf(2, next, read);
    pages.push(page.records.join(""));
    next = page.next;
  }
  assertEquals(pages, ["AD", "EH"]);
  assertEquals(await pageOf(2, "", () => Promise.resolve([])), { records: [], next: undefined });
});

Deno.test("paging: accounts behind many deleted names are listed and found", async () => {
  await using chat = await openTestChat();
  await write(chat, numbered(250, (name) => put(keys.username(`spam${name}`), `gone${name}`)));
  const [ada] = [await addPerson(chat, "ada"), await addPerson(chat, "zoe")];
  const { users, next } = await listUsers(chat);
  assertEquals([users.map(({ username }) => username), next], [["ada", "zoe"], undefined]);
  assertEquals((await listUsers(chat, "ada")).users.map(({ username }) => username), ["zoe"]);

  await chat.kv.commit({ set: numbered(60, (name) => put(keys.username(`a${name}`), `gone${name}`)) });
  const finds = async (query: string) =>
    (await searchUsers(chat, ada, { query, limit: 20 })).map(({ username }) => username);
  assertEquals([await finds("a"), await finds("")], [["ada"], ["ada", "zoe"]]);
});

Deno.test("paging: after very many hidden entries in a row a page returns a cursor", async () => {
  const read = (after: string, limit: number) =>
    Promise.resolve(numbered(limit, (n): [string, string | null] => [`${after}${n}`.slice(-20), null]));
  const { records, next } = await pageOf(2, "", read);
  assertEquals([records, next?.length], [[], 20]);
});

Deno.test("paging: rooms behind thousands of direct conversations are listed", async () => {
  await using chat = await openTestChat();
  const root = await addPerson(chat, "root", { admin: true });
  const { id } = await createRoom(chat, root, { name: "Ops", kind: "private" });
  await write(
    chat,
    numbered(6_000, (name) =>
      put(keys.room(`d${name}`), {
        id: `d${name}`,
        kind: "direct",
        name: "",
        topic: "",
        created_by: "root",
        created_at: 0,
        pair: ["root", name],
      })),
  );
  const { rooms, next } = await listAllRooms(chat, root);
  assertEquals([rooms.map(({ room }) => room.id), next], [["general", id], undefined]);
});
