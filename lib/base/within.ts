/** In real time, whatever the clock: the process wants to end. Rejects when it takes longer. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer;
  const late = new Promise<never>((_, reject) => timer = setTimeout(() => reject(new Error("the store is away")), ms));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
