/** The emoji that this account used last in this browser, newest first. */

const MOST = 16;

export function recentEmoji(userId: string, storage: Storage | null): string[] {
  try {
    return (storage?.getItem(keyOf(userId)) ?? "").split(" ").filter((emoji) => emoji !== "").slice(0, MOST);
  } catch {
    return [];
  }
}

export function rememberEmoji(userId: string, emoji: string, storage: Storage | null): void {
  const others = recentEmoji(userId, storage).filter((other) => other !== emoji);
  try {
    storage?.setItem(keyOf(userId), [emoji, ...others].slice(0, MOST).join(" "));
  } catch {
    // full or forbidden: then none are remembered
  }
}

/** For sign-out. */
export function forgetEmoji(userId: string, storage: Storage | null): void {
  try {
    storage?.removeItem(keyOf(userId));
  } catch {
    // forbidden: then there are none
  }
}

function keyOf(userId: string): string {
  return `parley:emoji:${userId}`;
}
