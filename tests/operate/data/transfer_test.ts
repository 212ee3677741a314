import { assert, assertEquals, assertRejects } from "@std/assert";
import { deleteAccount } from "../../../lib/chat/people/deletion.ts";
import { sendMessage } from "../../../lib/chat/messages/messages.ts";
import { openDirect } from "../../../lib/chat/rooms/rooms.ts";
import { getSettings, updateSettings } from "../../../lib/chat/people/settings.ts";
import { systemClock } from "../../../lib/base/clock.ts";
import { exportTo, importFrom } from "../../../lib/operate/data/transfer.ts";
import { keys } from "../../../lib/store/keys.ts";
import { put } from "../../../lib/store/kv.ts";
import { addAccount, enter } from "../../support/accounts.ts";
import { openTestChat } from "../../support/chat.ts";
import { withDir } from "../../support/with_dir.ts";
import { upkeep } from "../../support/upkeep.ts";

const at = (kvPath: string) => ({ kvPath, files: "kv" as const, s3: undefined });
const linesOf = async (folder: string) => (await Deno.readTextFile(`${folder}/parley.ndjson`)).split("\n");

Deno.test("transfer: an import has exactly the exported data, whatever people wrote, chose and deleted", async () => {
  await withDir(async (dir) => {
    const levels = [{ "$integer": "all" }, { "$base64": "nothing" }, { "$$integer": "all" }, { "$": "all" }] as const;
    {
      await using chat = await openTestChat({ config: { kvPath: `${dir}/a.db` } });
      for (const name of ["root", "gone", ...levels.keys().map((i) => `p${i}`)]) await addAccount(chat, name);
      const [root, gone] = [(await enter(chat, "root")).actor, (await enter(chat, "gone")).actor];
      const { id } = await openDirect(chat, gone, root.user_id);
      for (const room_id of ["general", id]) await sendMessage(chat, gone, { room_id, content: "\ud800 \0 😀" });
      for (const [i, room_levels] of levels.entries()) {
        await updateSettings(chat, (await enter(chat, `p${i}`)).actor, { room_levels });
      }
      const unfinished = {
        id: "unfinished",
        name: "a",
        type: "text/plain",
        size: 9,
        owner: root.user_id,
        created_at: 1,
      };
      const record = { ...unfinished, state: "uploading", store: "kv" } as const;
      await chat.kv.commit({
        set: [
          put(keys.file(record.id), record),
          put(keys.fileUsage(record.owner), { bytes: record.size }),
          put(keys.chunk(record.id, 0), new Uint8Array(5)),
        ],
      });
      await deleteAccount(chat, root, gone.user_id, false);
      await upkeep(chat);
    }
    await exportTo(at(`${dir}/a.db`), `${dir}/one`, systemClock);
    await importFrom(`${dir}/one`, at(`${dir}/b.db`), "now", systemClock);
    await exportTo(at(`${dir}/b.db`), `${dir}/two`, systemClock);
    assertEquals(await linesOf(`${dir}/two`), await linesOf(`${dir}/one`));
    assertEquals([...Deno.readDirSync(`${dir}/one/files`)], [], "an upload that is not done has no bytes there");
    await using chat = await openTestChat({ config: { kvPath: `${dir}/b.db` } });
    assertEquals((await chat.kv.get(keys.file("unfinished"))).value?.state, "uploading");
    for (const [i, room_levels] of levels.entries()) {
      const { actor } = await enter(chat, `p${i}`);
      assertEquals((await getSettings(chat, actor.user_id)).room_levels, { ...room_levels });
    }
  });
});

Deno.test("transfer: a record that comes as bytes is refused, and the import leaves nothing", async () => {
  await withDir(async (dir) => {
    {
      await using chat = await openTestChat({ config: { kvPath: `${dir}/a.db` } });
      await addAccount(chat, "root");
    }
    await exportTo(at(`${dir}/a.db`), `${dir}/one`, systemClock);
    const lines = (await linesOf(`${dir}/one`)).map((line) => {
      const entry = JSON.parse(line || "{}");
      return entry.type === "head" ? JSON.stringify({ type: "head", key: entry.key, bytes: 3 }) : line;
    });
    await Deno.writeTextFile(`${dir}/one/parley.ndjson`, lines.join("\n"));
    await Deno.writeTextFile(`${dir}/one/files/head-general`, "abc");
    const error = await assertRejects(() => importFrom(`${dir}/one`, at(`${dir}/b.db`), "now", systemClock));
    assert(error instanceof Error && error.message.includes("a head cannot come as bytes"), String(error));
    assertEquals(
      [...Deno.readDirSync(dir)].filter(({ name }) => name.startsWith("b.db") && !name.endsWith(".lock")),
      [],
    );
  });
});

Deno.test("transfer: an export with an endless line, or with a chunk's bytes in a line, is refused", async () => {
  await withDir(async (dir) => {
    {
      await using chat = await openTestChat({ config: { kvPath: `${dir}/a.db` } });
      await addAccount(chat, "root");
    }
    await exportTo(at(`${dir}/a.db`), `${dir}/one`, systemClock);
    const [header = "", ...lines] = await linesOf(`${dir}/one`);
    const refusal = async (text: string) => {
      await Deno.writeTextFile(`${dir}/one/parley.ndjson`, text);
      const error = await assertRejects(() => importFrom(`${dir}/one`, at(`${dir}/b.db`), "now", systemClock), Error);
      assertEquals(
        [...Deno.readDirSync(dir)].filter(({ name }) => name.startsWith("b.db") && name !== "b.db.lock"),
        [],
      );
      return error.message;
    };
    const chunk = JSON.stringify({ type: "chunk", key: ["f", 0], value: "text" });
    assert((await refusal([header, chunk, ...lines].join("\n"))).includes("line 2: a chunk must come as bytes"));
    assert((await refusal(`${header}\n${"x".repeat(5_000_000)}`)).includes("longer than any entry"));
  });
});
