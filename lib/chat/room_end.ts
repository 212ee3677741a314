/** The end of rooms that nobody is in: administrators have 30 days to give them an owner, then they are ended. */
import { noSuchRoom } from "../kv/append.ts";
import { dueJob } from "../kv/due.ts";
import type { RunningJob } from "../kv/job.ts";
import { type Job, keys } from "../kv/keys.ts";
import type { Put } from "../kv/kv.ts";
import { ChatError } from "../errors.ts";
import type { Chat } from "./chat.ts";

export const EMPTY_MS = 30 * 86_400_000;

/** Due when a room whose last event was at `at` has been empty for long enough. */
export function endOfEmpty(roomId: string, at: number): Put {
  return dueJob({ kind: "end_room", room_id: roomId }, at + EMPTY_MS);
}

/**
 * Ends the room if nobody came back. The rule looks at the head, and removes the job in the atomic that ends the room;
 * where something happened in the room meanwhile, the job comes back later.
 */
export async function endEmptyRoom(
  chat: Chat,
  running: RunningJob,
  { room_id }: Extract<Job, { kind: "end_room" }>,
): Promise<Put[]> {
  try {
    const before = chat.clock.now() - EMPTY_MS;
    const { changed } = await chat.appender.append(room_id, { type: "end_empty", before, job: [...running.key] });
    if (changed) running.isFinished = true;
  } catch (error) {
    if (!(error instanceof ChatError) || error.code !== noSuchRoom(room_id).code) throw error;
    return [];
  }
  const head = (await chat.kv.get(keys.head(room_id))).value;
  const isOpen = !running.isFinished && head !== null && head.members === 0 && head.at > chat.clock.now() - EMPTY_MS;
  return isOpen ? [endOfEmpty(room_id, head.at)] : [];
}
