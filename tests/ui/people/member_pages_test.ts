import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemberPages, type MembersPage, MOST_PAGES } from "../../../lib/ui/people/member_pages.ts";
import type { Member } from "../../../lib/protocol/model.ts";

const PAGE = 3;

/** A room with so many members, of ids in order. */
class Room {
  ids: string[];
  reads = 0;
  away = false;

  constructor(count: number) {
    this.ids = Array.from({ length: count }, (_, n) => idOf(n));
  }

  read = (after: string | undefined): Promise<MembersPage> => {
    if (this.away) return Promise.reject(new Error("away"));
    this.reads++;
    const rest = this.ids.filter((id) => after === undefined || id > after);
    return Promise.resolve({ members: rest.slice(0, PAGE).map(member), has_more: rest.length > PAGE });
  };
}

function idOf(n: number): string {
  return `u${String(n).padStart(3, "0")}`;
}

function member(id: string): Member {
  return { id, username: id, display_name: id, color: "#000000", role: "member", online: false };
}

function idsOf(pages: MemberPages): string[] {
  return pages.members.value.map(({ id }) => id);
}

Deno.test("people: the list holds at most four pages, and scrolls back to the earlier ones", async () => {
  const room = new Room(30);
  const pages = new MemberPages(room.read, []);
  await pages.reload();
  assertEquals([idsOf(pages), pages.hasMore.value, pages.hasEarlier.value], [room.ids.slice(0, 3), true, false]);
  for (let n = 2; pages.hasMore.value; n++) {
    await pages.more();
    assertEquals(idsOf(pages), room.ids.slice(Math.max(0, n - MOST_PAGES) * PAGE, n * PAGE));
  }
  assertEquals(idsOf(pages), room.ids.slice(-MOST_PAGES * PAGE));
  let steps = 0;
  while (pages.hasEarlier.value) {
    await pages.earlier();
    assert(idsOf(pages).length <= MOST_PAGES * PAGE && pages.hasMore.value);
    steps++;
  }
  assertEquals([steps, idsOf(pages)], [6, room.ids.slice(0, MOST_PAGES * PAGE)]);
});

Deno.test("people: a join, or ten at once, keeps the list open and reads at most four pages again", async () => {
  const room = new Room(30);
  const pages = new MemberPages(room.read, []);
  await pages.reload();
  for (let n = 0; n < 5; n++) await pages.more();
  const open = idsOf(pages);
  // somebody among those that are open, somebody before them, and somebody who left
  room.ids = [...room.ids.filter((id) => id !== open[1]), `${open[4]}b`, "u000b"].sort();
  room.reads = 0;
  await Promise.all(Array.from({ length: 10 }, () => pages.reload()));
  assertEquals(room.reads, MOST_PAGES);
  const from = room.ids.indexOf(open[0] ?? "");
  assertEquals(idsOf(pages), room.ids.slice(from, from + MOST_PAGES * PAGE));
  assert(pages.hasMore.value && pages.hasEarlier.value);
  // one that fails leaves the list as it is, and the next one goes on
  const shown = idsOf(pages);
  room.away = true;
  await assertRejects(() => pages.reload());
  assertEquals(idsOf(pages), shown);
  room.away = false;
  await pages.reload();
  assertEquals(idsOf(pages), shown);
});
