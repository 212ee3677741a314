/** Moving a room's window over its history. All reject with ChatError where the page could not be had. */
import type { Api } from "./api.ts";
import type { RoomState } from "./room_state.ts";

const LIMIT = 50;

export function loadOlder(api: Api, room: RoomState): Promise<void> {
  return room.loadOlder((before) => api.history(room.id, { before, limit: LIMIT }));
}

export function loadNewer(api: Api, room: RoomState): Promise<void> {
  return room.loadNewer((after) => api.history(room.id, { after, limit: LIMIT }));
}

/** The newest page, unless the window ends with it already. */
export async function loadLatest(api: Api, room: RoomState): Promise<void> {
  room.setFollowing(true);
  if (!room.hasNewer.peek()) return;
  await room.jump(async () => ({ ...await api.history(room.id, { limit: LIMIT }), has_newer: false }));
}

/** A window with this seq in its middle, unless the present one reaches over it. */
export async function loadAround(api: Api, room: RoomState, seq: number): Promise<void> {
  if (room.shows(seq)) return;
  room.setFollowing(false);
  await room.jump(async () => {
    const [before, after] = await Promise.all([
      api.history(room.id, { before: seq + 1, limit: LIMIT }),
      api.history(room.id, { after: seq, limit: LIMIT }),
    ]);
    return {
      events: [...before.events, ...after.events],
      mine: { ...before.mine, ...after.mine },
      has_more: before.has_more,
      has_newer: after.has_more,
    };
  });
}
