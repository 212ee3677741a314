/** The store's files are its owner's alone: they hold password hashes, sessions and everything that was said. */

/** The file, and what SQLite and the server keep beside it. */
const SUFFIXES = ["", "-wal", "-shm", "-journal", ".lock", ".reserve"];

/**
 * Makes the store's file where there is none, so that SQLite opens one that is private already (it gives `-wal` and
 * `-shm` the mode of the file), and corrects the modes of those that are there.
 */
export async function makePrivate(path: string): Promise<void> {
  await makeFile(path);
  for (const suffix of SUFFIXES) await restrict(path + suffix, 0o600);
}

/** Takes everybody else's rights away, where there are any. What belongs to another user, or is not there, stays. */
export async function restrict(path: string, mode: 0o600 | 0o700): Promise<void> {
  try {
    const now = (await Deno.stat(path)).mode;
    if (now !== null && (now & 0o077) !== 0) await Deno.chmod(path, mode);
  } catch { /* nothing there, or not ours: the owner decides who reads it */ }
}

async function makeFile(path: string): Promise<void> {
  try {
    (await Deno.open(path, { write: true, createNew: true, mode: 0o600 })).close();
  } catch { /* it is there, or cannot be made, which opening it then explains */ }
}
