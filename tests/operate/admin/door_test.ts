import { assertEquals } from "@std/assert";
import { openAdminDoor } from "../../../lib/operate/admin/door.ts";
import { type AdminRequest, readAnswer, writeLine } from "../../../lib/operate/admin/protocol.ts";
import { createRoom, updateRoom } from "../../../lib/chat/rooms/rooms.ts";
import { openTestChat } from "../../support/chat.ts";
import { addPerson } from "../../support/people.ts";

Deno.test("door: a page of the audit log reaches the operator, however long its reasons and topics are", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await using chat = await openTestChat({ config: { kvPath: `${dir}/parley.db` } });
    await using _door = await openAdminDoor(chat);
    const ada = await addPerson(chat, "ada");
    const { id } = await createRoom(chat, ada, { name: "x", kind: "public" });
    for (let i = 0; i < 110; i++) await updateRoom(chat, ada, id, { topic: `${i}`.padEnd(250, "\u8a71") });
    const conn = await Deno.connect({ transport: "unix", path: `${dir}/parley.sock` });
    await writeLine(conn, { command: "audit" } satisfies AdminRequest);
    const { ok, text } = await readAnswer(conn);
    conn.close();
    assertEquals([ok, text.split("\n").filter((line) => line.includes("room_changed")).length], [true, 100]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
