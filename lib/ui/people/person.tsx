import type { Role, User } from "../../protocol/model.ts";
import { Avatar } from "../parts/avatar.tsx";
import { useStrings } from "../strings/context.ts";

interface PersonProps {
  user: User;
  online: boolean;
  role?: Role;
  onOpen?: (() => void) | undefined;
}

/** One line of the people pane. It always shows the username, because display names are not unique. */
export function Person({ user, online, role, onOpen }: PersonProps) {
  const t = useStrings().people;
  const inside = (
    <>
      <Avatar user={user} size="s" online={online} />
      <span class="person-names">
        <strong dir="auto">{user.display_name}</strong>
        <small>
          @{user.username}
          {role && role !== "member" && ` · ${t.roles[role]}`}
          <span class="hidden-text">, {online ? t.isOnline : t.isOffline}</span>
        </small>
      </span>
    </>
  );
  return onOpen
    ? (
      <button type="button" class="person" data-online={String(online)} onClick={onOpen}>
        {inside}
      </button>
    )
    : <div class="person" data-online={String(online)}>{inside}</div>;
}
