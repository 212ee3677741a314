import type { Chat } from "../../lib/chat/chat.ts";
import { joinRoom } from "../../lib/chat/rooms/members.ts";
import { put } from "../../lib/store/kv.ts";
import { keys } from "../../lib/store/keys.ts";
import type { Actor } from "../../lib/protocol/model.ts";

/** An account without the cost of a password hash, in `general`; its id is its name. */
export async function addPerson(chat: Chat, name: string, options: { admin?: boolean } = {}): Promise<Actor> {
  const admin = options.admin ?? false;
  await chat.kv.commit({
    set: [
      put(keys.user(name), {
        id: name,
        username: name,
        display_name: name,
        color: "#3e63dd",
        password_hash: "-",
        admin,
        created_at: chat.clock.now(),
      }),
      put(keys.username(name), name),
    ],
  });
  const actor: Actor = {
    user_id: name,
    username: name,
    admin,
    session_id: `${name}-session`,
    by: "cookie",
    expires_at: Number.MAX_SAFE_INTEGER,
  };
  await joinRoom(chat, actor, "general");
  return actor;
}
