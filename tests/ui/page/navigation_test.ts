import { assertEquals } from "@std/assert";
import { isPlainClick, placeOf, roomIdOf } from "../../../lib/ui/page/navigation.ts";

const mine = (id: string) => id === "general" || id === "a/b";

Deno.test("navigation: an address gives a room of mine, a message in it, or the list of rooms", () => {
  const cases: [pathname: string, search: string, place: ReturnType<typeof placeOf>][] = [
    ["/rooms", "", { id: null, at: "" }],
    ["/rooms/general", "", { id: "general", at: "" }],
    ["/rooms/general", "?at=17-abcdefgh", { id: "general", at: "17-abcdefgh" }],
    ["/rooms/a%2Fb", "", { id: "a/b", at: "" }],
  ];
  for (const [pathname, search, place] of cases) {
    assertEquals(placeOf({ pathname, search }, mine), place, pathname + search);
  }
});

Deno.test("navigation: a room that I am not in, where opening would join, and any other address are left to the server", () => {
  for (const pathname of ["/rooms/ops", "/settings", "/", "/rooms/", "/rooms/general/x"]) {
    assertEquals(placeOf({ pathname, search: "" }, mine), null, pathname);
  }
});

Deno.test("navigation: the room of an address is its last part, decoded", () => {
  assertEquals(
    ["/rooms/general", "/rooms/a%20b", "/rooms", "/rooms/", "/rooms/a/b", "/x/rooms/a"].map(roomIdOf),
    ["general", "a b", null, null, null, null],
  );
});

Deno.test("navigation: a plain click is followed in the page; a click for a new tab is left to the browser", () => {
  const plain = { button: 0, metaKey: false, ctrlKey: false, shiftKey: false, altKey: false };
  assertEquals(isPlainClick(plain), true);
  assertEquals(isPlainClick({ ...plain, button: 1 }), false);
  for (const key of ["metaKey", "ctrlKey", "shiftKey", "altKey"] as const) {
    assertEquals(isPlainClick({ ...plain, [key]: true }), false, key);
  }
});
