/** What the page of a new account says of the invitation that somebody came with. */
import type { User } from "../../protocol/model.ts";
import type { Registration } from "../../protocol/joining.ts";
import { Notice } from "../parts/forms/field.tsx";
import { usePageStrings } from "../strings/context.ts";
import type { PageStrings } from "../strings/language.ts";

interface DoorProps {
  door: {
    registration: Registration;
    invitation: {
      state: "open" | "used_up" | "expired" | "revoked" | "unknown";
      inviter: Pick<User, "display_name" | "username"> | null;
    } | null;
  };
}

/** Who invites to what. */
export function invitedSentence(
  { joining: t, register }: PageStrings,
  { registration, invitation }: DoorProps["door"],
  team: string,
): string {
  if (registration === "closed") return t.closed;
  if (invitation?.state === "open") {
    return invitation.inviter === null ? t.invited(team) : t.invitedBy(invitation.inviter.display_name, team);
  }
  return registration === "invite" && invitation === null ? t.byInvitation : register.sentence;
}

/** Why an invitation does not hold any more, and whom to ask. */
export function InvitationNotice({ door: { registration, invitation } }: DoorProps) {
  const { joining: t } = usePageStrings();
  if (invitation === null || invitation.state === "open" || registration === "closed") return null;
  const { state, inviter } = invitation;
  const why = state === "used_up" ? t.usedUp : t[state];
  const ask = inviter === null ? t.askAdmin : t.ask(inviter.display_name, inviter.username);
  return <Notice kind="error" message={`${why} ${registration === "open" ? t.anyway : ask}`} />;
}
