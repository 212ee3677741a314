/** The room `general` as bare records, for tests of the log and of stores without a chat. */
import { emptyHead } from "../../lib/log/draft.ts";
import { keys } from "../../lib/store/keys.ts";
import { type Put, put } from "../../lib/store/kv.ts";

/** The room, without messages, and its members. */
export function generalRoom(people: string[] = ["ada"]): Put[] {
  return [
    put(keys.room("general"), {
      id: "general",
      kind: "public",
      name: "general",
      topic: "",
      created_by: "",
      created_at: 0,
    }),
    put(keys.head("general"), { ...emptyHead(0), members: people.length }),
    ...people.map((user_id) =>
      put(keys.member("general", user_id), { user_id, role: "member", state: "joined", since: 0 })
    ),
  ];
}
