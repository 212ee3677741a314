import { assertEquals } from "@std/assert";
import { updateProfile } from "../../lib/chat/people/profiles.ts";
import { removeMember } from "../../lib/chat/rooms/members.ts";
import { createRoom } from "../../lib/chat/rooms/rooms.ts";
import { joinRoom } from "../../lib/chat/rooms/members.ts";
import { FakeClock } from "../../lib/base/clock.ts";
import { ChatError } from "../../lib/base/errors.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { openServer, type ServerOptions, type TestServer } from "./support.ts";
import { type TestSocket } from "../support/client.ts";
import { until } from "../support/until.ts";

/** ada and bert share a room; carl shares none with them. */
async function world(options: Omit<ServerOptions, "transport">) {
  const server = await openServer({ transport: "native", ...options });
  const { chat } = server;
  const [ada, bert, carl] = [await server.person("ada"), await server.person("bert"), await server.person("carl")];
  const { id } = await createRoom(chat, ada.actor, { name: "ops", kind: "public" });
  await joinRoom(chat, bert.actor, id);
  for (const { actor } of [ada, carl]) await removeMember(chat, actor, "general", actor.user_id);
  return { server, ada, bert, carl, clients: { bert: await server.open(bert), carl: await server.open(carl) } };
}

/** The names that a client was told, once all that was sent to it before is here. */
async function toldTo(client: TestSocket): Promise<string[]> {
  await client.command({ type: "ping" });
  return client.frames.filter(({ type }) => type === "user_updated").map(({ user }) => user.display_name);
}

const rename = (server: TestServer, { actor }: { actor: Parameters<typeof updateProfile>[1] }, display_name: string) =>
  updateProfile(server.chat, actor, { display_name });

for (const here of [false, true]) {
  const who = here ? "somebody with a socket here" : "somebody without a socket here";
  Deno.test(`[S4] profiles: twenty changes a second of ${who} become one frame a second, only for users who share a room`, async () => {
    const clock = new FakeClock();
    const { server, ada, clients: { bert, carl } } = await world({ clock });
    await using _ = server;
    if (here) await server.open(ada);
    for (let second = 0; second < 3; second++) {
      for (let i = 0; i < 20; i++) await rename(server, ada, `Ada ${second}.${i}`);
      // the first change is told at once, the last one a second later
      await until(async () => (await toldTo(bert)).length === second + 1);
      clock.tick(1_000);
    }
    await until(async () => (await toldTo(bert)).at(-1) === "Ada 2.19");
    assertEquals((await toldTo(bert)).length, 4);
    clock.tick(5_000);
    assertEquals((await toldTo(bert)).length, 4, "what was told is not told again");
    await rename(server, ada, "Ada");
    // the tick may have made the control log stale: then it is told a second after that reads again
    await until(async () => {
      clock.tick(500);
      return (await toldTo(bert)).length === 5;
    });
    assertEquals((await toldTo(bert)).at(-1), "Ada");
    assertEquals(await toldTo(carl), []);
    assertEquals(server.errors, []);
  });
}

Deno.test("profiles: a change is sent once the user's rooms can be read, where the first read fails", async () => {
  const clock = new FakeClock();
  let broken = false;
  let refused = 0;
  const wrapKv = (kv: Kv): Kv =>
    alteredKv(kv, {
      list(range, options) {
        if (!broken || !("prefix" in range) || range.prefix[0] !== "joined") return kv.list(range, options);
        refused++;
        return Promise.reject(new ChatError("storage_unavailable", "test"));
      },
    });
  const { server, ada, clients: { bert, carl } } = await world({ clock, wrapKv });
  await using _ = server;
  broken = true;
  await rename(server, ada, "Ada L.");
  await until(() => refused > 0);
  assertEquals(await toldTo(bert), []);
  broken = false;
  await until(async () => {
    clock.tick(500);
    return (await toldTo(bert)).length > 0;
  });
  assertEquals([await toldTo(bert), await toldTo(carl)], [["Ada L."], []]);
});
