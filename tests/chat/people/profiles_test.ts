import { assert, assertEquals, assertRejects } from "@std/assert";
import { getMe, type ProfileInput, searchUsers, updateProfile } from "../../../lib/chat/people/accounts.ts";
import { Directory } from "../../../lib/chat/people/directory.ts";
import type { Signal } from "../../../lib/bus/bus.ts";
import { ChatError } from "../../../lib/base/errors.ts";
import { keys } from "../../../lib/store/keys.ts";
import { COLORS } from "../../../lib/protocol/colors.ts";
import { addAccount, enter } from "../../support/accounts.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";

Deno.test("updateProfile() changes the given fields, and publishes to the bus and the user's own stream", async () => {
  await using chat = await openTestChat();
  const id = await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  // their joining of general is announced after its commit, on a busy machine later than this
  await chat.appender.settled();
  const signals: Signal[] = [];
  chat.bus.subscribe((signal) => signals.push(signal));
  const me = await updateProfile(chat, actor, { display_name: " Ada L. ", color: COLORS[5] });
  assertEquals(me, { id, username: "ada", display_name: "Ada L.", color: COLORS[5], admin: true });
  assertEquals(await getMe(chat, actor), me);
  const { admin: _, ...user } = me;
  assertEquals(signals, [
    { type: "profile", user },
    { type: "user", user_id: id, line: JSON.stringify({ type: "user", change: "profile", user: me }) },
  ]);
  assertEquals(chat.directory.get(id), user);
  await updateProfile(chat, actor, { color: COLORS[5] });
  assertEquals(signals.length, 2, "what changes nothing is not told");
});

Deno.test("updateProfile() refuses other colours, misleading names and unknown fields", async () => {
  await using chat = await openTestChat();
  await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  for (const [field, value] of [["color", "#000000"], ["display_name", "\u202eada"], ["admin", true]]) {
    const input: ProfileInput = JSON.parse(JSON.stringify({ [String(field)]: value }));
    const error = await assertRejects(() => updateProfile(chat, actor, input), ChatError);
    assertEquals([error.code, error.field], ["invalid", String(field)]);
  }
});

Deno.test("searchUsers() finds by username in any case, by its beginning, and by a part of the display name", async () => {
  await using chat = await openTestChat();
  await addAccount(chat, "ada");
  const { actor } = await enter(chat, "ada");
  for (const name of ["adam", "bob", "carol"]) await addPerson(chat, name);
  await updateProfile(chat, actor, { display_name: "Countess Lovelace" });
  const search = async (query: string, limit?: number) =>
    (await searchUsers(chat, actor, { query, limit })).map(({ username }) => username);
  assertEquals(await search("ADA"), ["ada", "adam"]);
  assertEquals(await search("lovel"), ["ada"]);
  assertEquals(await search("o"), ["ada", "bob", "carol"]);
  assertEquals(await search("", 2), ["ada", "adam"]);
  assertEquals(await search("zzz"), []);
  assertEquals((await search("", 1e9)).length, 4);
});

Deno.test("directory: each profile is read once, and an unknown user has a placeholder", async () => {
  await using chat = await openTestChat();
  await addPerson(chat, "ada");
  let reads = 0;
  const getMany = chat.kv.getMany.bind(chat.kv);
  chat.kv.getMany = (wanted) => {
    reads += wanted.filter(([family]) => family === "user").length; // the chat itself reads other keys meanwhile
    return getMany(wanted);
  };
  const directory = new Directory(chat.kv, chat.bus);
  assertEquals(directory.get("ada"), undefined);
  const found = await directory.many(["ada", "ghost", "ada"]);
  assertEquals([...found.keys()], ["ada", "ghost"]);
  assertEquals(found.get("ghost"), {
    id: "ghost",
    username: "unknown",
    display_name: "Deleted user",
    color: COLORS[23],
  });
  assertEquals(directory.get("ada")?.username, "ada");
  await directory.many(["ada"]);
  assertEquals(reads, 2);
  directory.close();
});

Deno.test("directory: a profile that changes during its read is not overwritten by the older one", async () => {
  await using chat = await openTestChat();
  await addPerson(chat, "ada");
  const record = (await chat.kv.get(keys.user("ada"))).value;
  assert(record !== null);
  const { id, username, color } = record;
  const directory = new Directory(chat.kv, chat.bus);
  const reading = directory.many(["ada"]);
  chat.bus.publish({ type: "profile", user: { id, username, color, display_name: "new" } });
  assertEquals((await reading).get("ada")?.display_name, "new");
  assertEquals(directory.get("ada")?.display_name, "new");
  directory.close();
});

Deno.test("[D5] directory: a read under way when the signal of a change was lost is not kept", async () => {
  await using chat = await openTestChat();
  await addPerson(chat, "ada");
  for (const signal of [{ type: "stale", of: "profile", id: "ada" }, { type: "lapse" }] satisfies Signal[]) {
    const directory = new Directory(chat.kv, chat.bus);
    const reading = directory.many(["ada"]);
    chat.bus.publish(signal);
    await reading;
    assertEquals(directory.get("ada"), undefined);
    directory.close();
  }
});

Deno.test("[D7] directory: the cache is bounded and keeps the most recently used", async () => {
  await using chat = await openTestChat();
  for (const name of ["a", "b", "c"]) await addPerson(chat, name);
  const directory = new Directory(chat.kv, chat.bus, 2);
  await directory.many(["a", "b"]);
  directory.get("a");
  await directory.many(["c"]);
  assertEquals(["a", "b", "c"].map((id) => directory.get(id) !== undefined), [true, false, true]);
  directory.close();
});
