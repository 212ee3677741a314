/** What a person could do first on the server, and what of it is done. Nothing is stored: each step is looked up. */
import { keys, lastPart, ranges } from "../../store/keys.ts";
import type { Actor } from "../../protocol/model.ts";
import type { Chat } from "../chat.ts";
import { mayInvite } from "../moderation/server.ts";
import { recoveryCodesLeft } from "../sign_in/recovery.ts";

export interface FirstSteps {
  /** null: the person may not invite. */
  invite: boolean | null;
  picture: boolean;
  /** They made, or joined, a room beside general. */
  room: boolean;
  notifications: boolean;
}

const DAY_MS = 86_400_000;
/** Nobody needs first steps after so long. */
const FIRST_DAYS = 30;
/** Of a person's rooms. */
const LOOKED_AT = 50;

export async function firstSteps(chat: Chat, actor: Actor): Promise<FirstSteps> {
  const { user_id } = actor;
  const [may, invited, user, joined, push] = await Promise.all([
    mayInvite(chat, actor),
    chat.kv.list(ranges.invited(user_id), { limit: 1 }),
    chat.kv.get(keys.user(user_id)),
    chat.kv.list(ranges.joined(user_id), { limit: LOOKED_AT }),
    chat.kv.list(ranges.push(user_id), { limit: 1 }),
  ]);
  const others = joined.map(({ key }) => lastPart(key)).filter((id) => id !== "general");
  const rooms = await chat.kv.getMany(others.map((id) => keys.room(id)));
  return {
    invite: may ? invited.length > 0 : null,
    picture: user.value?.avatar !== undefined,
    room: rooms.some(({ value }) => value !== null && value.kind !== "direct"),
    notifications: push.length > 0,
  };
}

/** What the page suggests to this person now: the first steps at first, recovery codes after their first day. */
export async function suggestions(
  chat: Chat,
  actor: Actor,
  { checklist, suggest_recovery }: { checklist: boolean; suggest_recovery: boolean },
): Promise<{ checklist: boolean; recovery: boolean }> {
  if (!checklist && !suggest_recovery) return { checklist: false, recovery: false };
  const { value: user } = await chat.kv.get(keys.user(actor.user_id));
  const days = (chat.clock.now() - (user?.created_at ?? 0)) / DAY_MS;
  const recovery = suggest_recovery && days >= 1 && await recoveryCodesLeft(chat, actor) === 0;
  return { checklist: checklist && days < FIRST_DAYS, recovery };
}
