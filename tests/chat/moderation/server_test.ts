/** The server's name, picture and rules. */
import { assertEquals, assertRejects } from "@std/assert";
import { MemoryBus } from "../../../lib/bus/memory.ts";
import type { Chat } from "../../../lib/chat/chat.ts";
import { readAudit } from "../../../lib/chat/moderation/audit.ts";
import {
  getServer,
  mayInvite,
  readServerPicture,
  removeServerPicture,
  setServerPicture,
  updateServer,
} from "../../../lib/chat/moderation/server.ts";
import { OPERATOR, setAdmin } from "../../../lib/chat/people/operator.ts";
import { register, setUp } from "../../../lib/chat/people/accounts.ts";
import { ServerInfo } from "../../../lib/chat/server_info.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys, ranges } from "../../../lib/store/keys.ts";
import { put } from "../../../lib/store/kv.ts";
import type { Actor } from "../../../lib/protocol/model.ts";
import { openTestChat } from "../../support/chat.ts";
import { alteredKv } from "../../support/altered_kv.ts";
import { header } from "../../support/images.ts";

const { gif, png } = header;

const HERE = { address: "127.0.0.1", user_agent: "test" };
const PASSWORD = "correct horse";

async function person(chat: Chat, username: string): Promise<Actor> {
  const { id } = await register(chat, { username, password: PASSWORD }, HERE);
  const admin = (await chat.kv.get(keys.user(id))).value?.admin === true;
  return { user_id: id, username, admin, session_id: "s", by: "cookie", expires_at: Number.MAX_SAFE_INTEGER };
}

async function refusal(run: Promise<unknown>): Promise<[string, string | undefined]> {
  const error = await assertRejects(() => run, ChatError);
  return [error.code, error.field];
}

Deno.test("setUp() makes the first account and names the server in one commit; a second one is refused", async () => {
  await using chat = await openTestChat();
  assertEquals((await getServer(chat)).set_up, false);
  const ada = await setUp(chat, { username: "ada", password: PASSWORD, server_name: " Blue  Team " }, HERE);
  assertEquals((await chat.kv.get(keys.user(ada.id))).value?.admin, true);
  const { name, set_up } = await getServer(chat);
  assertEquals([name, set_up], ["Blue  Team", true]);
  const again = setUp(chat, { username: "bob", password: PASSWORD, server_name: "Mine" }, HERE);
  assertEquals(await refusal(again), ["conflict", undefined]);
  assertEquals((await chat.kv.get(keys.username("bob"))).value, null);
});

Deno.test("setUp(): of several at once one makes the account and the name, the others nothing", async () => {
  await using chat = await openTestChat({ config: { limits: false } });
  const all = await Promise.allSettled(
    Array.from(
      { length: 8 },
      (_, i) => setUp(chat, { username: `u${i}`, password: PASSWORD, server_name: `Team ${i}` }, HERE),
    ),
  );
  const won = all.findIndex(({ status }) => status === "fulfilled");
  assertEquals(all.filter(({ status }) => status === "fulfilled").length, 1);
  assertEquals((await getServer(chat)).name, `Team ${won}`);
  assertEquals((await chat.kv.list(ranges.usernames(), { limit: 10 })).length, 1);
});

Deno.test("setUp() outside local mode: no account, and no name, without the set-up code", async () => {
  await using chat = await openTestChat({ config: { publicUrl: "https://chat.example.org" } });
  const input = { username: "ada", password: PASSWORD, server_name: "Blue" };
  assertEquals(await refusal(setUp(chat, input, HERE)), ["setup_code_required", "setup_code"]);
  assertEquals(await refusal(setUp(chat, { ...input, setup_code: "x" }, HERE)), ["setup_code_required", "setup_code"]);
  assertEquals((await chat.kv.get(keys.server())).value, null);
});

Deno.test("updateServer(): administrators alone, audited, and nothing is written where nothing changes", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await person(chat, "ada"), await person(chat, "bob")];
  assertEquals(await refusal(updateServer(chat, bob, { name: "Mine" })), ["forbidden", undefined]);
  assertEquals((await updateServer(chat, ada, { name: "Blue" })).name, "Blue");
  await updateServer(chat, ada, { name: "Blue" });
  const { entries } = await readAudit(chat, ada);
  assertEquals(entries.map(({ act, actor, detail }) => [act, actor, detail]), [[
    "server_changed",
    ada.user_id,
    "name",
  ]]);
  assertEquals(await refusal(updateServer(chat, ada, { name: "a\u202eb" })), ["invalid", "name"]);
  // a role that was taken meanwhile does not count
  await setAdmin(chat, OPERATOR, bob.user_id, true);
  const late = { ...bob, admin: true };
  await setAdmin(chat, OPERATOR, bob.user_id, false);
  assertEquals(await refusal(updateServer(chat, late, { name: "Late" })), ["forbidden", undefined]);
});

Deno.test("updateServer(): the administrators' choice decides who may make an account, at once", async () => {
  await using chat = await openTestChat();
  const ada = await person(chat, "ada");
  await updateServer(chat, ada, { registration: "invite" });
  assertEquals(await refusal(person(chat, "bob")), ["invitation_required", "invitation"]);
  await updateServer(chat, ada, { registration: "closed" });
  assertEquals(await refusal(person(chat, "bob")), ["registration_closed", undefined]);
  assertEquals(await mayInvite(chat, ada), false);
  await updateServer(chat, ada, { registration: "open" });
  await person(chat, "bob");
});

Deno.test("updateServer(): what the environment decides wins, is shown as locked and cannot be changed", async () => {
  await using chat = await openTestChat({ config: { registration: "closed", registrationIsSet: true } });
  const ada = await person(chat, "ada");
  await chat.kv.commit({ set: [put(keys.server(), { registration: "open" })] });
  chat.server.announce();
  const { registration, locked } = await getServer(chat);
  assertEquals([registration, locked], ["closed", ["registration"]]);
  assertEquals(await refusal(updateServer(chat, ada, { registration: "open" })), ["conflict", "registration"]);
  assertEquals(await refusal(person(chat, "bob")), ["registration_closed", undefined]);
  assertEquals((await updateServer(chat, ada, { name: "Blue", inviting: "everyone" })).inviting, "everyone");
});

Deno.test("server record: fields that this version does not know are kept in a rewrite (E10)", async () => {
  await using chat = await openTestChat();
  const ada = await person(chat, "ada");
  const later = { name: "Blue", motto: "of a later version" };
  await chat.kv.commit({ set: [put(keys.server(), later)] });
  await updateServer(chat, ada, { inviting: "everyone" });
  assertEquals((await chat.kv.get(keys.server())).value, { ...later, inviting: "everyone" });
});

Deno.test("server's picture: a small picture replaces the one before, whose bytes go; anything else is refused", async () => {
  await using chat = await openTestChat();
  const [ada, bob] = [await person(chat, "ada"), await person(chat, "bob")];
  assertEquals(await refusal(setServerPicture(chat, bob, png(8, 8))), ["forbidden", undefined]);
  assertEquals(await refusal(setServerPicture(chat, ada, gif(8, 8))), ["invalid", "file"]);
  assertEquals(await refusal(setServerPicture(chat, ada, png(600, 8))), ["invalid", "file"]);
  assertEquals(await refusal(setServerPicture(chat, ada, new Uint8Array(60_000))), ["too_large", undefined]);
  const first = (await setServerPicture(chat, ada, png(8, 8))).picture ?? "";
  const second = (await setServerPicture(chat, ada, png(9, 9))).picture ?? "";
  assertEquals(await readServerPicture(chat, first), null);
  assertEquals((await readServerPicture(chat, second))?.bytes, png(9, 9));
  await removeServerPicture(chat, ada);
  assertEquals(await readServerPicture(chat, second), null);
  assertEquals((await chat.kv.list(ranges.family("server_picture"), { limit: 5 })).length, 0);
});

Deno.test("server record: another isolate reads it anew after a change, also where a read was under way", async () => {
  await using chat = await openTestChat();
  const ada = await person(chat, "ada");
  const other = new ServerInfo(chat.kv, chat.bus);
  assertEquals((await other.read()).name, undefined);
  await updateServer(chat, ada, { name: "Blue" });
  assertEquals((await other.read()).name, "Blue");

  const held = Promise.withResolvers<void>();
  const bus = new MemoryBus();
  const kv = alteredKv(chat.kv, {
    async get(key) {
      await held.promise;
      return await chat.kv.get(key);
    },
  });
  const slow = new ServerInfo(kv, bus);
  const old = slow.read();
  bus.publish({ type: "lapse" }); // hints were lost
  held.resolve();
  await old;
  await chat.kv.commit({ set: [put(keys.server(), { name: "Green" })] });
  assertEquals((await slow.read()).name, "Green");
  other.close();
  slow.close();
});
