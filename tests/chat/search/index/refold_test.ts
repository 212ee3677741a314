/** [search] An index of an older folding is made anew where its words would be others now, and only there. */
import { assertEquals } from "@std/assert";
import { sendMessage } from "../../../../lib/chat/messages/messages.ts";
import type { OpenChat } from "../../../../lib/chat/open.ts";
import { createRoom } from "../../../../lib/chat/rooms/rooms.ts";
import { searchMessages } from "../../../../lib/chat/search/search.ts";
import { FakeClock } from "../../../../lib/base/clock.ts";
import { keys } from "../../../../lib/store/keys.ts";
import { put } from "../../../../lib/store/kv.ts";
import type { Actor } from "../../../../lib/protocol/model.ts";
import { ByteWriter, encodeSeqs, entriesOf, writeEntry } from "../../../../lib/chat/search/index/page.ts";
import { FOLDING } from "../../../../lib/chat/search/index/units.ts";
import { openTestChat } from "../../../support/chat.ts";
import { addPerson } from "../../../support/people.ts";

async function found(chat: OpenChat, actor: Actor, q: string): Promise<string[]> {
  const { results } = await searchMessages(chat, actor, { q, limit: 5, zone: "UTC" });
  return results.map(({ message }) => message.content);
}

/** As a server of the first folding left it: `word` was several words. */
async function ageIndex(chat: OpenChat, roomId: string, word: string, words: string[]): Promise<void> {
  const { value: record } = await chat.kv.get(keys.indexed(roomId));
  const { value: tail } = await chat.kv.get(keys.indexTail(roomId));
  if (record === null || tail === null) throw new Error("nothing is indexed");
  const page = new ByteWriter();
  const entries = [...entriesOf(tail)].flatMap((entry) =>
    entry.token === word ? words.map((token) => ({ ...entry, token })) : [entry]
  );
  for (const { token, seqs } of entries) writeEntry(page, token, 1, encodeSeqs(seqs));
  const { folding: _, ...old } = record;
  await chat.kv.commit({ set: [put(keys.indexed(roomId), old), put(keys.indexTail(roomId), page.take())] });
}

Deno.test("[search] refold: a word with a soft hyphen in an older index is found; other rooms' indexes stay", async () => {
  await using chat = await openTestChat({ clock: new FakeClock() });
  const ada = await addPerson(chat, "ada");
  const other = await createRoom(chat, ada, { name: "Other", kind: "private" });
  const content = "das Donau\u00addampfschiff";
  await sendMessage(chat, ada, { room_id: "general", content });
  for (let i = 0; i < 3; i++) await sendMessage(chat, ada, { room_id: other.id, content: `plain words ${i} ❤️` });
  await chat.indexer?.caughtUp();
  await ageIndex(chat, "general", "donaudampfschiff", ["dampfschiff", "donau"]);
  await ageIndex(chat, other.id, "", []);
  assertEquals(await found(chat, ada, "donaudampfschiff"), [], "the old index does not have it");
  const before = await chat.kv.get(keys.indexTail(other.id));

  await chat.indexer?.caughtUp();
  assertEquals(await found(chat, ada, "donaudampfschiff"), [content]);
  assertEquals(await found(chat, ada, "donau\u00addampf"), [content]);
  assertEquals((await found(chat, ada, "plain")).length, 3);
  for (const id of ["general", other.id]) {
    const { value } = await chat.kv.get(keys.indexed(id));
    assertEquals([value?.folding, value?.looked], [FOLDING, undefined]);
  }
  assertEquals((await chat.kv.get(keys.indexTail(other.id))).versionstamp, before.versionstamp, "nothing was written");
});

Deno.test("[search] refold: what an older process writes into the record is looked through again", async () => {
  await using chat = await openTestChat({ clock: new FakeClock() });
  const ada = await addPerson(chat, "ada");
  await sendMessage(chat, ada, { room_id: "general", content: "plain" });
  await chat.indexer?.caughtUp();
  const content = "می\u200cخواهم";
  await sendMessage(chat, ada, { room_id: "general", content });
  await chat.indexer?.caughtUp();
  await ageIndex(chat, "general", "میخواهم", ["خواهم", "می"]);
  await chat.indexer?.caughtUp();
  assertEquals(await found(chat, ada, "میخواهم"), [content]);
});
