/** What all sockets together may hold, and how many there may be (D7). */
import { assert, assertEquals } from "@std/assert";
import { sendMessage } from "../../lib/chat/messages/messages.ts";
import type { Kv } from "../../lib/store/kv.ts";
import { CLOSE } from "../../lib/protocol/close_codes.ts";
import { openServer, type Person, range, type TestServer, TRANSPORTS } from "./support.ts";
import { alteredKv } from "../support/altered_kv.ts";
import { TestSocket } from "../support/client.ts";
import { until } from "../support/until.ts";

const KIB = 1024;

/** Sends 64 KiB at a time until something is so. */
async function flood(server: TestServer, from: Person, isSo: () => boolean): Promise<void> {
  await until(async () => {
    const content = "x".repeat(4_000);
    const sends = range(1, 16).map(() => sendMessage(server.chat, from.actor, { room_id: "general", content }));
    await Promise.all(sends);
    return isSo();
  });
}

/** Resumes where the first socket ended; together they have every event once. Returns the last one's seq. */
async function assertResumes(server: TestServer, person: Person, ended: TestSocket, first: number): Promise<number> {
  const cursor = ended.events().at(-1)?.id;
  const again = await server.open(person);
  await again.join("general", `${server.chat.epoch}:${cursor}`);
  const { seq: last } = await again.say("one more");
  await again.upTo(last);
  assertEquals(again.frames.filter((frame) => frame.type === "reset"), []);
  assertEquals([...ended.seqs(), ...again.seqs()], range(first, last));
  return last;
}

for (const transport of TRANSPORTS) {
  const test = (name: string, run: () => Promise<void>) => Deno.test(`${transport}: ${name}`, run);

  test("[X3] over the limit for all sockets' queues the slowest are closed, the others stay, and all resume without a gap", async () => {
    const config = { maxQueuedBytes: 64 * KIB * KIB, maxQueuedBytesTotal: 512 * KIB };
    await using server = await openServer({ transport, config });
    const [anna, bert, carl] = [
      await server.person("anna"),
      await server.person("bert"),
      await server.person("carl"),
    ];
    const [slow, later, fast] = [await server.open(anna), await server.open(bert), await server.open(carl)];
    await Promise.all([slow.join(), later.join(), fast.join()]);
    const { seq: first } = await fast.say("first");
    await Promise.all([slow, later, fast].map((client) => client.upTo(first)));

    slow.ws.pause();
    await flood(server, carl, () => server.sockets.queuedBytes > 128 * KIB);
    // it has read all that came, or what the kernel holds for it would make it the slowest
    const { seq: mark } = await fast.say("mark");
    await Promise.all([later, fast].map((client) => client.upTo(mark)));
    later.ws.pause(); // the kernel takes what comes for it from now on
    await flood(server, carl, () => server.sockets.readyCount < 3);
    assertEquals(server.sockets.readyCount, 2, "one was enough");
    assert(server.sockets.queuedBytes <= config.maxQueuedBytesTotal);
    slow.ws.resume();
    const { code } = await slow.closed;
    assert(code === CLOSE.too_slow || code === 1006, `closed with ${code}`);
    assertEquals(later.ws.readyState, later.ws.OPEN);
    await assertResumes(server, anna, slow, first);

    await flood(server, carl, () => server.sockets.readyCount === 2);
    later.ws.resume();
    await later.closed;
    const last = await assertResumes(server, bert, later, first);
    await fast.upTo(last);
    assertEquals(fast.seqs(), range(first, last));
    assertEquals(server.errors, []);
  });

  for (const cap of ["maxSocketsPerUser", "maxSocketsPerAddress"] as const) {
    test(`[X5] ${cap}: sockets over it are refused one after the other (429), and at once (${CLOSE.replaced})`, async () => {
      let open = Promise.resolve();
      let looking = 0;
      const wrapKv = (kv: Kv): Kv =>
        alteredKv(kv, {
          get(key) {
            if (key[0] === "session_by_secret") looking++;
            return open.then(() => kv.get(key));
          },
          getMany: (all) => open.then(() => kv.getMany(all)),
        });
      await using server = await openServer({ transport, wrapKv, config: { limits: true, [cap]: 2 } });
      const [anna, bert] = [await server.person("anna"), await server.person("bert")];
      const other = cap === "maxSocketsPerUser" ? anna : bert;
      const first = await server.open(anna);

      // all are looked at before any is in
      const gate = Promise.withResolvers<void>();
      open = gate.promise;
      looking = 0;
      const clients = range(1, 5).map(() => TestSocket.connect(server.origin, other));
      const outcomes = clients.map((client) =>
        Promise.race([
          client.frame((frame) => frame.type === "hello").then(() => "in", () => "ended"),
          client.closed.then(({ code }) => code),
        ])
      );
      await until(() => looking === clients.length);
      gate.resolve();
      const ended = (await Promise.all(outcomes)).filter((outcome) => outcome !== "in");
      assertEquals(ended.length, 4);
      // refused before the upgrade, which a client sees as 1006, or right after it
      assert(ended.every((code) => code === CLOSE.replaced || code === 1006), String(ended));
      if (cap === "maxSocketsPerAddress") assert(ended.every((code) => code === CLOSE.replaced), String(ended));
      await until(() => server.sockets.count === 2);

      const late = TestSocket.connect(server.origin, other);
      assertEquals((await late.refused).status, 429);
      assert(Number((await late.refused).retryAfter) > 0);
      first.ws.close();
      await first.closed;
      await until(() => server.sockets.count === 1);
      await server.open(other);
      for (const client of clients) client.cut();
      await Promise.all(clients.map((client) => client.closed));
      assertEquals(server.errors, []);
    });
  }
}
