/**
 * Splits what is written into small slices. The system reports a write only when all of it has gone out, so a slow reader
 * of a large write would look like one that reads nothing (connections.ts).
 */

/** A reader of 1 KiB a second takes one in 16 s. */
export const SLICE_BYTES = 16 * 1024;

/** Views, no copies. */
export function slices(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes.length <= SLICE_BYTES) return [bytes];
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) parts.push(bytes.subarray(at, at + SLICE_BYTES));
  return parts;
}
