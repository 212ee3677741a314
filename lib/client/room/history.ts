/** Moves a room's window over its history. All functions reject with ChatError if the page could not be loaded. */
import { readHistory } from "../connection/page_api.ts";
import type { Requests } from "../connection/requests.ts";
import type { RoomState } from "./room_state.ts";

const LIMIT = 50;

export function loadOlder(requests: Requests, room: RoomState): Promise<void> {
  return room.pages.older(() => readHistory(requests, room.id, { before: room.firstShownSeq, limit: LIMIT }));
}

export function loadNewer(requests: Requests, room: RoomState): Promise<void> {
  return room.pages.newer(() => readHistory(requests, room.id, { after: room.lastShownSeq, limit: LIMIT }));
}

/** Loads the newest page, unless the window ends with it already. False: the reader went elsewhere meanwhile. */
export async function loadLatest(requests: Requests, room: RoomState): Promise<boolean> {
  room.setFollowing(true);
  if (!room.hasNewer.peek()) return true;
  // A snapshot also ends with the newest page.
  return await room.pages.jump(async () => ({
    ...await readHistory(requests, room.id, { limit: LIMIT }),
    has_newer: false,
  })) !==
    "overtaken";
}

/** Loads a window with this seq in its middle, unless the present one contains it. False: the reader went elsewhere. */
export async function loadAround(requests: Requests, room: RoomState, seq: number): Promise<boolean> {
  while (!room.shows(seq)) {
    room.setFollowing(false);
    const became = await room.pages.jump(() => pageAround(requests, room.id, seq));
    if (became !== "reset") return became === "arrived";
  }
  return true;
}

async function pageAround(requests: Requests, roomId: string, seq: number) {
  const [before, after] = await Promise.all([
    readHistory(requests, roomId, { before: seq + 1, limit: LIMIT }),
    readHistory(requests, roomId, { after: seq, limit: LIMIT }),
  ]);
  return {
    events: [...before.events, ...after.events],
    mine: { ...before.mine, ...after.mine },
    has_more: before.has_more,
    has_newer: after.has_more,
  };
}
