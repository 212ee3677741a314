/** What a crowd that comes to a room reads: by counts, on sockets without a network. */
import { assertEquals } from "@std/assert";
import { FakeClock } from "../../lib/base/clock.ts";
import { addMember, removeMember } from "../../lib/chat/rooms/members.ts";
import { createRoom } from "../../lib/chat/rooms/rooms.ts";
import { deleteMessage, editMessage, sendMessage } from "../../lib/chat/messages/messages.ts";
import { updateProfile } from "../../lib/chat/people/profiles.ts";
import type { OpenChat } from "../../lib/chat/open.ts";
import { keys } from "../../lib/store/keys.ts";
import { type Kv, put } from "../../lib/store/kv.ts";
import { SUBPROTOCOL } from "../../lib/protocol/limits.ts";
import type { Actor } from "../../lib/protocol/model.ts";
import { Sockets } from "../../lib/socket/sockets.ts";
import type { PeerListener, PeerSocket } from "../../lib/socket/transport/transport.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { openTestChat } from "../support/chat.ts";
import { addPerson } from "../support/people.ts";
import { until } from "../support/until.ts";

type Frame = Record<string, unknown> & { type?: string; events?: Frame[] };

/** A socket whose peer reads at once. */
class Visitor implements PeerSocket {
  readonly frames: Frame[] = [];
  readonly bufferedAmount = 0;
  listener: PeerListener | undefined;

  send(text: string): void {
    for (const line of text.split("\n")) this.frames.push(JSON.parse(line));
  }
  close(): void {}
  terminate(): void {}

  get isGreeted(): boolean {
    return this.frames[0]?.type === "hello";
  }

  /** The answer to the command with this id. */
  answer(id: number): Frame | undefined {
    return this.frames.find(({ re }) => re === id);
  }

  last(type: string): Frame | undefined {
    return this.frames.findLast((frame) => frame.type === type);
  }
}

class Crowd implements AsyncDisposable {
  /** Ranges that were listed, by the family of their keys. */
  readonly lists: string[] = [];
  readonly chat: OpenChat;
  readonly sockets: Sockets;

  private constructor(chat: OpenChat, sockets: Sockets, lists: string[]) {
    this.chat = chat;
    this.sockets = sockets;
    this.lists = lists;
  }

  static async open(): Promise<Crowd> {
    const lists: string[] = [];
    const wrapKv = (kv: Kv) =>
      alteredKv(kv, {
        list(range, options) {
          lists.push(JSON.stringify(range));
          return kv.list(range, options);
        },
      });
    // it stands still: what is kept does not grow old, however slow the machine
    const chat = await openTestChat({ wrapKv, clock: new FakeClock(), config: { limits: false } });
    return new Crowd(chat, await Sockets.open(chat), lists);
  }

  /** Sockets of one person, greeted. */
  async visitors(actor: Actor, count: number): Promise<Visitor[]> {
    const visitors = Array.from({ length: count }, () => new Visitor());
    for (const visitor of visitors) {
      visitor.listener = this.sockets.onSocket(visitor, {
        actor,
        address: "127.0.0.1",
        subprotocol: SUBPROTOCOL,
        controlHead: 0,
      });
    }
    await until(() => visitors.every(({ isGreeted }) => isGreeted));
    return visitors;
  }

  /** All of them join in one turn. */
  async join(visitors: Visitor[], id: number, room_id: string, since?: string): Promise<void> {
    for (const { listener } of visitors) {
      listener?.onMessage(
        JSON.stringify({ type: "join_room", id, room_id, ...(since === undefined ? {} : { since }) }),
      );
    }
    await until(() => visitors.every((visitor) => visitor.answer(id) !== undefined));
  }

  /** How often the room's items were listed since the last call. */
  itemLists(): number {
    return this.lists.splice(0).filter((range) => range.includes('"item"')).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sockets.drain();
    await this.chat[Symbol.asyncDispose]();
  }
}

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
