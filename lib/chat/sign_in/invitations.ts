/** Codes that let people register while registration is by invitation, and that say who invited them. */
import * as v from "valibot";
import { ChatError } from "../../base/errors.ts";
import { randomId } from "../../base/ids.ts";
import { change } from "../../store/change.ts";
import { type Invitation, keys, lastPart, ranges } from "../../store/keys.ts";
import { type Entry, type Put, put } from "../../store/kv.ts";
import { auditPut, checkAdmin, type Doer, requireAdmin } from "../moderation/audit.ts";
import type { User } from "../../protocol/model.ts";
import type { Chat } from "../chat.ts";
import { publicUser } from "../people/directory.ts";
import { decode, invalid } from "../people/fields.ts";
import { pageOf } from "../paging.ts";

export const INVITATIONS_A_PAGE = 100;
/** Of one person without the administrator's role, those that can be used. */
export const OPEN_INVITATIONS = 20;
/** The most that such a person's invitation is good for. */
const USES_OF_MEMBERS = 100;
const MONTH_S = 2_592_000;
/** How many codes of a person are looked at; older ones are removed a month after their end (upkeep/expired.ts). */
const LOOKED_AT = 500;

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

export const invitationChanges = v.strictObject({
  /** How many more accounts it is good for. */
  uses: v.optional(count(1_000)),
  /** Seconds from now. */
  expires_in_s: v.optional(count(31_536_000)),
});

export type InvitationState = "open" | "used_up" | "expired" | "revoked";

export function stateOf(invitation: Invitation, now: number): InvitationState {
  if (invitation.revoked_at !== undefined) return "revoked";
  if (invitation.uses_left < 1) return "used_up";
  return invitation.expires_at <= now ? "expired" : "open";
}

/** For those who may invite: administrators, or everybody where they chose so. Throws `forbidden`, `limit_reached`. */
export async function createInvitation(
  chat: Chat,
  actor: Doer,
  input: v.InferInput<typeof invitationInput>,
  qr?: true,
): Promise<Invitation> {
  const { uses, expires_in_s } = decode(invitationInput, input);
  await checkInviter(chat, actor);
  requireModest(actor, uses, expires_in_s);
  const now = chat.clock.now();
  const invitation: Invitation = {
    code: randomId(16),
    created_by: actor.user_id,
    created_at: now,
    expires_at: now + expires_in_s * 1_000,
    uses_left: uses,
    ...(qr === undefined ? {} : { qr }),
  };
  await change(chat.kv, [keys.invitation(invitation.code)], async ({ key }) => {
    const checks = await checkInviter(chat, actor);
    if (!actor.admin && (await openInvitationsOf(chat, actor.user_id)).length >= OPEN_INVITATIONS) throw tooMany();
    const audit = auditPut(chat, actor, {
      act: "invitation_made",
      target: tagOf(invitation.code),
      detail: detailOf(invitation),
    });
    const set: Put[] = [put(key, invitation), put(keys.invited(actor.user_id, invitation.code), true), audit];
    return { result: undefined, write: { checks, set }, proof: audit };
  });
  return invitation;
}

/** Changes how many more people may come by it, and until when. Its maker may, and administrators. Throws `not_found`. */
export async function changeInvitation(
  chat: Chat,
  actor: Doer,
  code: string,
  input: v.InferInput<typeof invitationChanges>,
): Promise<Invitation> {
  const { uses, expires_in_s } = decode(invitationChanges, input);
  requireModest(actor, uses, expires_in_s);
  const { result } = await change(chat.kv, [invitationKey(code)], async ({ key, value }) => {
    const now = chat.clock.now();
    if (value === null || stateOf(value, now) !== "open") throw noSuchInvitation();
    const checks = await checkOwner(chat, actor, value);
    const changed: Invitation = {
      ...value,
      uses_left: uses ?? value.uses_left,
      expires_at: expires_in_s === undefined ? value.expires_at : now + expires_in_s * 1_000,
    };
    const audit = auditPut(chat, actor, { act: "invitation_changed", target: tagOf(code), detail: detailOf(changed) });
    return { result: changed, write: { checks, set: [put(key, changed), audit] }, proof: audit };
  });
  return result;
}

/** Those that can still be used, by their codes; `after` is the last one's of the page before. Administrators only. */
export async function listInvitations(
  chat: Chat,
  actor: Pick<Doer, "admin">,
  after = "",
): Promise<{ invitations: Invitation[]; has_more: boolean }> {
  requireAdmin(actor);
  const now = chat.clock.now();
  const { records, next } = await pageOf(INVITATIONS_A_PAGE, after, async (from, limit) => {
    const found = await chat.kv.list(ranges.invitations(from), { limit });
    return found.map(({ key, value }) => [lastPart(key), stateOf(value, now) === "open" ? value : null]);
  });
  return { invitations: records, has_more: next !== undefined };
}

/** A person's own that can still be used, the newest first. */
export async function openInvitationsOf(chat: Chat, userId: string): Promise<Invitation[]> {
  const codes = await chat.kv.list(ranges.invited(userId), { limit: LOOKED_AT });
  const entries = await chat.kv.getMany(codes.map(({ key }) => keys.invitation(lastPart(key))));
  const now = chat.clock.now();
  return entries.flatMap(({ value }) => value !== null && stateOf(value, now) === "open" ? [value] : [])
    .sort((a, b) => b.created_at - a.created_at);
}

/** Ends an invitation: its code no longer works. Its maker may, and administrators. Throws `not_found`. */
export async function revokeInvitation(chat: Chat, actor: Doer, code: string): Promise<void> {
  await change(chat.kv, [invitationKey(code)], async ({ key, value }) => {
    if (value === null || stateOf(value, chat.clock.now()) !== "open") {
      requireAdmin(actor);
      throw noSuchInvitation();
    }
    const checks = await checkOwner(chat, actor, value);
    const audit = auditPut(chat, actor, { act: "invitation_revoked", target: tagOf(code) });
    // the record stays, so that whoever follows the link later is told whom to ask
    const revoked: Invitation = { ...value, uses_left: 0, revoked_at: chat.clock.now() };
    return { result: undefined, write: { checks, set: [put(key, revoked), audit] }, proof: audit };
  });
}

/** Ends every invitation that can still be used. Administrators only. */
export async function revokeAllInvitations(chat: Chat, actor: Doer): Promise<void> {
  for (let after = "";;) {
    const { invitations, has_more } = await listInvitations(chat, actor, after);
    for (const { code } of invitations) {
      await revokeInvitation(chat, actor, code).catch((error: unknown) => {
        // used up, or revoked by somebody else, meanwhile
        if (!(error instanceof ChatError) || error.code !== "not_found") throw error;
      });
    }
    after = invitations.at(-1)?.code ?? "";
    if (!has_more || after === "") return;
  }
}

export interface Invited {
  state: InvitationState;
  /** Who made it, while their account stands. */
  inviter: User | null;
}

/** What became of an invitation; null: there never was one, or it ended long ago. Takes none of its uses. */
export async function lookUpInvitation(chat: Chat, code: string): Promise<Invited | null> {
  if (!/^[0-9a-z]{16}$/.test(code)) return null;
  const { value } = await chat.kv.get(keys.invitation(code));
  if (value === null) return null;
  const { value: maker } = await chat.kv.get(keys.user(value.created_by));
  const inviter = maker === null || maker.disabled_at !== undefined ? null : publicUser(maker);
  return { state: stateOf(value, chat.clock.now()), inviter };
}

type Check = Pick<Entry<unknown>, "key" | "versionstamp">;

/** Checks for a commit that the actor may still invite. Throws `forbidden`. */
async function checkInviter(chat: Chat, actor: Doer): Promise<Check[]> {
  if (actor.admin) return await checkAdmin(chat, actor);
  const [user, server] = await Promise.all([chat.kv.get(keys.user(actor.user_id)), chat.kv.get(keys.server())]);
  if (server.value?.inviting !== "everyone" || user.value === null || user.value.disabled_at !== undefined) {
    throw new ChatError(
      "forbidden",
      "Only an administrator may invite here. Ask one, or ask them to let everyone invite.",
    );
  }
  return [user, server].map(({ key, versionstamp }) => ({ key, versionstamp }));
}

/** Throws `forbidden` for anybody but the maker and administrators. */
async function checkOwner(chat: Chat, actor: Doer, { created_by }: Invitation): Promise<Check[]> {
  if (actor.user_id !== created_by) return await checkAdmin(chat, actor);
  return await checkInviter(chat, actor);
}

/** What administrators alone may give. Throws `invalid`. */
function requireModest({ admin }: Doer, uses = 1, seconds = 1): void {
  if (admin) return;
  if (uses > USES_OF_MEMBERS) throw invalid("uses", `must be at most ${USES_OF_MEMBERS}.`);
  if (seconds > MONTH_S) throw invalid("expires_in_s", `must be at most ${MONTH_S}, 30 days.`);
}

function invitationKey(code: string) {
  if (!/^[0-9a-z]{16}$/.test(code)) throw noSuchInvitation();
  return keys.invitation(code);
}

function noSuchInvitation(): ChatError {
  return new ChatError("not_found", "There is no such invitation, or it is used up.");
}

function tooMany(): ChatError {
  return new ChatError(
    "limit_reached",
    `You have ${OPEN_INVITATIONS} invitations that can still be used. Use one of them, or revoke one.`,
  );
}

function detailOf({ uses_left, expires_at }: Invitation): string {
  return `${uses_left} × until ${new Date(expires_at).toISOString()}`;
}

/** Enough to recognise a code by; the audit log holds none that could be used. */
function tagOf(code: string): string {
  return `${code.slice(0, 4)}…`;
}
