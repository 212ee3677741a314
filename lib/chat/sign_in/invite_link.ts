/** The link that "Invite people" shows at once: the one that the person has already, or a new one. */
import type { Invitation } from "../../store/keys.ts";
import type { Chat } from "../chat.ts";
import type { Doer } from "../moderation/audit.ts";
import { createInvitation, openInvitationsOf } from "./invitations.ts";

/** A link is sent in a message; a QR code hangs on a screen, where anybody may take a picture of it. */
const KINDS = {
  link: { uses: 20, expires_in_s: 604_800, least_s: 86_400 },
  qr: { uses: 20, expires_in_s: 3_600, least_s: 1_800 },
} as const;
export type InviteKind = keyof typeof KINDS;

/** Throws what createInvitation() throws. */
export async function inviteLink(chat: Chat, actor: Doer, kind: InviteKind): Promise<Invitation> {
  const { uses, expires_in_s, least_s } = KINDS[kind];
  const now = chat.clock.now();
  const own = (await openInvitationsOf(chat, actor.user_id)).find(({ qr = false, expires_at }) =>
    qr === (kind === "qr") && expires_at - now >= least_s * 1_000
  );
  return own ?? await createInvitation(chat, actor, { uses, expires_in_s }, kind === "qr" ? true : undefined);
}
