/** Registrations on a real server that is killed in the middle of them. */
import { assert, assertEquals } from "@std/assert";
import { getJson, post, signIn } from "../support/client.ts";
import { startProcess } from "../support/server_process.ts";

const NAMES = Array.from({ length: 24 }, (_, i) => `person${i}`);
const password = "correct horse battery";

/** The status, or 0 where the server died under it. */
async function register(origin: string, username: string): Promise<number> {
  try {
    const response = await post(origin, "/api/users", { username, password });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}

Deno.test("registration: after kill -9 among registrations each account is complete or absent, and one is the administrator", async () => {
  const dataDir = await Deno.makeTempDir();
  try {
    const acknowledged = new Set<string>();
    {
      await using server = await startProcess(dataDir);
      const enough = Promise.withResolvers<void>();
      const attempts = NAMES.map(async (name) => {
        if (await register(server.origin, name) !== 201) return;
        acknowledged.add(name);
        if (acknowledged.size === 6) enough.resolve();
      });
      await enough.promise;
      await server.kill();
      await Promise.all(attempts);
    }
    await using server = await startProcess(dataDir);
    let administrators = 0;
    for (const name of NAMES) {
      const status = await register(server.origin, name);
      if (acknowledged.has(name)) assertEquals(status, 409, name);
      assert(status === 201 || status === 409, `${name}: ${status}`);
      const session = await signIn(server.origin, name);
      const { rooms } = await getJson(server.origin, "/api/rooms", session);
      assertEquals(rooms.map((room: { id: string }) => room.id), ["general"], name);
      if (session.user.admin) administrators++;
    }
    assertEquals(administrators, 1);
    const { rooms } = await getJson(server.origin, "/api/rooms", await signIn(server.origin, NAMES[0] ?? ""));
    assertEquals([rooms[0].members, rooms[0].seq], [NAMES.length, NAMES.length]);
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
