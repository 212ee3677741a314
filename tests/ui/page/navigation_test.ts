import { assertEquals } from "@std/assert";
import { isPlainClick, placeOf, roomIdOf } from "../../../lib/ui/page/navigation.ts";

const mine = (id: string) => id === "general" || id === "a/b";

Deno.test("navigation: an address asks for a room of mine, at a message, or for the list of rooms", () => {
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

Deno.test("navigation: a room that I am not in, and any other address, is the server's to answer: opening would join", () => {
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

Deno.test("navigation: only a plain click is followed in the page; those that ask for a new tab are the browser's", () => {
  const plain = { button: 0, metaKey: false, ctrlKey: false, shiftKey: false, altKey: false };
  assertEquals(isPlainClick(plain), true);
  assertEquals(isPlainClick({ ...plain, button: 1 }), false);
  for (const key of ["metaKey", "ctrlKey", "shiftKey", "altKey"] as const) {
    assertEquals(isPlainClick({ ...plain, [key]: true }), false, key);
  }
});
