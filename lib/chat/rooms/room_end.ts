/** The end of rooms that nobody is in: administrators have 30 days to give them an owner, then they are ended. */
import { noSuchRoom } from "../../log/no_such_room.ts";
import { EMPTY_MS, endOfEmpty } from "../../log/rules/room_end.ts";
import type { RunningJob } from "../../store/jobs/running_job.ts";
import { type Job, keys } from "../../store/keys.ts";
import type { Put } from "../../store/kv.ts";
import { ChatError } from "../../base/errors.ts";
import type { Chat } from "../chat.ts";

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
