/**
 * One process a KV file: two would make each other's writes fail. The system holds the lock, so that nothing stale is
 * left behind however a process ends.
 */
import { messageOf } from "../base/errors.ts";
import { StoreError, StoreLocked } from "./store_error.ts";

/** Throws a StoreError when another process has the file. Dispose of it after the store was closed. */
export async function lockStore(path: string): Promise<Disposable> {
  const name = `${path}.lock`;
  const file = await open(name);
  try {
    if (await file.tryLock(true)) {
      await sayWho(file);
      return file;
    }
    const holder = (await Deno.readTextFile(name)).trim();
    throw new StoreLocked(
      `Another Parley${
        holder === "" ? "" : ` (process ${holder})`
      } is running on the database ${path}. Stop it first; ` +
        "or give this one a store of its own (DATA_DIR); or, for several servers on the same data, " +
        "use PostgreSQL (KV_URL). To use more cores of this machine, set ISOLATES.",
    );
  } catch (error) {
    file.close();
    throw error;
  }
}

async function open(name: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(name, { read: true, write: true, create: true, mode: 0o600 });
  } catch (error) {
    const why = messageOf(error);
    throw new StoreError(`Cannot open ${name}: ${why}. Check that its folder exists and may be written.`);
  }
}

/** Writes the process's id, for the message to a second process. A full disk is no reason not to start. */
async function sayWho(file: Deno.FsFile): Promise<void> {
  try {
    await file.truncate();
    await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch { /* they are told without it */ }
}
