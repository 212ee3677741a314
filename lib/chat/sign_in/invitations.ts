/** Codes that let people register while registration is by invitation. */
import * as v from "valibot";
import { ChatError } from "../../base/errors.ts";
import { randomId } from "../../base/ids.ts";
import { change } from "../../store/change.ts";
import { type Invitation, keys, ranges } from "../../store/keys.ts";
import { put } from "../../store/kv.ts";
import { auditPut, checkAdmin, type Doer, requireAdmin } from "../moderation/audit.ts";
import type { Chat } from "../chat.ts";
import { decode } from "../people/fields.ts";

export const INVITATIONS_A_PAGE = 100;

const count = (most: number) =>
  v.pipe(
    v.number(`must be a whole number from 1 to ${most}`),
    v.check((n) => Number.isSafeInteger(n) && n >= 1 && n <= most, `must be a whole number from 1 to ${most}`),
  );

export const invitationInput = v.strictObject({
  /** How many accounts it is good for. */
  uses: v.optional(count(1_000), 1),
  /** Seconds; at most a year, a week unless it is said. */
  expires_in_s: v.optional(count(31_536_000), 604_800),
});

/** Administrators only. */
export async function createInvitation(
  chat: Chat,
  actor: Doer,
  input: v.InferInput<typeof invitationInput>,
): Promise<Invitation> {
  requireAdmin(actor);
  const { uses, expires_in_s } = decode(invitationInput, input);
  const now = chat.clock.now();
  const invitation: Invitation = {
    code: randomId(16),
    created_by: actor.user_id,
    created_at: now,
    expires_at: now + expires_in_s * 1_000,
    uses_left: uses,
  };
  const detail = `${uses} × until ${new Date(invitation.expires_at).toISOString()}`;
  await change(chat.kv, [keys.invitation(invitation.code)], async ({ key }) => {
    const audit = auditPut(chat, actor, { act: "invitation_made", target: tagOf(invitation.code), detail });
    return {
      result: undefined,
      write: { checks: await checkAdmin(chat, actor), set: [put(key, invitation), audit] },
      proof: audit,
    };
  });
  return invitation;
}

/** Those that can still be used, by their codes; `after` is the last one's of the page before. Administrators only. */
export async function listInvitations(
  chat: Chat,
  actor: Pick<Doer, "admin">,
  after = "",
): Promise<{ invitations: Invitation[]; has_more: boolean }> {
  requireAdmin(actor);
  const found = await chat.kv.list(ranges.invitations(after), { limit: INVITATIONS_A_PAGE + 1 });
  const now = chat.clock.now();
  const page = found.slice(0, INVITATIONS_A_PAGE).map(({ value }) => value);
  return {
    invitations: page.filter(({ expires_at }) => expires_at > now),
    has_more: found.length > INVITATIONS_A_PAGE,
  };
}

/** Ends an invitation: its code no longer works. Throws `not_found`. */
export async function revokeInvitation(chat: Chat, actor: Doer, code: string): Promise<void> {
  requireAdmin(actor);
  if (!/^[0-9a-z]{16}$/.test(code)) throw noSuchInvitation();
  await change(chat.kv, [keys.invitation(code)], async ({ key, value }) => {
    const checks = await checkAdmin(chat, actor);
    if (value === null) throw noSuchInvitation();
    const audit = auditPut(chat, actor, { act: "invitation_revoked", target: tagOf(code) });
    return { result: undefined, write: { checks, set: [audit], delete: [key] }, proof: audit };
  });
}

function noSuchInvitation(): ChatError {
  return new ChatError("not_found", "There is no such invitation, or it is used up.");
}

/** Enough to recognise a code by; the audit log holds none that could be used. */
function tagOf(code: string): string {
  return `${code.slice(0, 4)}…`;
}
