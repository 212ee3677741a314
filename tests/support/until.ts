/** Polls until something is so, with a deadline. */
export async function until(isSo: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`never: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The first frame, past or future, that passes; rejects when it does not come in time. */
export async function frameOf<F>(
  socket: { frame(test: (frame: F) => boolean): Promise<F> },
  test: (frame: F) => boolean,
  ms = 30_000,
): Promise<F> {
  let timer;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no such frame in ${ms} ms: ${test}`)), ms);
  });
  try {
    return await Promise.race([socket.frame(test), late]);
  } finally {
    clearTimeout(timer);
  }
}
