import { emptyHead } from "../../log/draft.ts";
import { keys } from "../../store/keys.ts";
import { claimKeys } from "../../store/room_names.ts";
import { put } from "../../store/kv.ts";
import type { Chat } from "../chat.ts";

/** Makes the first room, where it is missing: everybody who registers joins it. */
export async function ensureGeneral(chat: Pick<Chat, "kv" | "clock">): Promise<void> {
  const at = chat.clock.now();
  const id = "general";
  // at nearly every start it is there: nothing more is loaded for it then
  if ((await chat.kv.get(keys.room(id))).value !== null) return;
  const claims = (await claimKeys(id)).map((key) => put(key, { room_id: id, by: "" }));
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
