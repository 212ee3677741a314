/** Pinning messages to the top of a room, and taking them off. */
import { ChatError } from "../../base/errors.ts";
import { seqOf } from "../../base/ids.ts";

import type { ActorContext } from "../command.ts";
import type { Draft } from "../draft.ts";
import { keys } from "../../store/keys.ts";
import type { MessageItem, Pin } from "../../protocol/model.ts";
import { LIMITS } from "../../protocol/limits.ts";
import {
  actsAsAdmin,
  addChange,
  addItem,
  gone,
  memberOf,
  messageAt,
  nextChange,
  nextItem,
  type Of,
  RANK,
  requireMaySpeak,
  type Rule,
  unchanged,
} from "./support.ts";

export const pin: Rule<Of<"pin">> = {
  needs: (roomId, { user_id, target }) => [
    keys.member(roomId, user_id),
    keys.item(roomId, seqOf(target)),
    keys.pins(roomId),
  ],
  apply(draft, { user_id, target, op, by_admin }, suffix) {
    mayPin(draft, user_id, by_admin);
    const item = messageAt(draft, target);
    if (item.deleted !== undefined) throw gone(target);
    if ((item.pinned !== undefined) === (op === "add")) return unchanged(draft, item);
    const pins = pinsOf(draft);
    if (op === "remove") {
      const change = nextChange(draft, user_id, suffix, target);
      const { pinned: _, ...rest } = item;
      const unpinned: MessageItem = rest;
      draft.set(keys.item(draft.roomId, item.seq), unpinned);
      draft.set(keys.pins(draft.roomId), pins.filter(({ seq }) => seq !== item.seq));
      return addChange(draft, { ...change, kind: "unpin" }, unpinned);
    }
    if (pins.length >= LIMITS.pins_per_room) {
      throw new ChatError(
        "limit_reached",
        `A room has at most ${LIMITS.pins_per_room} pinned messages: unpin one first.`,
      );
    }
    const base = nextItem(draft, user_id, suffix, 0);
    draft.set(keys.item(draft.roomId, item.seq), { ...item, pinned: true });
    draft.set(keys.pins(draft.roomId), [...pins, { seq: item.seq, by: user_id, at: base.at }]);
    return addItem(draft, { ...base, kind: "pin", message_id: target });
  },
};

/** Removes the pin of a message that is deleted. */
export function dropPin(draft: Draft, item: MessageItem): void {
  if (item.pinned !== undefined) {
    draft.set(keys.pins(draft.roomId), pinsOf(draft).filter(({ seq }) => seq !== item.seq));
  }
}

/** The pins whose message is still in the log. */
function pinsOf(draft: Draft): Pin[] {
  return (draft.get(keys.pins(draft.roomId)) ?? []).filter(({ seq }) => seq > draft.head.floor);
}

function mayPin(draft: Draft, userId: string, byAdmin: ActorContext["by_admin"]): void {
  if (actsAsAdmin(draft, userId, byAdmin)) return;
  const member = memberOf(draft, userId, "pin messages in it");
  requireMaySpeak(draft, member);
  if (draft.room.kind !== "direct" && RANK[member.role] < RANK.moderator) {
    throw new ChatError("forbidden", "Only a moderator of the room may pin messages.");
  }
}
