import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openTestApi } from "./support.ts";

Deno.test("a message is sent, read, edited, reacted to and deleted", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const path = "/api/rooms/general/messages";
  const body = { content: "Hello", client_id: "c1" };
  const sent = await api.call("POST", path, { as: ada, body });
  assertEquals(sent.status, 201);
  const again = await api.call("POST", path, { as: ada, body });
  assertEquals([again.status, again.body.id, again.body.duplicate], [200, sent.body.id, true]);

  const one = `${path}/${sent.body.id}`;
  assertEquals((await api.call("PATCH", one, { as: ada, body: { content: "Hi" } })).body.changed, true);
  assertEquals((await api.call("GET", one, { as: ada })).body.content, "Hi");
  const revisions = await api.call("GET", `${one}/revisions`, { as: ada });
  assertEquals(revisions.body.revisions.map((revision: { content: string }) => revision.content), ["Hello"]);
  const thumb = `${one}/reactions/${encodeURIComponent("👍")}`;
  assertEquals((await api.call("PUT", thumb, { as: ada })).body.reactions, [{ emoji: "👍", count: 1 }]);
  assertEquals((await api.call("PUT", thumb, { as: ada })).body.changed, false);
  const page = await api.call("GET", path, { as: ada });
  assertEquals(page.body.mine, { [sent.body.id]: ["👍"] });
  assertEquals((await api.call("DELETE", thumb, { as: ada })).body.reactions, []);
  assertEquals((await api.call("DELETE", one, { as: ada })).body.changed, true);
  assertEquals((await api.call("GET", one, { as: ada })).body.deleted, true);
  assertEquals((await api.call("GET", `${path}/999-abcdefgh`, { as: ada })).code, "no_such_message");
  assertEquals((await api.call("GET", `${path}/junk`, { as: ada })).code, "no_such_message");
});

Deno.test("pages go by seq, their limit is clamped, system events come when asked for", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  for (let i = 1; i <= 5; i++) await api.send(ada, "general", `m${i}`);
  const get = async (query: string) => (await api.call("GET", `/api/rooms/general/messages${query}`, { as: ada })).body;
  const texts = (page: { messages: { content: string }[] }) => page.messages.map(({ content }) => content);
  assertEquals(texts(await get("?limit=2")), ["m4", "m5"]);
  const newest = await get("?limit=2");
  assertEquals(newest.has_more, true);
  assertEquals(texts(await get(`?limit=2&before=${newest.messages[0].seq}`)), ["m2", "m3"]);
  assertEquals(texts(await get(`?after=${newest.messages[0].seq}`)), ["m5"]);
  assertEquals(texts(await get("?limit=0")), ["m5"]);
  assertEquals(texts(await get("?limit=-7")), ["m5"]);
  assertEquals((await get("?limit=100000")).messages.length, 5);
  assertEquals((await get("?include=system")).messages[0].type, "join");
  assertEquals((await api.call("GET", "/api/messages?limit=2", { as: ada })).body.messages.length, 2);
});

Deno.test("[D2] events replay the whole sequence without a gap", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const id = await api.send(ada, "general", "one");
  await api.call("PATCH", `/api/rooms/general/messages/${id}`, { as: ada, body: { content: "two" } });
  const get = (query: string) => api.call("GET", `/api/rooms/general/events${query}`, { as: ada });
  const { body } = await get("");
  assertEquals(body.events.map((event: { seq: number }) => event.seq), [1, 2, 3]);
  assertEquals(body.events.map((event: { type: string }) => event.type), ["join", "chat_message", "message_edited"]);
  assertEquals([body.seq, body.has_more], [3, false]);
  const first = await get("?after=1&limit=1");
  assertEquals([first.body.events.length, first.body.has_more], [1, true]);
  assertEquals((await get("?after=3")).body.events, []);
  assertEquals((await get("?after=4")).code, "conflict");
});

Deno.test("rooms: a stranger gets the same answers for a private room as for one that does not exist", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const bob = await api.person("bob");
  const secret = await api.room(ada, "private");
  const message = await api.send(ada, secret, "hush");
  const missing = secret.replace(/.{4}$/, "0000");
  const table: [method: string, path: string, body?: unknown][] = [
    ["GET", ""],
    ["PATCH", "", { name: "mine" }],
    ["PATCH", "", { name: "" }],
    ["PATCH", "", {}],
    ["DELETE", ""],
    ["GET", "/members"],
    ["GET", "/members?after=a"],
    ["POST", "/members", {}],
    ["POST", "/members", { user_id: ada.id }],
    ["POST", "/members", { user_id: "nobody" }],
    ["PATCH", `/members/${ada.id}`, { role: "member" }],
    ["DELETE", `/members/${ada.id}`],
    ["DELETE", `/members/${ada.id}?ban=true`],
    ["DELETE", `/members/${bob.id}`],
    ["GET", "/messages"],
    ["GET", "/messages?after=999999"],
    ["GET", "/events"],
    ["GET", "/events?after=999999"],
    ["POST", "/messages", { content: "let me in" }],
    ["POST", "/messages", { content: "let me in", reply_to: message }],
    ["GET", `/messages/${message}`],
    ["GET", `/messages/${message}/revisions`],
    ["PATCH", `/messages/${message}`, { content: "x" }],
    ["DELETE", `/messages/${message}`],
    ["PUT", `/messages/${message}/reactions/%F0%9F%91%8D`],
    ["DELETE", `/messages/${message}/reactions/%F0%9F%91%8D`],
    ["POST", "/read", { seq: 1 }],
  ];
  for (const [method, path, body] of table) {
    const ask = async (room: string) => {
      const { status, text } = await api.call(method, `/api/rooms/${room}${path}`, { as: bob, body });
      return [status, text.replaceAll(room, "ROOM")];
    };
    const [real, none] = [await ask(secret), await ask(missing)];
    assertEquals(real, none, `${method} ${path}`);
    if (body === undefined || JSON.stringify(body) !== '{"name":""}') assertEquals(real[0], 404, `${method} ${path}`);
  }
  const mine = await api.call("GET", "/api/rooms", { as: bob });
  const browsed = await api.call("GET", "/api/rooms?browse=1", { as: bob });
  assert(!`${mine.text}${browsed.text}`.includes(secret));
});

Deno.test("members: they join, are added, get roles, are banned and leave", async () => {
  await using api = await openTestApi();
  const [ada, bob, eve] = [await api.person("ada"), await api.person("bob"), await api.person("eve")];
  const members = `/api/rooms/${await api.room(ada)}/members`;
  const joined = await api.call("POST", members, { as: bob });
  assertEquals([joined.status, joined.body.role], [200, "member"]);
  const added = await api.call("POST", members, { as: ada, body: { user_id: eve.id } });
  assertEquals([added.status, added.body.username], [201, "eve"]);
  assertEquals(
    (await api.call("PATCH", `${members}/${bob.id}`, { as: bob, body: { role: "owner" } })).code,
    "forbidden",
  );
  const raised = await api.call("PATCH", `${members}/${bob.id}`, { as: ada, body: { role: "moderator" } });
  assertEquals(raised.body.role, "moderator");
  assertEquals((await api.call("DELETE", `${members}/${eve.id}?ban=true`, { as: bob })).status, 204);
  assertEquals((await api.call("POST", members, { as: eve })).code, "forbidden");
  const list = await api.call("GET", members, { as: ada });
  assertEquals(list.body.members.map((one: { username: string }) => one.username).sort(), ["ada", "bob"]);
  assertEquals((await api.call("DELETE", `${members}/${bob.id}`, { as: bob })).status, 204);
});

Deno.test("a room is listed, browsed, renamed, read up to and deleted", async () => {
  await using api = await openTestApi();
  const [ada, bob] = [await api.person("ada"), await api.person("bob")];
  const id = await api.room(ada);
  const browse = await api.call("GET", "/api/rooms?browse=1&limit=1", { as: bob });
  assertEquals([browse.body.rooms.length, browse.body.has_more], [1, true]);
  const next = await api.call("GET", `/api/rooms?browse=1&after=${browse.body.rooms[0].id}`, { as: bob });
  assertEquals(next.body.rooms.length, 1);
  assertEquals((await api.call("PATCH", `/api/rooms/${id}`, { as: ada, body: { topic: "t" } })).body.topic, "t");
  await api.send(ada, id, "one");
  const read = await api.call("POST", `/api/rooms/${id}/read`, { as: ada, body: { seq: 1, unread: true } });
  assertEquals(read.body, { read_seq: 1, read_messages: 0, mentions: [], unshown: [] });
  assertEquals((await api.call("DELETE", `/api/rooms/${id}`, { as: bob })).code, "forbidden");
  assertEquals((await api.call("DELETE", `/api/rooms/${id}`, { as: ada })).status, 204);
  assertEquals((await api.call("GET", `/api/rooms/${id}`, { as: ada })).code, "no_such_room");
});

Deno.test("rooms: a pair has one direct conversation, whose history is found by the other person's id", async () => {
  await using api = await openTestApi();
  const [ada, bob] = [await api.person("ada"), await api.person("bob")];
  const history = `/api/messages/history?user_id=${ada.id}&limit=10`;
  assertEquals((await api.call("GET", history, { as: bob })).body.messages, []);
  const mine = await api.call("POST", "/api/direct", { as: ada, body: { user_id: bob.id } });
  const theirs = await api.call("POST", "/api/direct", { as: bob, body: { user_id: ada.id } });
  assertEquals(mine.body.id, theirs.body.id);
  await api.send(ada, mine.body.id, "psst");
  assertEquals((await api.call("GET", history, { as: bob })).body.messages[0].content, "psst");
  assertEquals((await api.call("POST", "/api/direct", { as: ada, body: { user_id: "x" } })).code, "no_such_user");
});

Deno.test("users: they are found by name, and whether they are online by id", async () => {
  await using api = await openTestApi();
  const [ada, bob] = [await api.person("ada"), await api.person("bob")];
  const found = await api.call("GET", "/api/users?query=bo&limit=5", { as: ada });
  assertEquals(found.body.users.map((one: { id: string }) => one.id), [bob.id]);
  const offline = (id: string) => ({ user_id: id, online: false });
  for (const query of [`user_id=${ada.id}&user_id=${bob.id}`, `user_id=${ada.id},${bob.id},${ada.id}`]) {
    const status = await api.call("GET", `/api/users/status?${query}`, { as: ada });
    assertEquals(status.body, { users: [offline(ada.id), offline(bob.id)] });
  }
  const many = Array.from({ length: 101 }, (_, i) => `u${i}`).join();
  assertEquals((await api.call("GET", `/api/users/status?user_id=${many}`, { as: ada })).code, "invalid");
  assertEquals((await api.call("GET", "/api/users/status", { as: ada })).body.error.field, "user_id");
});

Deno.test("status: nobody learns who is online without sharing a room, or of those who blocked them", async () => {
  await using api = await openTestApi();
  const [ada, bob, eve] = [await api.person("ada"), await api.person("bob"), await api.person("eve")];
  const rooms = ["general"];
  api.chat.presence = { isOnline: (id) => id === bob.id, rooms: () => Iterator.from(rooms) };
  const bobIsOnline = async (as: typeof ada) =>
    (await api.call("GET", `/api/users/status?user_id=${bob.id}`, { as })).body.users[0].online;
  assertEquals(await bobIsOnline(ada), true);
  await api.call("PUT", `/api/me/blocks/${ada.id}`, { as: bob });
  assertEquals(await bobIsOnline(ada), false);
  assertEquals(await bobIsOnline(eve), true);
  await api.call("DELETE", `/api/rooms/general/members/${eve.id}`, { as: eve });
  assertEquals(await bobIsOnline(eve), false);
  const room = (await api.call("POST", "/api/rooms", { as: bob, body: { name: "den", kind: "private" } })).body;
  rooms.push(room.id);
  assertEquals(await bobIsOnline(eve), false, "a room of theirs that one is not in");
  await api.call("POST", `/api/rooms/${room.id}/members`, { as: bob, body: { user_id: eve.id } });
  assertEquals(await bobIsOnline(eve), true);
  const hers = (await api.call("POST", "/api/rooms", { as: eve, body: { name: "attic", kind: "private" } })).body;
  rooms.splice(0, rooms.length, hers.id);
  assertEquals(await bobIsOnline(eve), false, "presence may be behind: the store says who is a member");
});

Deno.test("a numeric room id answers no_such_room and says where rooms are listed", async () => {
  await using api = await openTestApi();
  const ada = await api.person("ada");
  const answer = await api.call("GET", "/api/rooms/1/messages", { as: ada });
  assertEquals([answer.status, answer.code], [404, "no_such_room"]);
  assertStringIncludes(answer.body.error.message, "GET /api/rooms");
});
