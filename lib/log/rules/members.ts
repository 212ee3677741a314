/** The rules for changing a member's role, and for muting. */
import { ChatError } from "../../base/errors.ts";
import { keys } from "../../store/keys.ts";
import { actsAsAdmin, addItem, audit, memberOf, nextItem, noChange, type Of, RANK, type Rule } from "./support.ts";

export const role: Rule<Of<"role">> = {
  needs: (roomId, { user_id, by }) => [keys.member(roomId, user_id), keys.member(roomId, by)],
  apply(draft, command, suffix) {
    const { user_id, by, role, by_admin } = command;
    const { head, roomId } = draft;
    if (!actsAsAdmin(draft, by, by_admin) && memberOf(draft, by, "change roles in it").role !== "owner") {
      throw new ChatError("forbidden", "Only an owner of the room may change roles.");
    }
    const memberKey = keys.member(roomId, user_id);
    const present = draft.get(memberKey);
    if (present?.state !== "joined") throw new ChatError("no_such_user", "This person is not a member of the room.");
    if (draft.room.kind === "direct") throw new ChatError("forbidden", "A direct conversation has no roles.");
    if (present.role === role) {
      return noChange(draft);
    }
    if (present.role === "owner" && head.owners <= 1) {
      throw new ChatError("conflict", "A room keeps at least one owner: make another member an owner first.");
    }
    const base = nextItem(draft, user_id, suffix, 0);
    if (role === "owner") head.owners++;
    if (present.role === "owner") head.owners--;
    draft.set(memberKey, { ...present, role });
    audit(draft, suffix, command, { actor: by, act: "role_changed", user_id, detail: role });
    return addItem(draft, { ...base, kind: "role", role, by });
  },
};

export const mute: Rule<Of<"mute">> = {
  needs: (roomId, { user_id, by }) => [keys.member(roomId, user_id), keys.member(roomId, by)],
  apply(draft, command, suffix) {
    const { user_id, by, until, by_admin } = command;
    const admin = actsAsAdmin(draft, by, by_admin);
    const muter = admin ? null : memberOf(draft, by, "mute people in it");
    if (draft.room.kind === "direct") {
      throw new ChatError("forbidden", "Nobody can be muted in a direct conversation: block the person instead.");
    }
    const memberKey = keys.member(draft.roomId, user_id);
    const present = draft.get(memberKey);
    if (present === null || present.state === "banned") {
      throw new ChatError("no_such_user", "This person is not a member of the room.");
    }
    if (muter !== null && (RANK[muter.role] < RANK.moderator || RANK[present.role] >= RANK[muter.role])) {
      throw new ChatError("forbidden", "Only a moderator may mute members, and only those of a lower role.");
    }
    const lifts = until <= draft.now;
    if (lifts ? (present.muted_until ?? 0) <= draft.now : present.muted_until === until) return noChange(draft);
    const base = nextItem(draft, user_id, suffix, 0);
    const { muted_until: _, ...rest } = present;
    if (!lifts) draft.set(memberKey, { ...rest, muted_until: until });
    else if (present.state === "left") draft.delete(memberKey);
    else draft.set(memberKey, rest);
    audit(draft, suffix, command, {
      actor: by,
      act: lifts ? "member_unmuted" : "member_muted",
      user_id,
      ...(lifts ? {} : { detail: new Date(until).toISOString() }),
    });
    return addItem(draft, {
      ...base,
      kind: "mute",
      by,
      ...(lifts ? {} : { until }),
      ...(command.reason === undefined || lifts ? {} : { reason: command.reason }),
    });
  },
};
