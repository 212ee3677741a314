/** Pages of a room's history that work without scripts: before or after an event, or around a message. */
import type { Chat } from "../chat/chat.ts";
import { readHistory } from "../chat/messages/history.ts";
import { seqOf } from "../base/ids.ts";
import type { Actor, RoomEvent } from "../protocol/model.ts";

export interface ArchivePage {
  events: RoomEvent[];
  has_more: boolean;
  has_newer?: boolean;
}

const PAGE = 50;

/** The part of the history that the address asks for; null if it asks for the room itself. */
export async function readArchive(
  chat: Chat,
  actor: Actor,
  roomId: string,
  query: URLSearchParams,
): Promise<ArchivePage | null> {
  const before = seqIn(query, "before");
  if (before !== null) return await readHistory(chat, actor, roomId, { before, limit: PAGE });
  const after = seqIn(query, "after");
  if (after !== null) {
    const { events, has_more } = await readHistory(chat, actor, roomId, { after, limit: PAGE });
    return { events, has_more: after > 0, has_newer: has_more };
  }
  const around = messageIn(query, "around");
  if (around === "") return null;
  const seq = seqOf(around);
  const [earlier, later] = await Promise.all([
    readHistory(chat, actor, roomId, { before: seq + 1, limit: PAGE / 2 }),
    readHistory(chat, actor, roomId, { after: seq, limit: PAGE / 2 }),
  ]);
  return { events: [...earlier.events, ...later.events], has_more: earlier.has_more, has_newer: later.has_more };
}

function seqIn(query: URLSearchParams, name: string): number | null {
  const seq = Number(query.get(name) ?? NaN);
  return Number.isSafeInteger(seq) && seq >= 0 ? seq : null;
}

/** A message's id in an address, or "". */
export function messageIn(query: URLSearchParams, name: string): string {
  const id = query.get(name) ?? "";
  return /^[1-9]\d{0,15}-\w{1,40}$/.test(id) ? id : "";
}
