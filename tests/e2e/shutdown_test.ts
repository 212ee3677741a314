/** A stop, whatever the store does. */
import { assert, assertEquals } from "../support/assert.ts";
import { post, signUp, TestSocket } from "../support/client.ts";
import { openKvConnect } from "../support/kv_connect.ts";
import { startProcess } from "../support/server_process.ts";

const STOP_MS = 4_000;

Deno.test("SIGTERM while the store does not answer ends the server within 4 s, with commands in flight", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await using store = await openKvConnect();
    await using server = await startProcess(dir, { KV_URL: store.url });
    const ada = await signUp(server.origin, "ada");
    const socket = await TestSocket.open(server.origin, ada);
    await socket.command({ type: "join_room", room_id: "general" });
    const { seq } = await socket.command({ type: "chat_message", room_id: "general", content: "there" });
    await socket.command({ type: "mark_read", room_id: "general", seq: seq - 1, unread: true }); // waits to be written
    store.fate = () => "stall";
    const waiting = socket.command({ type: "chat_message", room_id: "general", content: "in flight" }).catch(String);
    const request = post(server.origin, "/api/rooms/general/messages", { content: "too" }, ada).then(
      (response) => response.body?.cancel(),
      () => {},
    );
    const began = performance.now();
    assertEquals(await server.stop(), 0);
    const took = performance.now() - began;
    assert(took < STOP_MS, `${took} ms`);
    await socket.closed;
    await Promise.all([waiting, request]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
