/** How long a test waits for something before it fails: long, because the machine may do much else meanwhile. */
export const PATIENCE_MS = 120_000;

/** The first checks follow each other without a pause: some conditions need only a turn of the event loop. */
const EAGER = 20;
/** The pauses after them: what has not come soon takes long, and looking in a browser costs more than looking here. */
const PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 50;

/** Checks a condition again and again until it holds; fails after a long time. */
export async function until(isSo: () => boolean | Promise<boolean>, ms = PATIENCE_MS): Promise<void> {
  const end = performance.now() + ms;
  for (let looks = 0; !(await isSo()); looks++) {
    if (performance.now() > end) throw new Error(`not so within ${ms} ms: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, pauseAfter(looks)));
  }
}

/** In milliseconds: none at first, then a little more each time. */
function pauseAfter(looks: number): number {
  return looks < EAGER ? 0 : Math.min(LONGEST_PAUSE_MS, PAUSE_MS + (looks - EAGER) / 2);
}
