/** What somebody is writing in a room, for their other devices. */
import { keys } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Actor, DraftRecord } from "../../protocol/model.ts";
import type { UserChange } from "../../protocol/frames.ts";
import type { Chat } from "../chat.ts";
import { busy, pause } from "../sign_in/session_ends.ts";
import { readAsMember, requireMember } from "../rooms/membership.ts";

const NONE: DraftRecord = { content: "", at: 0 };

export async function readDraft(chat: Chat, actor: Actor, roomId: string): Promise<DraftRecord> {
  const { value } = await readAsMember(chat, actor, roomId, () => chat.kv.get(keys.draft(actor.user_id, roomId)));
  return value ?? NONE;
}

interface DraftInput {
  room_id: string;
  content: string;
  /** null: it answers nothing. Left out, as older pages do: what it answers stays, until the draft is emptied. */
  reply_to?: string | null | undefined;
  /** When it was written; now by default. */
  at?: number | undefined;
}

/** Keeps a draft unless a later one is there (`saved`: false, with that one's time). My other devices hear of it. */
export async function saveDraft(
  chat: Chat,
  actor: Actor,
  input: DraftInput,
): Promise<{ at: number; saved: boolean }> {
  const { room_id, content } = input;
  await requireMember(chat, actor, room_id);
  const now = chat.clock.now();
  // a device whose clock is ahead must not win for ever
  const at = Math.min(input.at ?? now, now);
  const key = keys.draft(actor.user_id, room_id);
  for (let tries = 0; tries < 20; tries++) {
    if (tries > 0) await pause(tries);
    const { value, versionstamp } = await chat.kv.get(key);
    if (value !== null && value.at > at) return { at: value.at, saved: false };
    const before = value?.reply_to;
    const answers = input.reply_to === undefined ? (content === "" ? undefined : before) : input.reply_to ?? undefined;
    if ((value?.content ?? "") === content && answers === before) return { at: value?.at ?? at, saved: true };
    const { reply_to: _, ...kept } = value ?? NONE;
    const replyTo = answers === undefined ? {} : { reply_to: answers };
    const record: DraftRecord = { ...kept, content, at, ...replyTo };
    const done = await chat.kv.commit({ checks: [{ key, versionstamp }], set: [put(key, record)] });
    if (done === null) continue;
    const frame: UserChange = { type: "user", change: "draft", room_id, content, at, ...replyTo };
    chat.bus.publish({ type: "user", user_id: actor.user_id, line: JSON.stringify(frame) });
    return { at, saved: true };
  }
  throw busy();
}
