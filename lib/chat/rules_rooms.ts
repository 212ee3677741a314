/** Joining, leaving, roles and the room itself. */
import { ChatError } from "../errors.ts";
import { noSuchRoom } from "../kv/append.ts";
import { type Key, keys } from "../kv/keys.ts";
import {
  actsAsAdmin,
  addItem,
  memberOf,
  nextItem,
  type Of,
  ownerOf,
  RANK,
  type Rule,
  stands,
} from "./rules_support.ts";

export const join: Rule<Of<"join">> = {
  needs(roomId, { user_id, by }) {
    const needed: Key<unknown>[] = [keys.member(roomId, user_id)];
    if (by !== undefined) needed.push(keys.member(roomId, by));
    return needed;
  },
  apply(draft, { user_id, by, role }, suffix) {
    const { room, roomId, head } = draft;
    const memberKey = keys.member(roomId, user_id);
    const present = draft.get(memberKey);
    const inviter = by === undefined ? null : memberOf(draft, by, "add people to it");
    if (present?.state === "joined") {
      return { seq: head.seq, id: head.id, at: present.since, messages: head.messages, changed: false };
    }
    if (room.kind !== "public" && inviter === null) throw noSuchRoom(roomId);
    if (room.kind === "direct") throw new ChatError("forbidden", "A direct conversation has just its two people.");
    const banned = present?.state === "banned";
    if (banned && (inviter === null || RANK[inviter.role] < RANK.moderator)) {
      throw new ChatError(
        "forbidden",
        "This person was banned from the room: one of its moderators can add them again.",
      );
    }
    if (role !== undefined && inviter !== null && RANK[role] > RANK[inviter.role]) {
      throw new ChatError("forbidden", "Nobody can give a role above their own.");
    }
    const base = nextItem(draft, user_id, suffix, 0);
    const given = role ?? "member";
    head.members++;
    if (given === "owner") head.owners++;
    draft.set(memberKey, { user_id, role: given, state: "joined", since: base.at });
    draft.set(keys.joined(user_id, roomId), true);
    // what was said before one came is not unread
    draft.set(keys.read(user_id, roomId), { seq: base.seq, messages: head.messages });
    return addItem(draft, { ...base, kind: "join", role: given, ...(by === undefined ? {} : { by }) });
  },
};

export const leave: Rule<Of<"leave">> = {
  needs(roomId, { user_id, by }) {
    const needed: Key<unknown>[] = [keys.member(roomId, user_id)];
    if (by !== undefined) needed.push(keys.member(roomId, by));
    return needed;
  },
  apply(draft, { user_id, by, ban, by_admin }, suffix) {
    const { head, roomId } = draft;
    const memberKey = keys.member(roomId, user_id);
    const present = draft.get(memberKey);
    const joined = present?.state === "joined";
    if (by === undefined && !joined) throw noSuchRoom(roomId);
    const admin = by !== undefined && actsAsAdmin(draft, by, by_admin);
    const remover = by === undefined || admin ? null : memberOf(draft, by, "remove people from it");
    if (draft.room.kind === "direct") throw new ChatError("forbidden", "A direct conversation cannot be left.");
    if (remover !== null) {
      if (RANK[remover.role] < RANK.moderator || (joined && RANK[present.role] >= RANK[remover.role])) {
        throw new ChatError("forbidden", "Only a moderator may remove members, and only those of a lower role.");
      }
    }
    const banned = ban === true && by !== undefined;
    if (!joined) {
      if (banned && present === null) {
        draft.set(memberKey, { user_id, role: "member", state: "banned", since: draft.now });
      }
      return stands(draft);
    }
    if (present.role === "owner" && head.owners <= 1 && head.members > 1 && !admin) {
      throw new ChatError("conflict", "The last owner cannot leave: make another member an owner first.");
    }
    const base = nextItem(draft, user_id, suffix, 0);
    head.members--;
    if (present.role === "owner") head.owners--;
    if (banned) draft.set(memberKey, { ...present, role: "member", state: "banned", since: base.at });
    else draft.delete(memberKey);
    draft.delete(keys.joined(user_id, roomId));
    draft.delete(keys.read(user_id, roomId));
    return addItem(draft, {
      ...base,
      kind: "leave",
      ...(by === undefined ? {} : { by }),
      ...(banned ? { banned: true } : {}),
    });
  },
};

export const role: Rule<Of<"role">> = {
  needs: (roomId, { user_id, by }) => [keys.member(roomId, user_id), keys.member(roomId, by)],
  apply(draft, { user_id, by, role, by_admin }, suffix) {
    const { head, roomId } = draft;
    if (!actsAsAdmin(draft, by, by_admin) && memberOf(draft, by, "change roles in it").role !== "owner") {
      throw new ChatError("forbidden", "Only an owner of the room may change roles.");
    }
    const memberKey = keys.member(roomId, user_id);
    const present = draft.get(memberKey);
    if (present?.state !== "joined") throw new ChatError("no_such_user", "This person is not a member of the room.");
    if (draft.room.kind === "direct") throw new ChatError("forbidden", "A direct conversation has no roles.");
    if (present.role === role) {
      return stands(draft);
    }
    if (present.role === "owner" && head.owners <= 1) {
      throw new ChatError("conflict", "A room keeps at least one owner: make another member an owner first.");
    }
    const base = nextItem(draft, user_id, suffix, 0);
    if (role === "owner") head.owners++;
    if (present.role === "owner") head.owners--;
    draft.set(memberKey, { ...present, role });
    return addItem(draft, { ...base, kind: "role", role, by });
  },
};

export const room: Rule<Of<"room">> = {
  needs: (roomId, { user_id }) => [keys.member(roomId, user_id)],
  apply(draft, { user_id, name, topic, kind, by_admin }, suffix) {
    const { roomId } = draft;
    ownerOf(draft, user_id, by_admin, kind === undefined ? "moderator" : "owner");
    if (roomId === "general" && kind === "private") {
      throw new ChatError("forbidden", "The room general stays public: everybody who registers joins it.", {
        field: "kind",
      });
    }
    const present = draft.room;
    const next = { ...present, name: name ?? present.name, topic: topic ?? present.topic, kind: kind ?? present.kind };
    if (next.name === present.name && next.topic === present.topic && next.kind === present.kind) {
      return stands(draft);
    }
    const base = nextItem(draft, user_id, suffix, 0);
    draft.setRoom(next);
    if (next.kind === "public") draft.set(keys.publicRoom(roomId), true);
    else draft.delete(keys.publicRoom(roomId));
    return addItem(draft, { ...base, kind: "room", name: next.name, topic: next.topic, room_kind: next.kind });
  },
};

export const deleteRoom: Rule<Of<"delete_room">> = {
  needs: (roomId, { user_id }) => [keys.member(roomId, user_id)],
  apply(draft, { user_id, by_admin }, suffix) {
    const { roomId, room } = draft;
    if (roomId === "general") throw new ChatError("forbidden", "The room general cannot be deleted.");
    ownerOf(draft, user_id, by_admin, "owner");
    const base = nextItem(draft, user_id, suffix, 0);
    draft.setRoom({ ...room, deleted_at: base.at });
    draft.delete(keys.publicRoom(roomId));
    draft.set(keys.job(`room${roomId}`), { kind: "erase_room", room_id: roomId });
    const { name, topic, kind } = room;
    return addItem(draft, { ...base, kind: "room", name, topic, room_kind: kind, deleted: true });
  },
};
