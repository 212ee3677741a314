/** How long a test waits for something before it fails: long, because the machine may do much else meanwhile. */
export const PATIENCE_MS = 120_000;

/** So many looks follow each other at once: what needs no more than a turn of the event loop is not waited for. */
const EAGER = 20;
const POLL_MS = 5;

/** Looks again and again until something is so; fails when it does not become so. */
export async function until(isSo: () => boolean | Promise<boolean>, ms = PATIENCE_MS): Promise<void> {
  const end = performance.now() + ms;
  for (let looks = 0; !(await isSo()); looks++) {
    if (performance.now() > end) throw new Error(`not so within ${ms} ms: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, looks < EAGER ? 0 : POLL_MS));
  }
}
