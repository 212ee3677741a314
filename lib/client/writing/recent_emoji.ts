/** The emoji that this account used last in this browser, newest first. */
import { emojiKey } from "./forget_emoji.ts";

const MOST = 16;

export function recentEmoji(userId: string, storage: Storage | null): string[] {
  try {
    return (storage?.getItem(emojiKey(userId)) ?? "").split(" ").filter((emoji) => emoji !== "").slice(0, MOST);
  } catch {
    return [];
  }
}

export function rememberEmoji(userId: string, emoji: string, storage: Storage | null): void {
  const others = recentEmoji(userId, storage).filter((other) => other !== emoji);
  try {
    storage?.setItem(emojiKey(userId), [emoji, ...others].slice(0, MOST).join(" "));
  } catch {
    // The storage is full or forbidden: the list is not kept.
  }
}
