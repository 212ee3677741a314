/**
 * A reserve of disk space beside the store. SQLite has to create a journal to open a file, which fails on a full disk, so
 * that a server restarted there could not even read. The reserve is freed then.
 */
const BYTES = 256 * 1024;

function reserveOf(path: string): string {
  return `${path}.reserve`;
}

/** Makes the reserve, where the disk has room for it. */
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

/** Whether the store was opened before (it has its reserve) and its file is empty now. No new store may take its place. */
export async function isEmptied(path: string): Promise<boolean> {
  try {
    await Deno.stat(reserveOf(path));
    return (await Deno.stat(path)).size === 0;
  } catch {
    return false;
  }
}

/** Frees the reserve. Returns whether there was one. */
export async function freeReserve(path: string): Promise<boolean> {
  try {
    await Deno.remove(reserveOf(path));
    return true;
  } catch {
    return false;
  }
}
