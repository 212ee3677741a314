import { assertEquals } from "@std/assert";
import { Drafts } from "../../../lib/client/writing/drafts.ts";
import { MemoryStorage } from "../support.ts";

Deno.test("drafts: a draft is kept per room and account, over a reload", () => {
  const storage = new MemoryStorage();
  new Drafts("ann", storage).set("general", "half a");
  assertEquals(new Drafts("ann", storage).get("general"), "half a");
  assertEquals(new Drafts("ann", storage).get("ops"), "");
  assertEquals(new Drafts("bob", storage).get("general"), "");
});

Deno.test("drafts: an emptied draft is removed, and clearing leaves other accounts' drafts", () => {
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

Deno.test("drafts: drafts are bounded, and live without a storage", () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts("ann", storage);
  for (let n = 0; n < 150; n++) drafts.set(`room${n}`, "x");
  assertEquals(storage.length, 100);
  const none = new Drafts("ann", null);
  none.set("general", "a");
  assertEquals(none.get("general"), "a");
});

Deno.test("drafts: unsent drafts of two tabs are known to the next page until exactly that text is sent", () => {
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

Deno.test("drafts: drafts: an answer that was begun, and a changed edit, outlive another room and a reload", () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts("ann", storage);
  drafts.load();
  drafts.answer("general", "4-abcdefgh");
  drafts.edit("ops", { id: "7-abcdefgh", was: "A tpyo", text: "A ty" });
  const next = new Drafts("ann", storage);
  assertEquals(next.composing("general").value, null, "the page that the server rendered knows of none");
  next.load();
  assertEquals(next.composing("general").value, { kind: "reply", id: "4-abcdefgh" });
  assertEquals(next.composing("ops").value, { kind: "edit", id: "7-abcdefgh", was: "A tpyo" });
  assertEquals(next.editOf("ops")?.text, "A ty");
  next.endEdit("ops");
  next.empty("general");
  assertEquals([next.composing("ops").value, next.composing("general").value, storage.length], [null, null, 0]);
});

Deno.test("drafts: drafts: an edit that failed meanwhile waits until nothing else is being written", () => {
  const drafts = new Drafts("ann", null);
  drafts.load();
  const composing = drafts.composing("general");
  drafts.answer("general", "4-abcdefgh");
  drafts.set("general", "something else");
  drafts.edit("general", { id: "7-abcdefgh", was: "a", text: "b" }, true);
  assertEquals(composing.value?.kind, "reply");
  drafts.empty("general");
  assertEquals(composing.value, { kind: "edit", id: "7-abcdefgh", was: "a" });
  drafts.edit("general", { id: "9-abcdefgh", was: "c", text: "d" });
  assertEquals(composing.value?.id, "9-abcdefgh");
  drafts.endEdit("general");
  assertEquals([composing.value?.id, drafts.editOf("general")?.text], ["7-abcdefgh", "b"]);
});

Deno.test("drafts: drafts: an edit that changes nothing yet is this page's alone", () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts("ann", storage);
  drafts.edit("general", { id: "7-abcdefgh", was: "a", text: "a" });
  assertEquals([drafts.editOf("general")?.id, storage.length], ["7-abcdefgh", 0]);
});
