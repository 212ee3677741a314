/**
 * Waits for `work`, and rejects when it takes longer than `ms`. In real time, not by the injected clock: the process is
 * about to end.
 */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer;
  const late = new Promise<never>((_, reject) => timer = setTimeout(() => reject(new Error("the store is away")), ms));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
