/** What somebody who is not in yet meets: who may make an account, and what became of their invitation. */
import type { Chat } from "../chat/chat.ts";
import { getServer } from "../chat/moderation/server.ts";
import { type Invited, lookUpInvitation } from "../chat/sign_in/invitations.ts";
import type { Registration } from "../protocol/joining.ts";

export interface Door {
  registration: Registration;
  /** null: none was brought. */
  invitation: Invited | { state: "unknown"; inviter: null } | null;
}

/** Only looks: an invitation's use is taken by the registration itself. */
export async function doorOf(chat: Chat, code: string): Promise<Door> {
  const [{ registration }, found] = await Promise.all([getServer(chat), lookUpInvitation(chat, code)]);
  return { registration, invitation: found ?? (code === "" ? null : { state: "unknown", inviter: null }) };
}
