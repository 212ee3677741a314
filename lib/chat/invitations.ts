/** Codes that let people register while registration is by invitation. */
import * as v from "valibot";
import { ChatError } from "../errors.ts";
import { randomId } from "../ids.ts";
import { type Invitation, keys } from "../kv/keys.ts";
import { put } from "../kv/kv.ts";
import type { Actor } from "../model.ts";
import type { Chat } from "./chat.ts";
import { decode } from "./fields.ts";

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
  actor: Pick<Actor, "admin" | "user_id">,
  input: v.InferInput<typeof invitationInput>,
): Promise<Invitation> {
  if (!actor.admin) throw new ChatError("forbidden", "Only an administrator may make invitations.");
  const { uses, expires_in_s } = decode(invitationInput, input);
  const now = chat.clock.now();
  const invitation: Invitation = {
    code: randomId(16),
    created_by: actor.user_id,
    created_at: now,
    expires_at: now + expires_in_s * 1_000,
    uses_left: uses,
  };
  await chat.kv.commit({ set: [put(keys.invitation(invitation.code), invitation)] });
  return invitation;
}
