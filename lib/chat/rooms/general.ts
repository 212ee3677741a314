import { emptyHead } from "../../log/draft.ts";
import { keys } from "../../store/keys.ts";
import { likenessesOf } from "../../protocol/text/lookalike.ts";
import { put } from "../../store/kv.ts";
import type { Chat } from "../chat.ts";

/** Makes the first room, where it is missing: everybody who registers joins it. */
export async function ensureGeneral(chat: Pick<Chat, "kv" | "clock">): Promise<void> {
  const at = chat.clock.now();
  const id = "general";
  const claims = (await likenessesOf("general")).map((likeness) =>
    put(keys.roomName(likeness), { room_id: id, by: "" })
  );
  await chat.kv.commit({
    checks: [{ key: keys.room(id), versionstamp: null }],
    set: [
      put(keys.room(id), { id, kind: "public", name: "general", topic: "", created_by: "", created_at: at }),
      put(keys.publicRoom(id), true as const),
      ...claims,
      put(keys.head(id), emptyHead(at)),
    ],
  });
}
