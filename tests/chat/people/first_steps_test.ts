/** A person's first steps, and when recovery codes are suggested. */
import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../lib/base/clock.ts";
import type { Chat } from "../../../lib/chat/chat.ts";
import { updateServer } from "../../../lib/chat/moderation/server.ts";
import { firstSteps, suggestions } from "../../../lib/chat/people/first_steps.ts";
import { register } from "../../../lib/chat/people/accounts.ts";
import { createRoom, openDirect } from "../../../lib/chat/rooms/rooms.ts";
import { inviteLink } from "../../../lib/chat/sign_in/invite_link.ts";
import { keys } from "../../../lib/store/keys.ts";
import { put } from "../../../lib/store/kv.ts";
import { DEFAULT_SETTINGS } from "../../../lib/protocol/settings.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { openTestChat } from "../../support/chat.ts";

const PASSWORD = "correct horse";
const DAY_MS = 86_400_000;

async function person(chat: Chat, username: string): Promise<Actor> {
  const { id } = await register(chat, { username, password: PASSWORD }, { address: "127.0.0.1", user_agent: "test" });
  const admin = (await chat.kv.get(keys.user(id))).value?.admin === true;
  return { user_id: id, username, admin, session_id: "s", by: "cookie", expires_at: Number.MAX_SAFE_INTEGER };
}

Deno.test("firstSteps() ticks each step once it is done, and has no inviting for those who may not", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await person(chat, "ada"), await person(chat, "bob")];
  const none = { invite: false, picture: false, room: false, notifications: false };
  assertEquals(await firstSteps(chat, ada), none);
  assertEquals(await firstSteps(chat, bob), { ...none, invite: null });
  await updateServer(chat, ada, { inviting: "everyone" });
  assertEquals((await firstSteps(chat, bob)).invite, false);

  await inviteLink(chat, ada, "link");
  await openDirect(chat, ada, bob.user_id); // no room of theirs
  assertEquals(await firstSteps(chat, ada), { ...none, invite: true });
  await createRoom(chat, ada, { name: "plans", kind: "public" });
  const { value: user } = await chat.kv.get(keys.user(ada.user_id));
  if (user !== null) await chat.kv.commit({ set: [put(keys.user(user.id), { ...user, avatar: "x" })] });
  const push = { endpoint: "https://push.example", keys: { p256dh: "", auth: "" }, created_at: 0 };
  await chat.kv.commit({ set: [put(keys.push(ada.user_id, "s"), push)] });
  assertEquals(await firstSteps(chat, ada), { invite: true, picture: true, room: true, notifications: true });
  assertEquals(await firstSteps(chat, bob), none, "each person has their own");
});

Deno.test("suggestions(): first steps in the first 30 days, recovery codes after the first one, neither once put away", async () => {
  const clock = new FakeClock();
  await using chat = await openTestChat({ clock });
  const ada = await person(chat, "ada");
  const aged = async (days: number) => {
    const { value: user } = await chat.kv.get(keys.user(ada.user_id));
    if (user === null) return;
    const created_at = clock.now() - days * DAY_MS;
    await chat.kv.commit({ set: [put(keys.user(user.id), { ...user, created_at })] });
  };
  const now = (changes = {}) => suggestions(chat, ada, { ...DEFAULT_SETTINGS, ...changes });
  assertEquals(await now(), { checklist: true, recovery: false });
  await aged(1);
  assertEquals(await now(), { checklist: true, recovery: true });
  assertEquals(await now({ checklist: false, suggest_recovery: false }), { checklist: false, recovery: false });
  await chat.kv.commit({ set: [put(keys.recovery(ada.user_id, "hash"), { at: 0 })] });
  assertEquals((await now()).recovery, false);
  await aged(31);
  assertEquals((await now()).checklist, false);
});
