import { keys } from "../../store/keys.ts";
import type { Actor } from "../../protocol/model.ts";
import type { Chat } from "../chat.ts";

/** When the actor's session record ends, in milliseconds, as it now stands (use prolongs it); null: it has ended. */
export async function sessionEnd(chat: Chat, actor: Actor): Promise<number | null> {
  const session = (await chat.kv.get(keys.session(actor.user_id, actor.session_id))).value;
  return session === null || session.expires_at <= chat.clock.now() ? null : session.expires_at;
}
