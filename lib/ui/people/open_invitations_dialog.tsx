import { useChat } from "../page/context.ts";
import { usePartStrings } from "../page/part_strings.ts";
import { call, path } from "../../client/connection/call.ts";
import * as v from "../../client/decode.ts";
import { integer, string } from "../../client/connection/schemas.ts";
import type { Requests } from "../../client/connection/requests.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Notice } from "../parts/forms/field.tsx";
import { useAction } from "../parts/use_action.ts";

const list = v.object({ invitations: v.array(v.object({ code: string, uses_left: integer })) });
export type OpenInvitation = v.Decoded<typeof list>["invitations"][number];

/** Those that can still be used, a page at most; administrators alone may ask. */
export async function openInvitations(requests: Requests): Promise<OpenInvitation[]> {
  return (await call(requests, "GET", "/api/invitations", list)).invitations;
}

interface OpenInvitationsProps {
  invitations: readonly OpenInvitation[];
  onClose: () => void;
}

/** After a ban: who was sent away may know a link, and come back with another name. */
export function OpenInvitationsDialog({ invitations, onClose }: OpenInvitationsProps) {
  const { store: { requests } } = useChat();
  const { invite: t } = usePartStrings();
  const { busy, error, run } = useAction();
  const revoke = () =>
    run(async () => {
      for (const { code } of invitations) await call(requests, "DELETE", path("/api/invitations", code), v.unknown);
      onClose();
    });
  return (
    <Dialog title={t.open} onClose={onClose}>
      <p>{t.openAbout}</p>
      {error.value && <Notice kind="error" message={error.value.message} />}
      <ul>
        {invitations.map(({ code, uses_left }) => (
          <li key={code}>
            <code>{code}</code> <small>{t.left(uses_left)}</small>
          </li>
        ))}
      </ul>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>{t.keep}</button>
        <button type="button" class="button button-danger" disabled={busy.value} onClick={revoke}>{t.revoke}</button>
      </div>
    </Dialog>
  );
}
