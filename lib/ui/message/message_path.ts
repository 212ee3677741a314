/** The address of one message. */
export function messagePath(roomId: string, messageId: string): string {
  return `/rooms/${encodeURIComponent(roomId)}?at=${encodeURIComponent(messageId)}`;
}
