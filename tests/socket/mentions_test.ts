/** What reaches my sockets of a room that they have not open: that I am called, and that I have read. */
import { assertEquals } from "@std/assert";
import { deleteMessage, markRead, sendMessage } from "../../lib/chat/messages/messages.ts";
import { openServer } from "./support.ts";
import { type Json } from "../support/client.ts";

const room_id = "general";
const change = (kind: string, rest: Json = {}) => (frame: Json) =>
  frame.type === "user" && frame.change === kind &&
  Object.entries(rest).every(([name, value]) => frame[name] === value);

Deno.test("[N4] a mentioned user whose room is not open gets the mention, and its removal; others do not", async () => {
  await using server = await openServer({ transport: "native" });
  const [ada, bob, cleo] = [await server.person("ada"), await server.person("bob"), await server.person("cleo")];
  const [closed, open, other] = [await server.open(bob), await server.open(bob), await server.open(cleo)];
  await open.join();
  const { id: message_id, seq } = await sendMessage(server.chat, ada.actor, { room_id, content: "@bob look" });
  const told = await closed.frame(change("mention", { seq }));
  const { user_id } = ada.actor;
  assertEquals(told, { type: "user", change: "mention", room_id, message_id, seq, user_id, mentioned: true });
  await deleteMessage(server.chat, ada.actor, { room_id, message_id });
  await closed.frame(change("mention", { seq, mentioned: false }));
  const all = await sendMessage(server.chat, ada.actor, { room_id, content: "@room and all" });
  await other.frame(change("mention", { seq: all.seq }));
  assertEquals(other.frames.filter(change("mention", { seq })), []);
  // the event itself says it where the room is open
  assertEquals(open.frames.filter(change("mention")), []);
});

Deno.test("socket: a user's send and read mark reach the user's other devices", async () => {
  await using server = await openServer({ transport: "native" });
  const [ada, bob] = [await server.person("ada"), await server.person("bob")];
  const [laptop, phone] = [await server.open(ada), await server.open(ada)];
  await laptop.join();
  const { seq } = await sendMessage(server.chat, ada.actor, { room_id, content: "from the laptop" });
  await phone.frame(change("read", { read_seq: seq }));
  const theirs = await sendMessage(server.chat, bob.actor, { room_id, content: "an answer" });
  await markRead(server.chat, ada.actor, { room_id, seq: theirs.seq });
  await phone.frame(change("read", { read_seq: theirs.seq }));
});
