import { assertEquals } from "@std/assert";
import { Drafts } from "../../lib/client/drafts.ts";
import { MemoryStorage } from "./support.ts";

Deno.test("a draft is kept per room and account, over a reload", () => {
  const storage = new MemoryStorage();
  new Drafts("ann", storage).set("general", "half a");
  assertEquals(new Drafts("ann", storage).get("general"), "half a");
  assertEquals(new Drafts("ann", storage).get("ops"), "");
  assertEquals(new Drafts("bob", storage).get("general"), "");
});

Deno.test("an emptied draft is gone, and clearing leaves the other account's", () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts("ann", storage);
  drafts.set("general", "a");
  drafts.set("general", "");
  assertEquals(storage.length, 0);
  drafts.set("ops", "b");
  new Drafts("bob", storage).set("ops", "c");
  drafts.clear();
  assertEquals([drafts.get("ops"), new Drafts("bob", storage).get("ops"), storage.length], ["", "c", 1]);
});

Deno.test("drafts are bounded, and live without a storage", () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts("ann", storage);
  for (let n = 0; n < 150; n++) drafts.set(`room${n}`, "x");
  assertEquals(storage.length, 100);
  const none = new Drafts("ann", null);
  none.set("general", "a");
  assertEquals(none.get("general"), "a");
});

Deno.test("what two tabs have written and not told is known to the next page, until that very text is told", () => {
  const storage = new MemoryStorage();
  const [one, other] = [new Drafts("ann", storage), new Drafts("ann", storage)];
  one.markUnsaved("general", 10);
  other.markUnsaved("ops", 20);
  assertEquals(new Drafts("ann", storage).unsaved().sort(), [["general", 10], ["ops", 20]]);
  other.markUnsaved("general", 30);
  one.markSaved("general", 10);
  assertEquals(new Drafts("ann", storage).unsaved().sort(), [["general", 30], ["ops", 20]]);
  other.markSaved("general", 30);
  assertEquals(new Drafts("ann", storage).unsaved(), [["ops", 20]]);
  one.clear();
  assertEquals(storage.length, 0);
});
