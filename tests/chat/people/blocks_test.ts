import { assert, assertEquals, assertRejects } from "@std/assert";
import { blockedUsers, blockUser, listBlocked, unblockUser } from "../../../lib/chat/people/blocks.ts";
import { addMember } from "../../../lib/chat/rooms/members.ts";
import { listMentions } from "../../../lib/chat/messages/mentions.ts";
import { editMessage, react, sendMessage } from "../../../lib/chat/messages/messages.ts";
import { pinMessage } from "../../../lib/chat/rooms/pins.ts";
import { createRoom, getRoom, openDirect } from "../../../lib/chat/rooms/rooms.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys } from "../../../lib/store/keys.ts";
import { type Kv, put } from "../../../lib/store/kv.ts";
import { LIMITS } from "../../../lib/protocol/limits.ts";
import { alteredKv } from "../../support/altered_kv.ts";
import { openTestChat } from "../../support/chat.ts";
import { Hold } from "../../support/hold.ts";
import { addPerson } from "../../support/people.ts";
import { openServer } from "../../socket/support.ts";

async function refusal(run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, ChatError)).code;
}

Deno.test("[M11] blocks: a blocked person cannot write, edit or reopen in a direct conversation until unblocked", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id: room_id } = await openDirect(chat, bob, ada.user_id);
  const { id: message_id } = await sendMessage(chat, bob, { room_id, content: "hello" });
  const { seq } = await getRoom(chat, ada, room_id);
  await blockUser(chat, ada, bob.user_id);
  await blockUser(chat, ada, bob.user_id);
  assertEquals((await getRoom(chat, ada, room_id)).seq, seq, "no event tells of it");
  assertEquals(await refusal(() => sendMessage(chat, bob, { room_id, content: "hello?" })), "forbidden");
  assertEquals(await refusal(() => editMessage(chat, bob, { room_id, message_id, content: "HELLO" })), "forbidden");
  assertEquals(await refusal(() => react(chat, bob, { room_id, message_id, emoji: "👎", op: "add" })), "forbidden");
  assertEquals(await refusal(() => pinMessage(chat, bob, { room_id, message_id })), "forbidden");
  await react(chat, ada, { room_id, message_id, emoji: "👍", op: "add" });
  await sendMessage(chat, ada, { room_id, content: "the other way it works" });
  await sendMessage(chat, bob, { room_id: "general", content: "in rooms too" });
  assertEquals((await blockedUsers(chat, ada)).map(({ username }) => username), ["bob"]);
  assertEquals(await listBlocked(chat, bob.user_id), []);

  await unblockUser(chat, ada, bob.user_id);
  await sendMessage(chat, bob, { room_id, content: "thank you" });
  assertEquals(await listBlocked(chat, ada.user_id), []);
});

Deno.test("[M11] blocks: a blocked person cannot open a direct conversation, nor write in one that the other opens", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  await blockUser(chat, ada, bob.user_id);
  assertEquals(await refusal(() => openDirect(chat, bob, ada.user_id)), "forbidden");
  const { id: room_id } = await openDirect(chat, ada, bob.user_id);
  assertEquals((await openDirect(chat, bob, ada.user_id)).id, room_id);
  assertEquals(await refusal(() => sendMessage(chat, bob, { room_id, content: "hello?" })), "forbidden");
});

Deno.test("[M11] blocks: blocking and opening at the same moment leave no conversation that the blocked person can write in", async () => {
  await using chat = await openTestChat();
  for (let i = 0; i < 20; i++) {
    const [ada, bob] = [await addPerson(chat, `ada${i}`), await addPerson(chat, `bob${i}`)];
    const [opened] = await Promise.all([
      openDirect(chat, bob, ada.user_id).catch((error: unknown) => error),
      blockUser(chat, ada, bob.user_id),
    ]);
    const room_id = (await chat.kv.get(keys.direct(ada.user_id, bob.user_id))).value;
    if (room_id === null) assert(opened instanceof ChatError);
    else assertEquals(await refusal(() => sendMessage(chat, bob, { room_id, content: "hello?" })), "forbidden");
  }
});

Deno.test("[M11] blocks: a blocked person cannot add the blocker to a room; other members can", async () => {
  await using chat = await openTestChat();
  const [ada, bob, eve] = [await addPerson(chat, "ada"), await addPerson(chat, "bob"), await addPerson(chat, "eve")];
  await blockUser(chat, ada, bob.user_id);
  const { id } = await createRoom(chat, bob, { name: "for ada", kind: "private" });
  await addMember(chat, bob, id, eve.user_id);
  assertEquals(await refusal(() => addMember(chat, bob, id, ada.user_id)), "forbidden");
  assertEquals(await refusal(() => getRoom(chat, ada, id)), "no_such_room");
  await addMember(chat, eve, id, ada.user_id);
  assertEquals((await getRoom(chat, ada, id)).role, "member");
});

for (const key of [keys.direct("ada", "bob"), keys.block("ada", "bob")]) {
  Deno.test(`[M11] blocks: of a block and an unblock on two devices at once the later holds (${String(key[0])})`, async () => {
    const hold = new Hold();
    // what is held is read after the block was committed
    const wrapKv = (kv: Kv) =>
      alteredKv(hold.wrapKv(kv), {
        async commit(write) {
          const versionstamp = await kv.commit(write);
          if (write.set?.some(([[family]]) => family === "block") === true) hold.on(key);
          return versionstamp;
        },
      });
    await using chat = await openTestChat({ wrapKv });
    const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
    const { id: room_id } = await openDirect(chat, bob, ada.user_id);
    const blocking = blockUser(chat, ada, bob.user_id);
    await hold.reached;
    await unblockUser(chat, ada, bob.user_id);
    hold.release();
    await blocking;
    assertEquals(await listBlocked(chat, "ada"), []);
    await sendMessage(chat, bob, { room_id, content: "hello" });
  });
}

Deno.test("blockUser() refuses oneself, an unknown user, and more than the limit", async () => {
  await using chat = await openTestChat();
  const [ada] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  assertEquals(await refusal(() => blockUser(chat, ada, ada.user_id)), "invalid");
  assertEquals(await refusal(() => blockUser(chat, ada, "nobody")), "no_such_user");
  const many = Array.from({ length: LIMITS.blocked_per_user }, (_, i) => put(keys.block("ada", `other${i}`), 1));
  for (let at = 0; at < many.length; at += 500) await chat.kv.commit({ set: many.slice(at, at + 500) });
  assertEquals(await refusal(() => blockUser(chat, ada, "bob")), "limit_reached");
});

Deno.test("[U5] [S2] blocks: my open sockets are notified at once, and hello lists the blocked for new ones", async () => {
  await using server = await openServer({ transport: "native" });
  const [ada, bob] = [await server.person("ada"), await server.person("bob")];
  const [first, second] = [await server.open(ada), await server.open(ada)];
  const other = await server.open(bob);
  const user_id = bob.actor.user_id;
  assertEquals((await first.command({ type: "block_user", user_id })).ok, true);
  const told = await second.frame((frame) => frame.change === "block");
  assertEquals([told.user_id, told.blocked], [user_id, true]);
  const third = await server.open(ada);
  assertEquals(third.frames.find((frame) => frame.type === "hello")?.blocked, [user_id]);
  assertEquals((await first.command({ type: "unblock_user", user_id })).ok, true);
  await second.frame((frame) => frame.change === "block" && frame.blocked === false);
  assertEquals(other.frames.some((frame) => frame.change === "block"), false);
});

Deno.test("blocks: a mention by a blocked person does not count", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  await blockUser(chat, ada, bob.user_id);
  const { id: message_id } = await sendMessage(chat, bob, { room_id: "general", content: "@ada hear me" });
  await editMessage(chat, bob, { room_id: "general", message_id, content: "@ada hear me now" });
  assertEquals((await listMentions(chat, ada)).messages, []);
  await unblockUser(chat, ada, bob.user_id);
  await sendMessage(chat, bob, { room_id: "general", content: "@ada and now?" });
  assertEquals((await listMentions(chat, ada)).messages.map(({ content }) => content), ["@ada and now?"]);
});
