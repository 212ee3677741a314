/** Where the emoji that an account used last are kept (recent_emoji.ts, which comes with the picker). */

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
