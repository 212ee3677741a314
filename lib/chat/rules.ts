/**
 * What each command does to a room, and who may give it: pure functions over a draft, run by the append queue (D9) on
 * every try, after the head was read (D6). A function throws before its first write, or writes everything.
 */
import { ChatError } from "../errors.ts";
import { seqOf } from "../ids.ts";
import { type AppendCommand, noSuchRoom, type Outcome, type Rules } from "../kv/append.ts";
import type { Draft } from "../kv/draft.ts";
import { type Key, keys } from "../kv/keys.ts";
import type { ChangeRecord, ItemRecord, MemberRecord, MessageItem, Role } from "../model.ts";
import { LIMITS } from "../protocol/limits.ts";

type Of<T extends AppendCommand["type"]> = Extract<AppendCommand, { type: T }>;

interface Rule<C extends AppendCommand> {
  needs(roomId: string, command: C): Key<unknown>[];
  apply(draft: Draft, command: C, suffix: string, idempotencyMs: number): Outcome;
}

const RANK: Record<Role, number> = { member: 0, moderator: 1, owner: 2 };

export function makeRules(options: { idempotencyMs: number }): Rules {
  return {
    needs: (roomId, command) => ruleOf(command).needs(roomId, command),
    apply(draft, command, suffix) {
      if (draft.room.deleted_at !== undefined) throw noSuchRoom(draft.roomId);
      return ruleOf(command).apply(draft, command, suffix, options.idempotencyMs);
    },
  };
}

const message: Rule<Of<"message">> = {
  needs(roomId, { user_id, client_id, reply_to }) {
    const needed: Key<unknown>[] = [keys.member(roomId, user_id)];
    if (client_id !== undefined) needed.push(keys.sent(roomId, user_id, client_id));
    if (reply_to !== undefined) needed.push(keys.item(roomId, seqOf(reply_to)));
    return needed;
  },
  apply(draft, { user_id, content, client_id, reply_to }, suffix, idempotencyMs) {
    memberOf(draft, user_id, "send messages to it");
    const sentKey = client_id === undefined ? undefined : keys.sent(draft.roomId, user_id, client_id);
    const sent = sentKey === undefined ? null : draft.get(sentKey);
    if (sent !== null && sent.expires_at > draft.now) {
      return { seq: sent.seq, id: sent.id, at: sent.at, messages: draft.head.messages, changed: false };
    }
    if (reply_to !== undefined) messageAt(draft, reply_to);
    const base = nextItem(draft, user_id, suffix, 1);
    const item: MessageItem = { ...base, kind: "message", content };
    if (client_id !== undefined) item.client_id = client_id;
    if (reply_to !== undefined) item.reply_to = reply_to;
    if (sentKey !== undefined) {
      draft.set(sentKey, { seq: item.seq, id: item.id, at: item.at, expires_at: draft.now + idempotencyMs });
    }
    return addItem(draft, item);
  },
};

const edit: Rule<Of<"edit">> = {
  needs: (roomId, { user_id, target }) => [keys.member(roomId, user_id), keys.item(roomId, seqOf(target))],
  apply(draft, { user_id, target, content }, suffix) {
    memberOf(draft, user_id, "edit messages in it");
    const item = messageAt(draft, target);
    if (item.user_id !== user_id) throw new ChatError("forbidden", "Only its author may edit a message.");
    if (item.deleted !== undefined) throw gone(target);
    if (item.content === content) return unchanged(draft, item);
    const n = item.revisions ?? 0;
    const change = nextChange(draft, user_id, suffix, target);
    draft.set(keys.revision(draft.roomId, item.seq, n), { content: item.content, at: item.edited_at ?? item.at });
    if (n >= LIMITS.revisions) draft.delete(keys.revision(draft.roomId, item.seq, n - LIMITS.revisions));
    const edited: MessageItem = { ...item, content, edited_at: change.at, revisions: n + 1 };
    draft.set(keys.item(draft.roomId, item.seq), edited);
    return addChange(draft, { ...change, kind: "edit" }, edited);
  },
};

const remove: Rule<Of<"delete">> = {
  needs: (roomId, { user_id, target }) => [keys.member(roomId, user_id), keys.item(roomId, seqOf(target))],
  apply(draft, { user_id, target, by_admin }, suffix) {
    const item = messageAt(draft, target);
    if (by_admin !== true) {
      const member = memberOf(draft, user_id, "delete messages in it");
      if (item.user_id !== user_id && RANK[member.role] < RANK.moderator) {
        throw new ChatError("forbidden", "Only its author or a moderator of the room may delete a message.");
      }
    }
    if (item.deleted !== undefined) return unchanged(draft, item);
    const change = nextChange(draft, user_id, suffix, target);
    const { seq, id, user_id: author, at, messages, client_id } = item;
    const tombstone: MessageItem = {
      ...{ kind: "message", seq, id, user_id: author, at, messages, content: "" },
      ...(client_id === undefined ? {} : { client_id }),
      deleted: { at: change.at, by: user_id },
    };
    draft.set(keys.item(draft.roomId, seq), tombstone);
    if (item.revisions !== undefined || item.reactions !== undefined) {
      draft.set(keys.job(change.id + draft.roomId), { kind: "erase_message", room_id: draft.roomId, seq });
    }
    return addChange(draft, { ...change, kind: "delete" }, tombstone);
  },
};

const react: Rule<Of<"react">> = {
  needs(roomId, { user_id, target, emoji }) {
    const seq = seqOf(target);
    return [
      keys.member(roomId, user_id),
      keys.item(roomId, seq),
      keys.reaction(roomId, seq, emoji, user_id),
      keys.reacted(roomId, user_id, seq),
    ];
  },
  apply(draft, { user_id, target, emoji, op }, suffix) {
    memberOf(draft, user_id, "react in it");
    const item = messageAt(draft, target);
    if (item.deleted !== undefined) throw gone(target);
    const reactionKey = keys.reaction(draft.roomId, item.seq, emoji, user_id);
    const reactedKey = keys.reacted(draft.roomId, user_id, item.seq);
    if ((draft.get(reactionKey) !== null) === (op === "add")) return unchanged(draft, item);

    const reactions = (item.reactions ?? []).map((reaction) => ({ ...reaction }));
    const present = reactions.find((reaction) => reaction.emoji === emoji);
    if (op === "add" && present === undefined && reactions.length >= LIMITS.emoji_per_message) {
      throw new ChatError("limit_reached", `A message carries at most ${LIMITS.emoji_per_message} different emoji.`);
    }
    const change = nextChange(draft, user_id, suffix, target);
    const mine = draft.get(reactedKey) ?? [];
    if (op === "add") {
      if (present === undefined) reactions.push({ emoji, count: 1 });
      else present.count++;
      draft.set(reactionKey, change.at);
      draft.set(reactedKey, [...mine, emoji]);
    } else {
      if (present !== undefined) present.count--;
      draft.delete(reactionKey);
      const left = mine.filter((other) => other !== emoji);
      if (left.length > 0) draft.set(reactedKey, left);
      else draft.delete(reactedKey);
    }
    const { reactions: _, ...rest } = item;
    const left = reactions.filter((reaction) => reaction.count > 0);
    const reacted: MessageItem = left.length > 0 ? { ...rest, reactions: left } : rest;
    draft.set(keys.item(draft.roomId, item.seq), reacted);
    return { ...addChange(draft, { ...change, kind: "reaction", emoji, op }, reacted), reactions: left };
  },
};

const join: Rule<Of<"join">> = {
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
    if (room.kind === "direct") throw new ChatError("forbidden", "A direct conversation has just its two people.");
    if (room.kind === "private" && inviter === null) throw noSuchRoom(roomId);
    const banned = present?.state === "banned";
    if (banned && (inviter === null || RANK[inviter.role] < RANK.moderator)) {
      // whoever was banned from a private room learns nothing of it
      if (room.kind === "private" && by === undefined) throw noSuchRoom(roomId);
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

const leave: Rule<Of<"leave">> = {
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
    if (draft.room.kind === "direct") throw new ChatError("forbidden", "A direct conversation cannot be left.");
    if (by !== undefined && by_admin !== true) {
      const remover = memberOf(draft, by, "remove people from it");
      if (RANK[remover.role] < RANK.moderator || (joined && RANK[present.role] >= RANK[remover.role])) {
        throw new ChatError("forbidden", "Only a moderator may remove members, and only those of a lower role.");
      }
    }
    const banned = ban === true && by !== undefined;
    if (!joined) {
      if (by === undefined) throw noSuchRoom(roomId);
      if (banned && present === null) {
        draft.set(memberKey, { user_id, role: "member", state: "banned", since: draft.now });
      }
      return { seq: head.seq, id: head.id, at: head.at, messages: head.messages, changed: false };
    }
    if (present.role === "owner" && head.owners <= 1 && head.members > 1 && by_admin !== true) {
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

const role: Rule<Of<"role">> = {
  needs: (roomId, { user_id, by }) => [keys.member(roomId, user_id), keys.member(roomId, by)],
  apply(draft, { user_id, by, role, by_admin }, suffix) {
    const { head, roomId } = draft;
    if (by_admin !== true && memberOf(draft, by, "change roles in it").role !== "owner") {
      throw new ChatError("forbidden", "Only an owner of the room may change roles.");
    }
    const memberKey = keys.member(roomId, user_id);
    const present = draft.get(memberKey);
    if (present?.state !== "joined") throw new ChatError("no_such_user", "This person is not a member of the room.");
    if (draft.room.kind === "direct") throw new ChatError("forbidden", "A direct conversation has no roles.");
    if (present.role === role) {
      return { seq: head.seq, id: head.id, at: head.at, messages: head.messages, changed: false };
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

const room: Rule<Of<"room">> = {
  needs: (roomId, { user_id }) => [keys.member(roomId, user_id)],
  apply(draft, { user_id, name, topic, kind, by_admin }, suffix) {
    const { head, roomId } = draft;
    ownerOf(draft, user_id, by_admin, kind === undefined ? "moderator" : "owner");
    const present = draft.room;
    const next = { ...present, name: name ?? present.name, topic: topic ?? present.topic, kind: kind ?? present.kind };
    if (next.name === present.name && next.topic === present.topic && next.kind === present.kind) {
      return { seq: head.seq, id: head.id, at: head.at, messages: head.messages, changed: false };
    }
    const base = nextItem(draft, user_id, suffix, 0);
    draft.setRoom(next);
    if (next.kind === "public") draft.set(keys.publicRoom(roomId), true);
    else draft.delete(keys.publicRoom(roomId));
    return addItem(draft, { ...base, kind: "room", name: next.name, topic: next.topic, room_kind: next.kind });
  },
};

const deleteRoom: Rule<Of<"delete_room">> = {
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

const RULES: { [T in AppendCommand["type"]]: Rule<Of<T>> } = {
  message,
  edit,
  delete: remove,
  react,
  join,
  leave,
  role,
  room,
  delete_room: deleteRoom,
};

function ruleOf(command: AppendCommand): Rule<AppendCommand> {
  // the table is keyed by the same union, which TypeScript cannot follow through an index
  return RULES[command.type] as Rule<AppendCommand>;
}

// ---- who may

function memberOf(draft: Draft, userId: string, what: string): MemberRecord {
  const member = draft.get(keys.member(draft.roomId, userId));
  if (member?.state === "joined") return member;
  if (draft.room.kind !== "public") throw noSuchRoom(draft.roomId);
  throw new ChatError("forbidden", `Join the room ${JSON.stringify(draft.room.name)} to ${what}.`);
}

function ownerOf(draft: Draft, userId: string, byAdmin: boolean | undefined, least: Role): void {
  if (draft.room.kind === "direct") throw new ChatError("forbidden", "A direct conversation cannot be changed.");
  if (byAdmin === true) return;
  const member = memberOf(draft, userId, "change it");
  if (RANK[member.role] < RANK[least]) {
    throw new ChatError("forbidden", `Only ${least === "owner" ? "an owner" : "a moderator"} of the room may do that.`);
  }
}

function messageAt(draft: Draft, target: string): MessageItem {
  const item = draft.get(keys.item(draft.roomId, seqOf(target)));
  if (item === null || item.kind !== "message" || item.id !== target || item.seq <= draft.head.floor) {
    throw gone(target);
  }
  return item;
}

function gone(target: string): ChatError {
  return new ChatError("no_such_message", `There is no message ${target} in this room, or it was deleted.`);
}

// ---- the next event

function nextItem(draft: Draft, userId: string, suffix: string, messages: 0 | 1) {
  const seq = draft.head.seq + 1;
  return {
    seq,
    id: `${seq}-${suffix}`,
    user_id: userId,
    at: draft.now,
    messages: draft.head.messages + messages,
  };
}

function nextChange(draft: Draft, userId: string, suffix: string, target: string) {
  const { messages: _, ...base } = nextItem(draft, userId, suffix, 0);
  return { ...base, target };
}

function addItem(draft: Draft, item: ItemRecord): Outcome {
  const { head } = draft;
  draft.set(keys.item(draft.roomId, item.seq), item);
  head.seq = item.seq;
  head.id = item.id;
  head.at = item.at;
  head.messages = item.messages;
  draft.events.push({ record: item, messages: item.messages });
  return { seq: item.seq, id: item.id, at: item.at, messages: item.messages, changed: true };
}

function addChange(draft: Draft, change: ChangeRecord, target: MessageItem): Outcome {
  const { head } = draft;
  draft.set(keys.change(draft.roomId, change.seq), change);
  head.seq = change.seq;
  head.id = change.id;
  head.at = change.at;
  draft.events.push({ record: change, target, messages: head.messages });
  return { seq: change.seq, id: change.id, at: change.at, messages: head.messages, changed: true };
}

function unchanged(draft: Draft, item: MessageItem): Outcome {
  return {
    seq: item.seq,
    id: item.id,
    at: item.at,
    messages: draft.head.messages,
    changed: false,
    ...(item.reactions === undefined ? {} : { reactions: item.reactions }),
  };
}
