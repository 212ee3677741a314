/** What is due beside the sweeper's work, by way of the append queue. */
import type { Chat } from "./chat.ts";
import { finishDeletions } from "./deletion.ts";
import { trimRooms } from "./retention.ts";

/** One pass. What fails holds nothing else up. */
export async function upkeep(chat: Chat): Promise<void> {
  const failure = await trimRooms(chat).then(() => undefined, (error: unknown) => ({ error }));
  await finishDeletions(chat);
  if (failure !== undefined) throw failure.error;
}
