/** The audit log: written in the atomic that does an act, read by administrators, changed by nobody. */
import { ChatError } from "../../base/errors.ts";
import { timeId } from "../../base/ids.ts";
import { OPERATOR_ID } from "../../log/rules/support.ts";
import { keys, ranges } from "../../store/keys.ts";
import { type Entry, type Put, put } from "../../store/kv.ts";
import type { Actor, AuditRecord, UserRecord } from "../../protocol/model.ts";
import type { Chat } from "../chat.ts";

export const AUDIT_PAGE = 100;

/** Who does an act that the audit log records: an actor, or the operator. */
export type Doer = Pick<Actor, "admin" | "user_id" | "address">;

export const OPERATOR = { admin: true, user_id: OPERATOR_ID } as const;

/** The audit entry of an act that goes through no room's queue, to be set in the act's own commit. */
export function auditPut(
  chat: Pick<Chat, "clock">,
  { user_id: actor, address }: Pick<Doer, "user_id" | "address">,
  entry: Omit<AuditRecord, "id" | "at" | "actor" | "address">,
): Put {
  const at = chat.clock.now();
  const id = timeId(at);
  return put(keys.audit(id), { id, at, actor, ...entry, ...(address === undefined ? {} : { address }) });
}

/** A page of entries, newest first; `before` is the id of the last entry of the page before. Administrators only. */
export async function readAudit(
  chat: Chat,
  actor: Pick<Actor, "admin">,
  { before, limit = AUDIT_PAGE }: { before?: string | undefined; limit?: number | undefined } = {},
): Promise<{ entries: AuditRecord[]; has_more: boolean }> {
  requireAdmin(actor);
  const range = before === undefined ? ranges.audit() : ranges.auditBefore(before);
  const most = Math.max(1, Math.min(limit, 500));
  const found = await chat.kv.list(range, { limit: most + 1, reverse: true });
  return { entries: found.slice(0, most).map(({ value }) => value), has_more: found.length > most };
}

/**
 * Checks for a commit that the doer is still an administrator. Without them, two administrators who demote each other at
 * the same moment would both succeed (write skew) and none would be left. Throws `forbidden`.
 */
export async function checkAdmin(chat: Chat, doer: Doer): Promise<Pick<Entry<UserRecord>, "key" | "versionstamp">[]> {
  requireAdmin(doer);
  if (doer.user_id === OPERATOR.user_id) return [];
  const { key, value, versionstamp } = await chat.kv.get(keys.user(doer.user_id));
  requireAdmin({ admin: value?.admin === true && value.disabled_at === undefined });
  return [{ key, versionstamp }];
}

export function requireAdmin({ admin }: Pick<Actor, "admin">): void {
  if (!admin) throw new ChatError("forbidden", "Only an administrator of this server may do that.");
}
