/** What somebody is writing in a room, for their other devices. */
import { change } from "../../store/change.ts";
import { keys } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import type { Actor, DraftRecord } from "../../protocol/model.ts";
import type { UserChange } from "../../protocol/frames.ts";
import type { Chat } from "../chat.ts";
import { readAsMember, requireMember } from "../rooms/membership.ts";

const NONE: DraftRecord = { content: "", at: 0 };

export async function readDraft(chat: Chat, actor: Actor, roomId: string): Promise<DraftRecord> {
  const { value } = await readAsMember(chat, actor, roomId, () => chat.kv.get(keys.draft(actor.user_id, roomId)));
  return value ?? NONE;
}

interface DraftInput {
  room_id: string;
  content: string;
  /** null: the draft answers no message. Left out (by older pages): the stored value stays until the draft is emptied. */
  reply_to?: string | null | undefined;
  /** When it was written; now by default. */
  at?: number | undefined;
}

/** Saves a draft unless a later one is stored (`saved`: false, and the later one's time). Tells my other devices. */
export async function saveDraft(
  chat: Chat,
  actor: Actor,
  input: DraftInput,
): Promise<{ at: number; saved: boolean }> {
  const { room_id, content } = input;
  await requireMember(chat, actor, room_id);
  const now = chat.clock.now();
  // clock skew: a device whose clock is ahead must not win for ever
  const at = Math.min(input.at ?? now, now);
  const { result: { draft, ...saved }, changed } = await change(
    chat.kv,
    [keys.draft(actor.user_id, room_id)],
    ({ key, value }) => {
      const draft = value ?? NONE;
      if (draft.at > at) return { result: { draft, at: draft.at, saved: false } };
      const before = value?.reply_to;
      const answers = input.reply_to === undefined
        ? (content === "" ? undefined : before)
        : input.reply_to ?? undefined;
      if (draft.content === content && answers === before) {
        return { result: { draft, at: value?.at ?? at, saved: true } };
      }
      const { reply_to: _, ...kept } = draft;
      const record: DraftRecord = { ...kept, content, at, ...(answers === undefined ? {} : { reply_to: answers }) };
      return { result: { draft: record, at, saved: true }, write: { set: [put(key, record)] }, proof: "repeatable" };
    },
  );
  if (!changed) return saved;
  const replyTo = draft.reply_to === undefined ? {} : { reply_to: draft.reply_to };
  const frame: UserChange = {
    ...{ type: "user", change: "draft", room_id, content: draft.content, at: draft.at },
    ...replyTo,
  };
  chat.bus.publish({ type: "user", user_id: actor.user_id, line: JSON.stringify(frame) });
  return saved;
}
