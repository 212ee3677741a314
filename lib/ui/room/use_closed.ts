import { useEffect, useState } from "preact/hooks";
import type { Room } from "../../protocol/model.ts";
import { isForGood } from "../people/mute.ts";
import { useStrings, useTimes } from "../strings/context.ts";
import { useChat } from "../page/context.ts";

/** The longest time of a timer. */
const MOST_MS = 2 ** 31 - 1;

/** Why the reader may not write in a room, as a sentence; null: they may. Changes by itself when a mute ends. */
export function useClosed(room: Room): string | null {
  const chat = useChat();
  const t = useStrings().moderation;
  const times = useTimes();
  const until = room.muted_until;
  const [, again] = useState(0);
  const left = until === undefined ? 0 : Date.parse(until) - Date.now();
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => again((n) => n + 1), Math.min(left + 500, MOST_MS));
    return () => clearTimeout(timer);
  }, [until]);
  if (until !== undefined && left > 0) {
    return isForGood(until) ? t.mutedForGood : t.muted(times.full(until, chat.zone.value));
  }
  return room.read_only && room.role === "member" ? t.readOnly : null;
}
