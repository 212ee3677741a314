/**
 * The daily pass over all rooms: makes the due keys that are missing (in rooms that an older version made or changed),
 * and finds events that a process did not index before it ended. One process does it, in slices.
 */
import { dueJob } from "../store/jobs/due.ts";
import type { RunningJob } from "../store/jobs/running_job.ts";
import { type Job, keys, ranges } from "../store/keys.ts";
import type { Put } from "../store/kv.ts";
import { GO_ON_MS } from "./store_jobs.ts";
import type { HeadRecord, RoomRecord } from "../protocol/model.ts";
import type { Chat } from "../chat/chat.ts";
import { nextTrim } from "./retention.ts";
import { endOfEmpty } from "../log/rules/room_end.ts";

const DAY = 86_400_000;
const SLICE = 100;
/** Slices in one run; a minute later the pass continues. */
const MAX_SLICES = 50;

/** Returns the job for the next part, or the next day. */
export async function lookAtRooms(
  chat: Chat,
  running: RunningJob,
  job: Extract<Job, { kind: "look_at_rooms" }>,
): Promise<Put[]> {
  const began = job.after === "" ? chat.clock.now() : job.began;
  if (job.after === "") await running.alone();
  let { after } = job;
  for (let slices = 0; slices < MAX_SLICES; slices++) {
    const rooms = await chat.kv.list(ranges.rooms(after), { limit: SLICE });
    const open = rooms.flatMap(({ value }) => value.deleted_at === undefined ? [value] : []);
    const set = await jobsOf(chat, open);
    for (let i = 0; i < set.length; i += SLICE) await running.commit({ set: set.slice(i, i + SLICE) });
    const last = rooms.at(-1)?.value.id;
    if (last === undefined || rooms.length < SLICE) {
      return [dueJob({ kind: "look_at_rooms", began, after: "" }, began + DAY)];
    }
    after = last;
  }
  return [dueJob({ kind: "look_at_rooms", began, after }, chat.clock.now() + GO_ON_MS)];
}

async function jobsOf(chat: Chat, rooms: RoomRecord[]): Promise<Put[]> {
  const [heads, swept, indexed] = await Promise.all([
    chat.kv.getMany(rooms.map(({ id }) => keys.head(id))),
    chat.kv.getMany(rooms.map(({ id }) => keys.swept(id))),
    chat.kv.getMany(rooms.map(({ id }) => keys.indexed(id))),
  ]);
  const jobs = rooms.map(async (room, i): Promise<Put[]> => {
    const head = heads[i]?.value ?? null;
    if (head === null) return [];
    const index = indexed[i]?.value ?? null;
    const isBehind = head.seq > (index?.seq ?? 0) || head.floor > (index?.floor ?? 0) ||
      (index?.garbage.length ?? 0) > 0;
    if (isBehind) chat.indexer?.doubt(room.id);
    return await jobsOfRoom(chat, room, head, swept[i]?.value ?? 0);
  });
  return (await Promise.all(jobs)).flat();
}

async function jobsOfRoom(chat: Chat, room: RoomRecord, head: HeadRecord, swept: number): Promise<Put[]> {
  const trimAt = await nextTrim(chat, room, head);
  return [
    ...(trimAt === undefined ? [] : [dueJob({ kind: "trim_room", room_id: room.id }, trimAt)]),
    ...(head.seq > swept ? [dueJob({ kind: "sweep_sent", room_id: room.id })] : []),
    ...(head.members > 0 || room.id === "general" ? [] : [endOfEmpty(room.id, head.at)]),
  ];
}
