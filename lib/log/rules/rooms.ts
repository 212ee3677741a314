/** Joining, leaving, roles and the room itself. */
import { ChatError } from "../../base/errors.ts";
import { noSuchRoom } from "../no_such_room.ts";
import type { RoomChange } from "../command.ts";
import { dueJob } from "../../store/jobs/due.ts";
import { type Key, keys } from "../../store/keys.ts";
import type { RoomRecord } from "../../protocol/model.ts";
import { nameKeys, requireFreeName, takeName } from "./room_names.ts";
import { endByLeaving, endOfEmpty } from "./room_end.ts";
import {
  actsAsAdmin,
  addItem,
  audit,
  isAdmin,
  memberOf,
  nextItem,
  noChange,
  type Of,
  ownerOf,
  RANK,
  type Rule,
  takePlace,
} from "./support.ts";

export const join: Rule<Of<"join">> = {
  needs(roomId, { user_id, by }) {
    const needed: Key<unknown>[] = [keys.member(roomId, user_id)];
    if (by !== undefined) needed.push(keys.member(roomId, by));
    return needed;
  },
  apply(draft, command, suffix) {
    const { user_id, by, role, by_admin, added } = command;
    const { room, roomId, head } = draft;
    const memberKey = keys.member(roomId, user_id);
    const present = draft.get(memberKey);
    const assigned = by !== undefined && by_admin === "anywhere" && isAdmin(draft, by);
    if (by !== undefined && by_admin === true && !isAdmin(draft, by)) {
      throw new ChatError("forbidden", "You are no longer an administrator of this server: try again as a member.");
    }
    const inviter = by === undefined || assigned ? null : memberOf(draft, by, "add people to it");
    if (present?.state === "joined") {
      return { seq: head.seq, id: head.id, at: present.since, messages: head.messages, changed: false };
    }
    if (assigned && head.members > 0) {
      throw new ChatError("conflict", "This room still has members: ask one of them to add people.");
    }
    if (room.kind !== "public" && inviter === null && !assigned) throw noSuchRoom(roomId);
    if (room.kind === "direct") {
      throw new ChatError("forbidden", "A direct conversation is for its two people only: make a room instead.");
    }
    const banned = present?.state === "banned";
    if (banned && !assigned && (inviter === null || RANK[inviter.role] < RANK.moderator)) {
      throw new ChatError(
        "forbidden",
        "This person was banned from the room: one of its moderators can add them again.",
      );
    }
    if (role !== undefined && inviter !== null && RANK[role] > RANK[inviter.role]) {
      throw new ChatError("forbidden", "You cannot give a role above your own: ask an owner of the room.");
    }
    const base = nextItem(draft, user_id, suffix, 0);
    const given = role ?? "member";
    head.members++;
    if (given === "owner") head.owners++;
    const of = added === undefined ? {} : { added };
    const muted = (present?.muted_until ?? 0) > draft.now ? { muted_until: present?.muted_until ?? 0 } : {};
    draft.set(memberKey, { user_id, role: given, state: "joined", since: base.at, ...muted, ...of });
    draft.set(keys.joined(user_id, roomId), added ?? true);
    // messages from before the join do not count as unread
    draft.set(keys.read(user_id, roomId), { seq: base.seq, messages: head.messages, at: base.at });
    if (by !== undefined && (banned || given !== "member")) {
      audit(draft, suffix, command, {
        actor: by,
        act: banned ? "member_unbanned" : "role_changed",
        user_id,
        ...(given === "member" ? {} : { detail: given }),
      });
    }
    return addItem(draft, { ...base, kind: "join", role: given, ...(by === undefined ? {} : { by }) });
  },
};

export const stay: Rule<Of<"stay">> = {
  needs: (roomId, { user_id }) => [keys.member(roomId, user_id)],
  apply(draft, { user_id }) {
    takePlace(draft, memberOf(draft, user_id, "stay in it"));
    return noChange(draft);
  },
};

export const leave: Rule<Of<"leave">> = {
  needs(roomId, { user_id, by }) {
    const needed: Key<unknown>[] = [keys.member(roomId, user_id)];
    if (by !== undefined) needed.push(keys.member(roomId, by));
    return needed;
  },
  apply(draft, command, suffix) {
    const { user_id, by, ban, by_admin } = command;
    const { head, roomId } = draft;
    const memberKey = keys.member(roomId, user_id);
    const present = draft.get(memberKey);
    const joined = present?.state === "joined";
    if (by === undefined && !joined) throw noSuchRoom(roomId);
    const admin = by !== undefined && actsAsAdmin(draft, by, by_admin);
    const remover = by === undefined || admin ? null : memberOf(draft, by, "remove people from it");
    if (draft.room.kind === "direct" && command.gone !== true) {
      throw new ChatError("forbidden", "A direct conversation cannot be left.");
    }
    if (remover !== null) {
      if (RANK[remover.role] < RANK.moderator || (joined && RANK[present.role] >= RANK[remover.role])) {
        throw new ChatError("forbidden", "Only a moderator may remove members, and only those of a lower role.");
      }
    }
    const banned = ban === true && by !== undefined;
    if (!joined) {
      // no event: nobody's list of members changes; the audit log has it
      if (banned && present?.state !== "banned") {
        draft.set(memberKey, { user_id, role: "member", state: "banned", since: draft.now });
        audit(draft, suffix, command, { actor: by, act: "member_banned", user_id });
      }
      return noChange(draft);
    }
    if (draft.room.kind === "private" && head.members === 1 && by === undefined && command.gone !== true) {
      return endByLeaving(draft, command, suffix);
    }
    if (present.role === "owner" && head.owners <= 1 && head.members > 1 && !admin) {
      throw new ChatError("conflict", "The last owner cannot leave: make another member an owner first.");
    }
    const base = nextItem(draft, user_id, suffix, 0);
    head.members--;
    if (present.role === "owner") head.owners--;
    if (banned) draft.set(memberKey, { user_id, role: "member", state: "banned", since: base.at });
    else if ((present.muted_until ?? 0) > draft.now) {
      draft.set(memberKey, { ...present, role: "member", state: "left", since: base.at });
    } else draft.delete(memberKey);
    if (by !== undefined) {
      audit(draft, suffix, command, { actor: by, act: banned ? "member_banned" : "member_removed", user_id });
    }
    if (head.members === 0 && roomId !== "general") draft.put(endOfEmpty(roomId, base.at));
    draft.delete(keys.joined(user_id, roomId));
    draft.delete(keys.read(user_id, roomId));
    draft.delete(keys.draft(user_id, roomId));
    draft.delete(keys.mentioned(user_id, roomId));
    return addItem(draft, {
      ...base,
      kind: "leave",
      ...(by === undefined ? {} : { by }),
      ...(banned ? { banned: true } : {}),
    });
  },
};

export const room: Rule<Of<"room">> = {
  needs: (roomId, { user_id, naming }) => [keys.member(roomId, user_id), ...nameKeys(naming)],
  apply(draft, command, suffix) {
    const { user_id, kind, retention_days, by_admin } = command;
    const { roomId } = draft;
    const forOwners = kind !== undefined || retention_days !== undefined;
    ownerOf(draft, user_id, by_admin, forOwners ? "owner" : "moderator");
    if (roomId === "general" && kind === "private") {
      throw new ChatError("forbidden", "The room general stays public: everybody who registers joins it.", {
        field: "kind",
      });
    }
    const next = changedRoom(draft.room, command);
    const changed = SETTINGS.filter((name) => next[name] !== draft.room[name]);
    if (changed.length === 0) return noChange(draft);
    requireFreeName(draft, next, command.naming);
    const base = nextItem(draft, user_id, suffix, 0);
    takeName(draft, next, command.naming, base.id);
    draft.setRoom(next);
    if (changed.includes("retention_days")) draft.put(dueJob({ kind: "trim_room", room_id: roomId }));
    if (next.kind === "public") draft.set(keys.publicRoom(roomId), true);
    else draft.delete(keys.publicRoom(roomId));
    const detail = changed.map((name) =>
      `${name}: ${next[name] ?? (name === "read_only" ? "false" : "as the server has it")}`
    ).join("; ");
    audit(draft, suffix, command, { actor: user_id, act: "room_changed", detail });
    const { name, topic, kind: room_kind, read_only, retention_days: days, edit_minutes } = next;
    return addItem(draft, {
      ...base,
      kind: "room",
      name,
      topic,
      room_kind,
      changed,
      ...(read_only === undefined ? {} : { read_only }),
      ...(days === undefined ? {} : { retention_days: days }),
      ...(edit_minutes === undefined ? {} : { edit_minutes }),
    });
  },
};

const SETTINGS = ["name", "topic", "kind", "read_only", "retention_days", "edit_minutes"] as const;

function changedRoom(room: RoomRecord, change: RoomChange): RoomRecord {
  const { read_only, retention_days, edit_minutes, ...rest } = room;
  const readOnly = change.read_only ?? read_only ?? false;
  const days = change.retention_days ?? retention_days ?? 0;
  const minutes = change.edit_minutes ?? edit_minutes ?? 0;
  return {
    ...rest,
    name: change.name ?? room.name,
    topic: change.topic ?? room.topic,
    kind: change.kind ?? room.kind,
    ...(readOnly ? { read_only: true } : {}),
    ...(days > 0 ? { retention_days: days } : {}),
    ...(minutes > 0 ? { edit_minutes: minutes } : {}),
  };
}

/** Retention (D4). Makes no event: a cursor after the floor stays valid, and one before it gets a reset. */
export const trim: Rule<Of<"trim">> = {
  needs: (roomId) => [keys.pins(roomId), keys.called(roomId)],
  apply(draft, { floor, messages }) {
    const { head, roomId } = draft;
    if (floor <= head.floor || floor > head.seq) return noChange(draft);
    head.floor = floor;
    head.floor_messages = Math.max(messages, head.floor_messages ?? 0);
    if ((head.unshown ?? 0) <= floor) delete head.unshown;
    const pins = draft.get(keys.pins(roomId)) ?? [];
    if (pins.some(({ seq }) => seq <= floor)) draft.set(keys.pins(roomId), pins.filter(({ seq }) => seq > floor));
    const calls = draft.get(keys.called(roomId)) ?? [];
    if (calls.some(({ seq }) => seq <= floor)) draft.set(keys.called(roomId), calls.filter(({ seq }) => seq > floor));
    draft.put(dueJob({ kind: "erase_below", room_id: roomId, floor }));
    return { ...noChange(draft), changed: true };
  },
};

export const refuse: Rule<Of<"refuse">> = {
  needs: (roomId, { user_id, by }) => [keys.member(roomId, user_id), keys.member(roomId, by)],
  apply(draft, { user_id, by, refused }) {
    memberOf(draft, by, "write in it");
    const memberKey = keys.member(draft.roomId, user_id);
    const member = draft.get(memberKey);
    if (draft.room.kind !== "direct" || member === null || (member.refused === true) === refused) {
      return noChange(draft);
    }
    const { refused: _, ...rest } = member;
    draft.set(memberKey, refused ? { ...rest, refused } : rest);
    return noChange(draft);
  },
};
