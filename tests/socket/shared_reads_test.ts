/** What a crowd that comes to a room reads: by counts, on sockets without a network. */
import { assertEquals } from "@std/assert";
import { addMember, removeMember } from "../../lib/chat/rooms/members.ts";
import { createRoom } from "../../lib/chat/rooms/rooms.ts";
import { deleteMessage, editMessage, sendMessage } from "../../lib/chat/messages/messages.ts";
import { updateProfile } from "../../lib/chat/people/profiles.ts";
import type { OpenChat } from "../../lib/chat/open.ts";
import { keyName } from "../../lib/log/draft.ts";
import { ChatError } from "../../lib/base/errors.ts";
import { keys } from "../../lib/store/keys.ts";
import { put } from "../../lib/store/kv.ts";
import type { Actor } from "../../lib/protocol/model.ts";
import { addPerson } from "../support/people.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { Hold } from "../support/hold.ts";
import { until } from "../support/until.ts";
import { Crowd, type Frame, type Visitor } from "./crowd.ts";

const say = (chat: OpenChat, actor: Actor, content: string, room_id = "general") =>
  sendMessage(chat, actor, { room_id, content });

Deno.test("[D7] 100 joins in one turn read the room's messages once, and all get the same snapshot", async () => {
  await using crowd = await Crowd.open();
  const ada = await addPerson(crowd.chat, "ada");
  await say(crowd.chat, ada, "hello");
  const visitors = await crowd.visitors(ada, 100);
  crowd.itemLists();
  await crowd.join(visitors, 1, "general");
  assertEquals(crowd.itemLists(), 1);
  const snapshots = visitors.map((visitor) => JSON.stringify(visitor.last("snapshot")));
  assertEquals(new Set(snapshots).size, 1);
  assertEquals(visitors[0]?.last("snapshot")?.events?.at(-1)?.content, "hello");
});

Deno.test("[D4] 100 resumes from one cursor read each part of the log once, and each gets every event once", async () => {
  await using crowd = await Crowd.open();
  const ada = await addPerson(crowd.chat, "ada");
  const first = await say(crowd.chat, ada, "0");
  for (let i = 1; i <= 150; i++) await say(crowd.chat, ada, `${i}`);
  const visitors = await crowd.visitors(ada, 100);
  crowd.itemLists();
  await crowd.join(visitors, 1, "general", `${crowd.chat.epoch}:${first.id}`);
  const missed = ({ frames }: Visitor) => frames.filter(({ type }) => type === "chat_message").map(({ seq }) => seq);
  await until(() => visitors.every((visitor) => missed(visitor).length >= 150));
  // 150 events are two parts
  assertEquals(crowd.itemLists(), 2);
  const expected = Array.from({ length: 150 }, (_, i) => first.seq + 1 + i);
  for (const visitor of visitors) assertEquals(missed(visitor), expected);
});

Deno.test("[D6] who was removed after others read the snapshot gets nothing of it", async () => {
  await using crowd = await Crowd.open();
  const { chat } = crowd;
  const [ada, bob] = [await addPerson(chat, "ada"), await addPerson(chat, "bob")];
  const { id } = await createRoom(chat, ada, { name: "den", kind: "private" });
  await addMember(chat, ada, id, "bob");
  await say(chat, ada, "a secret", id);
  const [mine, theirs] = [await crowd.visitors(ada, 5), await crowd.visitors(bob, 5)];
  await crowd.join(mine, 1, id);
  await removeMember(chat, ada, id, "bob");
  await crowd.join([...mine, ...theirs], 2, id);
  for (const visitor of mine) assertEquals(visitor.answer(2)?.ok, true);
  for (const visitor of theirs) {
    assertEquals(visitor.answer(2)?.error !== undefined, true);
    assertEquals(visitor.last("snapshot"), undefined);
  }
});

Deno.test("[D4] a snapshot that was kept is not shown after an edit, a delete, a raised floor or a new name", async () => {
  await using crowd = await Crowd.open();
  const { chat } = crowd;
  const ada = await addPerson(chat, "ada");
  const [one, two] = [await say(chat, ada, "one"), await say(chat, ada, "two")];
  const [visitor] = await crowd.visitors(ada, 1);
  if (visitor === undefined) throw new Error("no socket");
  let id = 0;
  const shown = async () => {
    await crowd.join([visitor], ++id, "general");
    const events = visitor.last("snapshot")?.events ?? [];
    return events.filter(({ type }) => type === "chat_message" || type === "message_deleted");
  };
  assertEquals((await shown()).map(({ content }) => content), ["one", "two"]);
  await editMessage(chat, ada, { room_id: "general", message_id: one.id, content: "eins" });
  assertEquals((await shown()).map(({ content }) => content), ["eins", "two"]);
  await deleteMessage(chat, ada, { room_id: "general", message_id: two.id });
  assertEquals((await shown()).map(({ content }) => content), ["eins", ""]);
  await updateProfile(chat, ada, { display_name: "Ada" });
  assertEquals((await shown())[0]?.display_name, "Ada");
  const head = (await chat.kv.get(keys.head("general"))).value;
  if (head === null) throw new Error("no head");
  await chat.kv.commit({ set: [put(keys.head("general"), { ...head, floor: two.seq })] });
  assertEquals(await shown(), []);
});

Deno.test("[D7] the people who are shown are encoded once while nobody comes or goes, and are those who are there", async () => {
  await using crowd = await Crowd.open();
  const [ada, bob] = [await addPerson(crowd.chat, "ada"), await addPerson(crowd.chat, "bob")];
  const mine = await crowd.visitors(ada, 2);
  const names = (frame: Frame | undefined) => JSON.stringify(frame?.present).match(/"username":"\w+"/g);
  await crowd.join(mine, 1, "general");
  assertEquals(names(mine[0]?.last("snapshot")), ['"username":"ada"']);
  await crowd.visitors(bob, 1);
  await crowd.join(mine, 2, "general");
  assertEquals(names(mine[0]?.last("snapshot")), ['"username":"ada"', '"username":"bob"']);
  await updateProfile(crowd.chat, bob, { display_name: "Bob B." });
  await crowd.join(mine, 3, "general");
  assertEquals(JSON.stringify(mine[0]?.last("snapshot")?.present).includes("Bob B."), true);
});

Deno.test("[D7] who went while they joined is not shown as present for ever", async () => {
  const hold = new Hold();
  await using crowd = await Crowd.open(hold.wrapKv);
  const [ada, bob] = [await addPerson(crowd.chat, "ada"), await addPerson(crowd.chat, "bob")];
  const [mine] = await crowd.visitors(ada, 1);
  const [gone] = await crowd.visitors(bob, 1);
  if (mine === undefined || gone === undefined) throw new Error("no socket");
  hold.on(keys.read(bob.user_id, "general"));
  gone.listener?.onMessage(JSON.stringify({ type: "join_room", id: 1, room_id: "general" }));
  await hold.reached;
  gone.listener?.onClose(1001);
  // longer than a reload may take
  for (let n = 0; n < 30; n++) {
    crowd.clock.tick(250);
    await crowd.sockets.sessionsEnded();
  }
  hold.release();
  await crowd.join([mine], 1, "general");
  await crowd.join([mine], 2, "general");
  assertEquals(mine.last("snapshot")?.present_count, 1);
});

Deno.test("[D5] what was kept is not shown after signals about profiles may have been lost", async () => {
  await using crowd = await Crowd.open();
  const { chat } = crowd;
  const ada = await addPerson(chat, "ada");
  await say(chat, ada, "hello");
  const visitors = await crowd.visitors(ada, 1);
  await crowd.join(visitors, 1, "general");
  const { value: user } = await chat.kv.get(keys.user(ada.user_id));
  if (user === null) throw new Error("no account");
  // by another process, whose signal is lost
  await chat.kv.commit({ set: [put(keys.user(user.id), { ...user, display_name: "Ada L." })] });
  chat.bus.publish({ type: "lapse" });
  await crowd.join(visitors, 2, "general");
  assertEquals(visitors[0]?.last("snapshot")?.events?.at(-1)?.display_name, "Ada L.");
});

Deno.test("[D8] a read that fails once fails one of 100 joins, not all who share it", async () => {
  let fails = 0;
  await using crowd = await Crowd.open((kv) =>
    alteredKv(kv, {
      list(range, options) {
        const isItems = JSON.stringify(range).includes('"item"');
        return isItems && fails-- > 0 ? Promise.reject(new Error("once")) : kv.list(range, options);
      },
    })
  );
  const ada = await addPerson(crowd.chat, "ada");
  await say(crowd.chat, ada, "hello");
  const visitors = await crowd.visitors(ada, 100);
  fails = 1;
  await crowd.join(visitors, 1, "general");
  assertEquals(visitors.filter((visitor) => visitor.answer(1)?.ok !== true).length, 1);
});

Deno.test("[D6] joins wait while the control log is stale, and go on when it is read", async () => {
  let isAway = false;
  const away = () => Promise.reject(new ChatError("storage_unavailable", "away"));
  await using crowd = await Crowd.open((kv) =>
    alteredKv(kv, { get: (key) => isAway && keyName(key) === keyName(keys.controlHead()) ? away() : kv.get(key) })
  );
  const ada = await addPerson(crowd.chat, "ada");
  await say(crowd.chat, ada, "hello");
  const visitors = await crowd.visitors(ada, 50);
  isAway = true;
  crowd.clock.tick(3_000);
  const joining = crowd.join(visitors, 1, "general");
  // more reads, one after the other, than any of them makes
  for (let n = 0; n < 100; n++) await crowd.chat.kv.get(keys.head("general"));
  assertEquals(visitors.map((visitor) => visitor.last("snapshot")).filter((one) => one !== undefined), []);
  isAway = false;
  await crowd.sockets.sessionsEnded();
  await joining;
  assertEquals(visitors.filter((visitor) => visitor.answer(1)?.ok !== true).length, 0);
  assertEquals(visitors[49]?.last("snapshot")?.events?.at(-1)?.content, "hello");
});
