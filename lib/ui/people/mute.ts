/** A mute that somebody has to lift ends in the year 9999. */
export function isForGood(until: string): boolean {
  return until >= "9999";
}
