/** What is due beside the sweeper's work, by way of the append queue. */
import type { Chat } from "./chat.ts";
import { finishDeletions } from "./deletion.ts";
import { trimRooms } from "./retention.ts";

/** One pass. */
export async function upkeep(chat: Chat): Promise<void> {
  await trimRooms(chat);
  await finishDeletions(chat);
}
