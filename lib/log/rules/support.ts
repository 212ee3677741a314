/** What the rules share: checks of permission, looking up a message, and making the next event of a draft. */
import { ChatError } from "../../base/errors.ts";
import { seqOf, timeId } from "../../base/ids.ts";
import { noSuchRoom } from "../no_such_room.ts";
import type { ActorContext, AppendCommand, Known, Outcome } from "../command.ts";
import type { Draft } from "../draft.ts";
import { type Key, keys } from "../../store/keys.ts";
import type { AuditRecord, ChangeRecord, ItemRecord, MemberRecord, MessageItem, Role } from "../../protocol/model.ts";

export type Of<T extends AppendCommand["type"]> = Extract<AppendCommand, { type: T }>;

export interface RuleOptions {
  idempotencyMs: number;
  /** How long messages may be edited where the room has no setting of its own; 0: for ever. */
  editMs?: number;
}

export interface Rule<C extends AppendCommand> {
  /** Every key that `apply` may ask the draft for. */
  needs(roomId: string, command: C): Key<unknown>[];
  /** Further keys, whose names are only known from the values of the first ones. */
  follows?(roomId: string, command: C, known: Known): Key<unknown>[];
  /** Either throws a ChatError before its first write, or makes all its writes. */
  apply(draft: Draft, command: C, suffix: string, options: RuleOptions): Outcome;
}

/** The end of a mute that somebody has to lift: the last second of the year 9999. */
export const FOREVER = 253_402_300_799_000;

export const RANK: Record<Role, number> = { member: 0, moderator: 1, owner: 2 };

// ---- who may

export function memberOf(draft: Draft, userId: string, what: string): MemberRecord {
  const member = draft.get(keys.member(draft.roomId, userId));
  if (member?.state === "joined") return member;
  if (draft.room.kind !== "public") throw noSuchRoom(draft.roomId);
  throw new ChatError("forbidden", `Join the room ${JSON.stringify(draft.room.name)} to ${what}.`);
}

/** It gives no reason on purpose: somebody who blocks a person need not explain that. */
export const NOT_TAKEN = "This person does not take direct messages from you.";

/** Refuses somebody who is muted, or whom the other person of a direct conversation has blocked. */
export function requireMaySpeak(draft: Draft, member: MemberRecord): MemberRecord {
  if (member.refused === true) throw new ChatError("forbidden", NOT_TAKEN);
  const until = member.muted_until ?? 0;
  if (until <= draft.now) return member;
  const when = until >= FOREVER ? "until a moderator lifts it" : `until ${new Date(until).toISOString()}`;
  const retryAfter = Math.ceil((until - draft.now) / 1_000);
  throw new ChatError("muted", `You are muted in this room ${when}: you can read, but not write or react.`, {
    ...(until >= FOREVER ? {} : { retryAfter }),
  });
}

/**
 * Makes a provisional membership (somebody else put the member into the room) their own. Returns whether it was
 * provisional.
 */
export function takePlace(draft: Draft, member: MemberRecord): boolean {
  const { added, ...rest } = member;
  if (added === undefined) return false;
  draft.set(keys.member(draft.roomId, member.user_id), rest);
  draft.set(keys.joined(member.user_id, draft.roomId), true);
  return true;
}

/** Refuses members of a read-only room who are neither moderators nor owners. */
export function requireMayWrite(draft: Draft, member: MemberRecord): void {
  if (draft.room.read_only !== true || RANK[member.role] >= RANK.moderator) return;
  throw new ChatError("read_only", "This room is read-only: just its moderators and owners can write here.");
}

/** The actor in the audit log for the server's operator, who acts from its machine. No account has this id. */
export const OPERATOR_ID = "operator";

/** A server administrator moderates the rooms that they can see: public ones, and those they are in. */
export function actsAsAdmin(draft: Draft, userId: string, byAdmin: ActorContext["by_admin"]): boolean {
  if (byAdmin === undefined || byAdmin === false) return false;
  const sees = byAdmin === "anywhere" || draft.room.kind === "public" ||
    draft.get(keys.member(draft.roomId, userId))?.state === "joined";
  return sees && isAdmin(draft, userId);
}

/**
 * Whether the account is an administrator when the draft is committed: it is read in each try, and the commit checks
 * it.
 */
export function isAdmin(draft: Draft, userId: string): boolean {
  if (userId === OPERATOR_ID) return true;
  const user = draft.getChecked(keys.user(userId));
  return user?.admin === true && user.disabled_at === undefined;
}

/** The key of the account whose administrator's rights a command may need. */
export function adminOf(command: AppendCommand): Key<unknown>[] {
  if (!("by_admin" in command) || command.by_admin === undefined || command.by_admin === false) return [];
  const doer = "by" in command && command.by !== undefined ? command.by : command.user_id;
  return doer === OPERATOR_ID ? [] : [keys.user(doer)];
}

export function ownerOf(draft: Draft, userId: string, byAdmin: ActorContext["by_admin"], least: Role): void {
  const admin = actsAsAdmin(draft, userId, byAdmin);
  const member = admin ? null : memberOf(draft, userId, "change it");
  if (draft.room.kind === "direct") throw new ChatError("forbidden", "A direct conversation cannot be changed.");
  if (member !== null && RANK[member.role] < RANK[least]) {
    throw new ChatError("forbidden", `Only ${least === "owner" ? "an owner" : "a moderator"} of the room may do that.`);
  }
}

export function messageAt(draft: Draft, target: string): MessageItem {
  const item = draft.get(keys.item(draft.roomId, seqOf(target)));
  if (item === null || item.kind !== "message" || item.id !== target || item.seq <= draft.head.floor) {
    throw gone(target);
  }
  return item;
}

export function gone(target: string): ChatError {
  return new ChatError("no_such_message", `There is no message ${target} in this room, or it was deleted.`);
}

// ---- the audit log

/** Adds an entry to the audit log, in the same atomic as the act itself. Its id is as unique as the event's. */
export function audit(
  draft: Draft,
  suffix: string,
  { address, reason }: ActorContext,
  entry: Omit<AuditRecord, "id" | "at" | "room_id" | "address" | "reason">,
): void {
  const id = timeId(draft.now, suffix);
  draft.set(keys.audit(id), {
    id,
    at: draft.now,
    room_id: draft.roomId,
    ...entry,
    ...(reason === undefined || reason === "" ? {} : { reason }),
    ...(address === undefined ? {} : { address }),
  });
}

// ---- the next event

export function nextItem(draft: Draft, userId: string, suffix: string, messages: 0 | 1) {
  const seq = draft.head.seq + 1;
  return {
    seq,
    id: `${seq}-${suffix}`,
    user_id: userId,
    at: draft.at,
    messages: draft.head.messages + messages,
  };
}

export function nextChange(draft: Draft, userId: string, suffix: string, target: string) {
  const { messages: _, ...base } = nextItem(draft, userId, suffix, 0);
  return { ...base, target };
}

export function addItem(draft: Draft, item: ItemRecord): Outcome {
  const { head } = draft;
  const after = head.id;
  draft.set(keys.item(draft.roomId, item.seq), item);
  head.seq = item.seq;
  head.id = item.id;
  head.at = item.at;
  head.messages = item.messages;
  draft.events.push({ record: item, messages: item.messages, after });
  return { seq: item.seq, id: item.id, at: item.at, messages: item.messages, changed: true };
}

export function addChange(draft: Draft, change: ChangeRecord, target: MessageItem): Outcome {
  const { head } = draft;
  const after = head.id;
  draft.set(keys.change(draft.roomId, change.seq), change);
  head.seq = change.seq;
  head.id = change.id;
  head.at = change.at;
  draft.events.push({ record: change, target, messages: head.messages, after });
  return { seq: change.seq, id: change.id, at: change.at, messages: head.messages, changed: true };
}

export function unchanged(draft: Draft, item: MessageItem): Outcome {
  return {
    seq: item.seq,
    id: item.id,
    at: item.at,
    messages: draft.head.messages,
    changed: false,
    ...(item.reactions === undefined ? {} : { reactions: item.reactions }),
  };
}

/** The outcome of a command that had nothing to change. */
export function noChange(draft: Draft): Outcome {
  const { seq, id, at, messages } = draft.head;
  return { seq, id, at, messages, changed: false };
}
