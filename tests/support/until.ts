/** How long a test waits for something before it fails: long, because the machine may do much else meanwhile. */
export const PATIENCE_MS = 120_000;

/** The first checks follow each other without a pause: some conditions need only a turn of the event loop. */
const EAGER = 20;
const POLL_MS = 5;

/** Checks a condition again and again until it holds; fails after a long time. */
export async function until(isSo: () => boolean | Promise<boolean>, ms = PATIENCE_MS): Promise<void> {
  const end = performance.now() + ms;
  for (let looks = 0; !(await isSo()); looks++) {
    if (performance.now() > end) throw new Error(`not so within ${ms} ms: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, looks < EAGER ? 0 : POLL_MS));
  }
}
