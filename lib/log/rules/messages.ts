/** Sending, editing, deleting and reacting. */
import { ChatError } from "../../base/errors.ts";
import { seqOf } from "../../base/ids.ts";
import type { Known } from "../command.ts";
import type { Draft } from "../draft.ts";
import { dueJob } from "../../store/jobs/due.ts";
import { eraseFileJobs } from "../../store/blobs/erase_files.ts";
import { type Key, keys, lastPart } from "../../store/keys.ts";
import { pageOf, withOneMore } from "../../store/unshown.ts";
import type { FileInfo, FileRecord, MessageItem } from "../../protocol/model.ts";
import { normalEmoji } from "../../protocol/text/emoji.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { blocksOf, calledBy, keepCalls, membersOf, namesOf, withoutCalls } from "./mentions.ts";
import { dropPin } from "./pins.ts";
import { fileInfo } from "../../protocol/file_info.ts";
import {
  actsAsAdmin,
  addChange,
  addItem,
  audit,
  gone,
  memberOf,
  messageAt,
  nextChange,
  nextItem,
  type Of,
  RANK,
  requireMaySpeak,
  requireMayWrite,
  type Rule,
  takePlace,
  unchanged,
} from "./support.ts";

export const message: Rule<Of<"message">> = {
  needs(roomId, { user_id, client_id, reply_to, files, calls }) {
    const needed: Key<unknown>[] = [keys.member(roomId, user_id), ...namesOf(calls)];
    if (client_id !== undefined) needed.push(keys.sent(roomId, user_id, client_id));
    if (reply_to !== undefined) needed.push(keys.item(roomId, seqOf(reply_to)));
    for (const id of files ?? []) needed.push(keys.file(id));
    return needed;
  },
  follows(roomId, { user_id, calls }, known) {
    if (calls === undefined) return [];
    const members = membersOf(roomId, calls, known);
    return [...members, ...blocksOf(members, user_id), ...(calls.room === undefined ? [] : [keys.called(roomId)])];
  },
  apply(draft, { user_id, content, client_id, reply_to, files, calls }, suffix, { idempotencyMs }) {
    const member = memberOf(draft, user_id, "send messages to it");
    const sentKey = client_id === undefined ? undefined : keys.sent(draft.roomId, user_id, client_id);
    const sent = sentKey === undefined ? null : draft.get(sentKey);
    if (sent !== null && sent.expires_at > draft.now) {
      return { seq: sent.seq, id: sent.id, at: sent.at, messages: draft.head.messages, changed: false };
    }
    requireMayWrite(draft, requireMaySpeak(draft, member));
    if (reply_to !== undefined) messageAt(draft, reply_to);
    const loose = (files ?? []).map((id) => looseFile(draft, user_id, id));
    const base = nextItem(draft, user_id, suffix, 1);
    const item: MessageItem = { ...base, kind: "message", content, ...calledBy(draft, member, calls) };
    if (client_id !== undefined) item.client_id = client_id;
    if (reply_to !== undefined) item.reply_to = reply_to;
    if (loose.length > 0) item.files = attach(draft, loose, item.seq);
    if (sentKey !== undefined) {
      draft.set(sentKey, { seq: item.seq, id: item.id, at: item.at, expires_at: draft.now + idempotencyMs });
    }
    if (calls !== undefined) keepCalls(draft, item, {});
    const stayed = takePlace(draft, member);
    return stayed ? { ...addItem(draft, item), stayed } : addItem(draft, item);
  },
};

/** A file of the sender that belongs to no message. The commit checks that this is still so. */
function looseFile(draft: Draft, userId: string, fileId: string): FileRecord {
  const file = draft.getChecked(keys.file(fileId));
  if (file?.owner === userId && file.state === "uploaded") return file;
  throw new ChatError(
    "no_such_file",
    `There is no upload ${JSON.stringify(fileId)} of yours to send: upload it again.`,
    {
      field: "files",
    },
  );
}

function attach(draft: Draft, files: FileRecord[], seq: number): FileInfo[] {
  for (const file of files) {
    draft.set(keys.file(file.id), { ...file, state: "attached", room_id: draft.roomId, seq });
    draft.delete(keys.upload(file.id));
  }
  return files.map(fileInfo);
}

export const edit: Rule<Of<"edit">> = {
  needs: (roomId, { user_id, target, calls }) => [
    keys.member(roomId, user_id),
    keys.item(roomId, seqOf(target)),
    ...namesOf(calls),
  ],
  follows(roomId, { user_id, target, calls }, known) {
    const members = membersOf(roomId, calls, known);
    return [
      ...members,
      ...blocksOf(members, user_id),
      ...members.map((key) => keys.mentioned(lastPart(key), roomId)),
      ...(calls?.room !== undefined || callsRoom(roomId, target, known) ? [keys.called(roomId)] : []),
    ];
  },
  apply(draft, { user_id, target, content, calls }, suffix, options) {
    const member = memberOf(draft, user_id, "edit messages in it");
    const item = messageAt(draft, target);
    if (item.user_id !== user_id) throw new ChatError("forbidden", "Only the author of a message may edit it.");
    if (item.deleted !== undefined) throw gone(target);
    if (item.content === content) return unchanged(draft, item);
    requireMayWrite(draft, requireMaySpeak(draft, member));
    refuseLateEdit(draft, item, options.editMs ?? 0);
    const n = item.revisions ?? 0;
    const change = nextChange(draft, user_id, suffix, target);
    draft.set(keys.revision(draft.roomId, item.seq, n), { content: item.content, at: item.edited_at ?? item.at });
    if (n >= LIMITS.revisions) draft.delete(keys.revision(draft.roomId, item.seq, n - LIMITS.revisions));
    const edited: MessageItem = {
      ...withoutCalls(item),
      content,
      edited_at: change.at,
      revisions: n + 1,
      ...calledBy(draft, member, calls),
    };
    draft.set(keys.item(draft.roomId, item.seq), edited);
    return addChange(draft, { ...change, kind: "edit", ...keepCalls(draft, edited, item) }, edited);
  },
};

function refuseLateEdit({ room, now }: Draft, item: MessageItem, serverMs: number): void {
  const ms = room.edit_minutes === undefined ? serverMs : room.edit_minutes * 60_000;
  if (ms === 0 || now - item.at <= ms) return;
  const minutes = Math.round(ms / 60_000);
  const message = `A message can be edited here for ${minutes} min after it was sent. Send another one, or delete it.`;
  throw new ChatError("edit_window_over", message);
}

/** Whether the message, as it was read, mentions the whole room. */
function callsRoom(roomId: string, target: string, known: Known): boolean {
  const item = known(keys.item(roomId, seqOf(target)));
  return item?.kind === "message" && item.mentions_room !== undefined;
}

export const remove: Rule<Of<"delete">> = {
  needs: (roomId, { user_id, target }) => [
    keys.member(roomId, user_id),
    keys.item(roomId, seqOf(target)),
    keys.pins(roomId),
    keys.unshownSums(roomId, pageOf(seqOf(target))),
  ],
  follows: (roomId, { target }, known) => callsRoom(roomId, target, known) ? [keys.called(roomId)] : [],
  apply(draft, command, suffix) {
    const { user_id, target, by_admin } = command;
    const admin = command.gone === true || actsAsAdmin(draft, user_id, by_admin);
    const member = admin ? null : memberOf(draft, user_id, "delete messages in it");
    const item = messageAt(draft, target);
    if (member !== null && item.user_id !== user_id && RANK[member.role] < RANK.moderator) {
      throw new ChatError("forbidden", "Only the author of a message, or a moderator of the room, may delete it.");
    }
    if (item.deleted !== undefined) return unchanged(draft, item);
    const change = nextChange(draft, user_id, suffix, target);
    const { seq, id, user_id: author, at, messages, client_id } = item;
    const reason = author === user_id ? undefined : command.reason;
    const tombstone: MessageItem = {
      kind: "message",
      seq,
      id,
      user_id: author,
      at,
      messages,
      content: "",
      ...(client_id === undefined ? {} : { client_id }),
      deleted: { at: change.at, by: user_id, ...(reason === undefined ? {} : { reason }) },
    };
    if (author !== user_id) {
      audit(draft, suffix, command, { actor: user_id, act: "message_removed", user_id: author, target });
    }
    draft.set(keys.item(draft.roomId, seq), tombstone);
    draft.set(keys.unshown(draft.roomId, seq), true);
    const sums = keys.unshownSums(draft.roomId, pageOf(seq));
    // checked: an upgrade or an import may make the sums anew at this moment, and does not touch the head
    draft.set(sums, withOneMore(draft.getChecked(sums, { isOwn: true }), seq));
    draft.head.unshown = Math.max(draft.head.unshown ?? 0, seq);
    dropPin(draft, item);
    for (const job of eraseFileJobs(item)) draft.put(job);
    if (item.revisions !== undefined || item.reactions !== undefined) {
      draft.put(dueJob({ kind: "erase_message", room_id: draft.roomId, seq }));
    }
    return addChange(draft, { ...change, kind: "delete", ...keepCalls(draft, tombstone, item) }, tombstone);
  },
};

export const react: Rule<Of<"react">> = {
  needs(roomId, { user_id, target }) {
    const seq = seqOf(target);
    return [
      keys.member(roomId, user_id),
      keys.item(roomId, seq),
      keys.reacted(roomId, user_id, seq),
    ];
  },
  apply(draft, { user_id, target, emoji, op }, suffix) {
    const member = memberOf(draft, user_id, "react in it");
    const item = messageAt(draft, target);
    if (item.deleted !== undefined) throw gone(target);
    const reactedKey = keys.reacted(draft.roomId, user_id, item.seq);
    const mine = draft.get(reactedKey) ?? [];
    // an older server may have stored the emoji in several forms; all of them are removed
    const given = mine.filter((form) => normalEmoji(form) === emoji);
    if ((given.length > 0) === (op === "add")) return unchanged(draft, item);

    if (op === "add") requireMaySpeak(draft, member);
    const reactions = (item.reactions ?? []).map((reaction) => ({ ...reaction }));
    const present = reactions.find((reaction) => reaction.emoji === emoji);
    const different = new Set([...reactions.map((reaction) => normalEmoji(reaction.emoji)), emoji]).size;
    if (op === "add" && different > LIMITS.emoji_per_message) {
      throw new ChatError("limit_reached", `A message carries at most ${LIMITS.emoji_per_message} different emoji.`);
    }
    const change = nextChange(draft, user_id, suffix, target);
    if (op === "add") {
      if (present === undefined) reactions.push({ emoji, count: 1 });
      else present.count++;
      draft.set(keys.reaction(draft.roomId, item.seq, emoji, user_id), change.at);
      draft.set(reactedKey, [...mine, emoji]);
    } else {
      for (const form of given) {
        const reaction = reactions.find((one) => one.emoji === form);
        if (reaction !== undefined) reaction.count--;
        draft.delete(keys.reaction(draft.roomId, item.seq, form, user_id));
      }
      const left = mine.filter((form) => !given.includes(form));
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
