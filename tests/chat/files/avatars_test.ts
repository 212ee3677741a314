import { assertEquals } from "@std/assert";
import { openAvatar, removeAvatar, setAvatar } from "../../../lib/chat/files/avatars.ts";
import type { Chat } from "../../../lib/chat/chat.ts";
import { deleteAccount } from "../../../lib/chat/people/deletion.ts";
import { readHistory } from "../../../lib/chat/messages/history.ts";
import { sendMessage } from "../../../lib/chat/messages/messages.ts";
import { endAllSessions, OPERATOR } from "../../../lib/chat/people/operator.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys } from "../../../lib/store/keys.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { addAccount, enter } from "../../support/accounts.ts";
import { openTestChat } from "../../support/chat.ts";
import { header, PIXEL } from "../../support/images.ts";
import { addPerson } from "../../support/people.ts";
import { sweep } from "../../support/upkeep.ts";

async function set(chat: Chat, actor: Actor, bytes: Uint8Array<ArrayBuffer> = PIXEL): Promise<string> {
  return (await setAvatar(chat, actor, { body: ReadableStream.from([bytes]) })).avatar ?? "";
}
const code = (promise: Promise<unknown>) =>
  promise.then(() => "ok", (e) => e instanceof ChatError ? e.code : String(e));
const usage = async (chat: Chat, who: string) => (await chat.kv.get(keys.fileUsage(who))).value?.bytes ?? 0;

Deno.test("a picture is seen by everybody, in what was said before too, and goes with the next one", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const [ada, grace] = [await addPerson(chat, "ada"), await addPerson(chat, "grace")];
  await sendMessage(chat, ada, { room_id: "general", content: "Hello" });
  const said = async () => (await readHistory(chat, grace, "general", { messages_only: true })).events.at(-1)?.avatar;
  assertEquals(await said(), undefined);
  const first = await set(chat, ada);
  assertEquals([await said(), await code(openAvatar(chat, grace, first))], [first, "ok"]);
  const second = await set(chat, ada, header.webp(128, 128));
  await sweep(chat.kv, clock);
  assertEquals([await said(), await code(openAvatar(chat, grace, first))], [second, "no_such_file"]);
  assertEquals(await usage(chat, "ada"), header.webp(128, 128).length);
  // it is in use: no sweep takes it
  clock.tick(90_000_000);
  await sweep(chat.kv, clock);
  assertEquals(await code(openAvatar(chat, grace, second)), "ok");
  await removeAvatar(chat, ada);
  await removeAvatar(chat, ada);
  await sweep(chat.kv, clock);
  assertEquals([await said(), await usage(chat, "ada")], [undefined, 0]);
});

Deno.test("a picture is a small image, and nothing stays of another", async () => {
  await using chat = await openTestChat();
  const ada = await addPerson(chat, "ada");
  const refused = [
    new Uint8Array(49_153),
    header.gif(10, 10),
    header.png(513, 10),
    new TextEncoder().encode("<svg/>"),
    new Uint8Array(),
  ];
  const codes = [];
  for (const bytes of refused) codes.push(await code(set(chat, ada, bytes)));
  assertEquals(codes, ["too_large", "invalid", "invalid", "invalid", "invalid"]);
  assertEquals([await usage(chat, "ada"), (await chat.kv.list({ prefix: ["file"] }, { limit: 5 })).length], [0, 0]);
});

Deno.test("of two pictures at once one is the person's and the other is erased; a deleted account has none", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const [ada, root] = [await addPerson(chat, "ada"), await addPerson(chat, "root", { admin: true })];
  await Promise.all([set(chat, ada), set(chat, ada), set(chat, ada)]);
  await sweep(chat.kv, clock);
  assertEquals([await usage(chat, "ada"), (await chat.kv.list({ prefix: ["file"] }, { limit: 5 })).length], [
    PIXEL.length,
    1,
  ]);
  await deleteAccount(chat, root, "ada", false);
  await sweep(chat.kv, clock);
  assertEquals((await chat.kv.list({ prefix: ["file"] }, { limit: 5 })).length, 0);
});

Deno.test("[D6] a picture whose last byte comes after the session's end is not taken, and nothing stays of it", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  async function* slow() {
    yield PIXEL.slice(0, 20);
    clock.tick(20_000);
    await endAllSessions(chat, OPERATOR, actor.user_id);
    yield PIXEL.slice(20);
  }
  assertEquals(await code(setAvatar(chat, actor, { body: slow() })), "unauthorized");
  assertEquals((await chat.kv.get(keys.user(actor.user_id))).value?.avatar, undefined);
  assertEquals(await usage(chat, actor.user_id), 0);
});
