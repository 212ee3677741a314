/** A mute without an end has the year 9999 as its end. */
export function isForGood(until: string): boolean {
  return until >= "9999";
}
