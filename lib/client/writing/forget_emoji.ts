/** The storage of the emoji that an account used last. recent_emoji.ts, which reads it, is fetched with the picker. */

/** For sign-out. */
export function forgetEmoji(userId: string, storage: Storage | null): void {
  try {
    storage?.removeItem(emojiKey(userId));
  } catch {
    // forbidden: then there are none
  }
}

export function emojiKey(userId: string): string {
  return `parley:emoji:${userId}`;
}
