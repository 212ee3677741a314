import { assertEquals, assertRejects } from "@std/assert";
import { register, searchUsers } from "../../../lib/chat/people/accounts.ts";
import { setDisabled } from "../../../lib/chat/sign_in/session_ends.ts";
import { deleteAccount, deleteOwnAccount } from "../../../lib/chat/people/deletion.ts";
import { readHistory } from "../../../lib/chat/messages/history.ts";
import { addMember, joinRoom, listMembers, removeMember, setRole } from "../../../lib/chat/rooms/members.ts";
import { sendMessage } from "../../../lib/chat/messages/messages.ts";
import { OPERATOR, setAdmin } from "../../../lib/chat/people/operator.ts";
import { subscribePush } from "../../../lib/chat/notify/push_subscriptions.ts";
import { createRoom, getRoom, openDirect } from "../../../lib/chat/rooms/rooms.ts";
import { updateSettings } from "../../../lib/chat/people/settings.ts";
import { authenticate } from "../../../lib/chat/sign_in/sessions.ts";
import { signIn } from "../../../lib/chat/sign_in/sign_in.ts";
import { FakeClock } from "../../../lib/base/clock.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { FAMILY_NAMES, keys, keysOfUser, ranges } from "../../../lib/store/keys.ts";
import { put } from "../../../lib/store/kv.ts";
import { addAccount, enter, HERE, PASSWORD } from "../../support/accounts.ts";
import { openTestChat } from "../../support/chat.ts";
import { alteredKv } from "../../support/altered_kv.ts";
import { jobsLeft, upkeep } from "../../support/upkeep.ts";

/** Time passes without the work of every minute. */
function quietClock(): FakeClock {
  const clock = new FakeClock();
  clock.every = () => () => {};
  return clock;
}

async function code(run: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(run, ChatError)).code;
}

Deno.test("deleteAccount() ends the sessions at once, shows the author as a deleted user, and keeps the name taken", async () => {
  await using chat = await openTestChat();
  await addAccount(chat, "root");
  await addAccount(chat, "eve");
  const { actor: root } = await enter(chat, "root");
  const { actor: eve, secret } = await enter(chat, "eve");
  await sendMessage(chat, eve, { room_id: "general", content: "hello" });
  assertEquals(await code(() => deleteOwnAccount(chat, eve, { current_password: "wrong" })), "bad_credentials");
  await deleteOwnAccount(chat, eve, { current_password: PASSWORD });

  assertEquals(await authenticate(chat, { cookie: secret }), null);
  const again = () => signIn(chat, { username: "eve", password: PASSWORD }, "cookie", HERE);
  assertEquals(await code(again), "bad_credentials");
  assertEquals(await code(() => register(chat, { username: "eve", password: PASSWORD }, HERE)), "username_taken");
  assertEquals(await searchUsers(chat, root, { query: "eve" }), []);
  const { events } = await readHistory(chat, root, "general", { messages_only: true });
  assertEquals(events.map((event) => [event.username, event.display_name, "content" in event && event.content]), [
    ["unknown", "Deleted user", "hello"],
  ]);
  assertEquals(await code(() => deleteAccount(chat, root, eve.user_id, false)), "no_such_user");
});

Deno.test("account deletion: its jobs leave every room, hand over the account's rooms, and erase all of its keys", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock });
  for (const name of ["root", "eve", "old", "mod"]) await addAccount(chat, name);
  const root = (await enter(chat, "root")).actor;
  const eve = (await enter(chat, "eve")).actor;
  const old = (await enter(chat, "old")).actor;
  const mod = (await enter(chat, "mod")).actor;
  const { id: led } = await createRoom(chat, eve, { name: "Led", kind: "private" });
  await addMember(chat, eve, led, old.user_id);
  await addMember(chat, eve, led, mod.user_id);
  await setRole(chat, eve, led, mod.user_id, "moderator");
  const { id: alone } = await createRoom(chat, eve, { name: "Alone", kind: "private" });
  const { id: direct } = await openDirect(chat, eve, old.user_id);
  // the curve's base point: https://www.secg.org/sec2-v2.pdf, 2.4.2
  const p256dh = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";
  const subscription = { p256dh, auth: "A".repeat(22) };
  await subscribePush(chat, eve, { endpoint: "https://push.example.org/eve", keys: subscription });
  await deleteAccount(chat, root, eve.user_id, false);
  clock.tick(60_000);
  // twice at once, as two processes would
  await Promise.all([upkeep(chat), upkeep(chat)]);

  const { members } = await listMembers(chat, mod, led);
  assertEquals(members.map(({ username, role }) => `${username} ${role}`).sort(), ["mod owner", "old member"]);
  assertEquals((await getRoom(chat, old, direct)).members, 1);
  assertEquals(await chat.kv.list(ranges.members(alone), { limit: 9 }), []);
  for (const { exact, under } of keysOfUser(eve.user_id)) {
    assertEquals([(await chat.kv.get(exact)).value, await chat.kv.list(under, { limit: 9 })], [null, []]);
  }
  for (const family of FAMILY_NAMES) {
    const left = (await chat.kv.list(ranges.family(family), { limit: 99 })).filter(({ key, value }) =>
      key[1] === eve.user_id || (family === "push_endpoint" && JSON.stringify(value).includes(eve.user_id))
    );
    assertEquals(left.length, family === "direct" ? left.length : 0, family);
  }
  // the room that nobody is in is left to the administrators
  assertEquals(await jobsLeft(chat.kv), [{ kind: "end_room", room_id: alone }]);
});

Deno.test("account deletion: a room is handed over to a member also behind many banned people", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock });
  for (const name of ["root", "eve", "zoe"]) await addAccount(chat, name);
  const [root, eve, zoe] = [await enter(chat, "root"), await enter(chat, "eve"), await enter(chat, "zoe")];
  const { id } = await createRoom(chat, eve.actor, { name: "Crowd", kind: "private" });
  await addMember(chat, eve.actor, id, zoe.actor.user_id);
  const people = Array.from({ length: 501 }, (_, i) => `!${i}`);
  for (const user_id of people) {
    await chat.kv.commit({
      set: [put(keys.member(id, user_id), { user_id, role: "member", state: "banned", since: 0 })],
    });
  }
  await deleteAccount(chat, root.actor, eve.actor.user_id, false);
  clock.tick(60_000);
  await upkeep(chat);
  assertEquals((await getRoom(chat, zoe.actor, id)).role, "owner");
  assertEquals(await jobsLeft(chat.kv), []);
});

Deno.test("account deletion: a job that fails stays queued, and delays no other", async () => {
  let away = "";
  const clock = quietClock();
  await using chat = await openTestChat({
    clock,
    wrapKv: (kv) =>
      alteredKv(kv, {
        list: (range, options) => {
          const isAway = away !== "" && "prefix" in range && range.prefix[0] === "joined" && range.prefix[1] === away;
          return isAway ? Promise.reject(new ChatError("storage_unavailable", "away")) : kv.list(range, options);
        },
      }),
  });
  for (const name of ["root", "eve", "zoe"]) await addAccount(chat, name);
  const [root, eve, zoe] = [await enter(chat, "root"), await enter(chat, "eve"), await enter(chat, "zoe")];
  const gone = [eve.actor.user_id, zoe.actor.user_id].sort();
  for (const id of gone) await deleteAccount(chat, root.actor, id, false);
  clock.tick(60_000);
  away = gone[0] ?? "";
  assertEquals(await code(() => upkeep(chat)), "storage_unavailable");
  assertEquals(await jobsLeft(chat.kv), [{ kind: "leave_rooms", user_id: away, at: clock.now() - 60_000 }]);
  away = "";
  clock.tick(60_000);
  await upkeep(chat);
  assertEquals(await jobsLeft(chat.kv), []);
});

Deno.test("account deletion with messages: they are erased everywhere, also in rooms that the account had left", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock });
  for (const name of ["root", "eve"]) await addAccount(chat, name);
  const [root, eve] = [(await enter(chat, "root")).actor, (await enter(chat, "eve")).actor];
  const { id: left } = await createRoom(chat, root, { name: "Left", kind: "public" });
  await joinRoom(chat, eve, left);
  const { id: direct } = await openDirect(chat, eve, root.user_id);
  for (const room_id of ["general", left, direct]) {
    await sendMessage(chat, eve, { room_id, content: "mine" });
    await sendMessage(chat, root, { room_id, content: "yours" });
  }
  await removeMember(chat, eve, left, eve.user_id);
  await deleteAccount(chat, root, eve.user_id, true);
  clock.tick(60_000);
  await upkeep(chat);
  await upkeep(chat);
  for (const room_id of ["general", left, direct]) {
    const { events } = await readHistory(chat, root, room_id, { messages_only: true });
    const told = events.map((event) => event.type === "chat_message" && [event.content, event.removed_by]);
    assertEquals(told, [["", undefined], ["yours", undefined]], room_id);
  }
});

Deno.test("account deletion: a late write of another isolate or of a slow request is undone and erased", async () => {
  const clock = quietClock();
  await using chat = await openTestChat({ clock });
  for (const name of ["root", "eve"]) await addAccount(chat, name);
  const [root, eve] = [(await enter(chat, "root")).actor, (await enter(chat, "eve")).actor];
  const { id } = await createRoom(chat, root, { name: "Late", kind: "public" });
  await deleteAccount(chat, root, eve.user_id, true);
  await upkeep(chat);
  clock.tick(1_900);
  await joinRoom(chat, eve, id);
  await sendMessage(chat, eve, { room_id: id, content: "too late" });
  await updateSettings(chat, eve, { theme: "dark" });
  clock.tick(60_000);
  await upkeep(chat);
  const { members } = await listMembers(chat, root, id);
  assertEquals(members.map(({ id }) => id), [root.user_id]);
  const { events } = await readHistory(chat, root, id, { messages_only: true });
  assertEquals(events.map((event) => "content" in event && event.content), [""]);
  for (const { exact, under } of keysOfUser(eve.user_id)) {
    assertEquals([(await chat.kv.get(exact)).value, await chat.kv.list(under, { limit: 9 })], [null, []]);
  }
  await upkeep(chat);
  assertEquals(await jobsLeft(chat.kv), []);
});

for (const [what, act] of Object.entries({ "take the role from": setAdmin, disable: setDisabled })) {
  Deno.test(`administrators: of two who ${what} each other at the same moment one remains`, async () => {
    await using chat = await openTestChat();
    for (const name of ["root", "eve"]) await addAccount(chat, name);
    const root = (await enter(chat, "root")).actor;
    const eve = (await enter(chat, "eve")).actor;
    for (let i = 0; i < 10; i++) {
      for (const id of [root.user_id, eve.user_id]) {
        await setAdmin(chat, OPERATOR, id, true);
        await setDisabled(chat, OPERATOR, id, false);
      }
      const [one, two] = [{ ...root, admin: true }, { ...eve, admin: true }];
      const off = act === setDisabled;
      const results = await Promise.allSettled([act(chat, one, two.user_id, off), act(chat, two, one.user_id, off)]);
      assertEquals(results.filter(({ status }) => status === "fulfilled").length, 1);
      const users = await Promise.all([one, two].map((one) => chat.kv.get(keys.user(one.user_id))));
      assertEquals(users.filter(({ value }) => value?.admin === true && value.disabled_at === undefined).length, 1);
    }
  });
}

Deno.test("account deletion: an administrator's account is refused, and nobody can revoke their own role", async () => {
  await using chat = await openTestChat();
  for (const name of ["root", "eve"]) await addAccount(chat, name);
  const [root, eve] = [(await enter(chat, "root")).actor, await enter(chat, "eve")];
  assertEquals(await code(() => deleteOwnAccount(chat, root, { current_password: PASSWORD })), "conflict");
  assertEquals(await code(() => setAdmin(chat, root, root.user_id, false)), "conflict");
  assertEquals(await code(() => setAdmin(chat, eve.actor, root.user_id, false)), "forbidden");
  assertEquals(await code(() => deleteAccount(chat, eve.actor, root.user_id, false)), "forbidden");
  assertEquals(await setAdmin(chat, root, eve.actor.user_id, true), true);
  assertEquals(await setAdmin(chat, root, eve.actor.user_id, true), false);
  const now = (await enter(chat, "eve")).actor;
  assertEquals([now.admin, await setAdmin(chat, now, root.user_id, false)], [true, true]);
});
