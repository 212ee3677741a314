/**
 * Room that is kept beside the store: to open a file SQLite has to make its journal, which it could not on a full disk,
 * and a server that is restarted there would not even read.
 */
const BYTES = 256 * 1024;

function reserveOf(path: string): string {
  return `${path}.reserve`;
}

/** Where there is room for it; there may be none. */
export async function keepReserve(path: string): Promise<void> {
  const name = reserveOf(path);
  try {
    if ((await Deno.stat(name)).size === BYTES) return;
  } catch { /* there is none */ }
  try {
    // not zeroes, which a file system might not keep
    await Deno.writeFile(name, crypto.getRandomValues(new Uint8Array(65_536)), { mode: 0o600 });
    for (let i = 1; i < BYTES / 65_536; i++) {
      await Deno.writeFile(name, crypto.getRandomValues(new Uint8Array(65_536)), { append: true });
    }
  } catch {
    await freeReserve(path);
  }
}

/** A store that was opened before, for it has its reserve, and whose file holds nothing: no new one takes its place. */
export async function isEmptied(path: string): Promise<boolean> {
  try {
    await Deno.stat(reserveOf(path));
    return (await Deno.stat(path)).size === 0;
  } catch {
    return false;
  }
}

/** Whether there was one. */
export async function freeReserve(path: string): Promise<boolean> {
  try {
    await Deno.remove(reserveOf(path));
    return true;
  } catch {
    return false;
  }
}
