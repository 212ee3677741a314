import { colorClass } from "../../protocol/colors.ts";
import type { User } from "../../protocol/model.ts";

interface AvatarProps {
  user: Pick<User, "display_name" | "color" | "avatar">;
  size?: "xs" | "s" | "m" | "l";
  /** Absent if presence is unknown or does not matter. */
  online?: boolean;
}

/** A person's picture, or their initials on their colour. Only decoration: the name is beside it. */
export function Avatar({ user, size = "m", online }: AvatarProps) {
  return (
    <span class={`avatar avatar-${size} ${colorClass(user.color)}`} aria-hidden="true">
      {user.avatar === undefined
        ? initials(user.display_name)
        : <img src={`/api/avatars/${user.avatar}`} alt="" width={128} height={128} loading="lazy" />}
      {online === undefined ? null : <span class="presence" data-online={String(online)} />}
    </span>
  );
}

/** "Ada Lovelace" -> "AL", "grace" -> "G", "李 小龙" -> "李小". */
export function initials(name: string): string {
  const words = name.trim().split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words.map((word) => [...word].find((c) => /[\p{L}\p{N}]/u.test(c)) ?? "");
  const picked = letters.length > 2 ? [letters[0], letters.at(-1)] : letters;
  return picked.join("").toLocaleUpperCase() || ([...name.trim()][0] ?? "?");
}
