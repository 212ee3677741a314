/**
 * Copies a KV file as it is at one moment, also while its server writes. It does what SQLite's VACUUM INTO does, but
 * row by row in one transaction, because the platform lets only a program with all permissions attach a database. Free
 * pages of the original, which may hold erased data, are not copied.
 */
import { DatabaseSync } from "node:sqlite";
import { dirname } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { StoreError } from "../../store/store_error.ts";

const BUSY_MS = 10_000;

/**
 * Either makes a complete copy at `to`, checked and synced to disk, or nothing. Replaces what is there. Throws a
 * StoreError.
 */
export async function copyStore(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  await removeStore(partial);
  try {
    // made here with mode 0600, because nobody else may read what it will hold
    (await Deno.open(partial, { write: true, createNew: true, mode: 0o600 })).close();
    copyRows(from, partial);
    await syncFile(partial);
    await Deno.rename(partial, to);
    await syncFile(dirname(to));
  } catch (error) {
    await removeStore(partial);
    if (error instanceof StoreError) throw error;
    throw new StoreError(`The database ${from} cannot be copied to ${to}: ${messageOf(error)}.`);
  }
}

/** Removes the file and what SQLite keeps beside it. */
export async function removeStore(path: string): Promise<void> {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) {
    await Deno.remove(path + suffix).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}

/** Syncs a file to disk; for a folder, the renames in it. */
export async function syncFile(path: string): Promise<void> {
  using file = await Deno.open(path);
  await file.sync();
}

/** Checks a file without changing it. Throws a StoreError that says what is wrong with it. */
export function checkStore(path: string): void {
  using db = openToRead(path);
  requireWhole(db, path);
}

function copyRows(from: string, to: string): void {
  using source = openToRead(from);
  source.exec("BEGIN");
  requireWhole(source, from);
  using target = new DatabaseSync(to);
  target.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
  const tables = schemaOf(source, "table");
  for (const { name, sql } of tables) {
    target.exec(sql);
    copyTable(source, target, name);
  }
  for (const { sql } of schemaOf(source, "index")) target.exec(sql);
  target.exec("COMMIT");
  requireWhole(target, to);
}

function copyTable(source: DatabaseSync, target: DatabaseSync, name: string): void {
  const columns = source.prepare("SELECT name FROM pragma_table_info(?)").all(name).map((row) =>
    quote(String(row["name"]))
  );
  const list = columns.join(", ");
  const insert = target.prepare(`INSERT INTO ${quote(name)} (${list}) VALUES (${columns.map(() => "?").join(", ")})`);
  const select = source.prepare(`SELECT ${list} FROM ${quote(name)}`);
  select.setReadBigInts(true);
  for (const row of select.iterate()) insert.run(...Object.values(row));
}

function schemaOf(db: DatabaseSync, type: "table" | "index"): { name: string; sql: string }[] {
  return db.prepare(
    "SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%'",
  )
    .all(type).map((row) => ({ name: String(row["name"]), sql: String(row["sql"]) }));
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function openToRead(path: string): DatabaseSync {
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    return db;
  } catch (error) {
    throw new StoreError(`The database ${path} cannot be opened: ${messageOf(error)}.`);
  }
}

/** Throws where the original is damaged, so that no copy of it looks complete. */
function requireWhole(db: DatabaseSync, path: string): void {
  let found: string;
  try {
    found = db.prepare("PRAGMA integrity_check(1)").all().map((row) => String(row["integrity_check"])).join("; ");
    if (schemaOf(db, "table").every(({ name }) => name !== "kv")) found = "it holds no store of this program";
  } catch (error) {
    found = messageOf(error);
  }
  if (found !== "ok") {
    throw new StoreError(`The database ${path} is damaged, or is not a database: ${found}. Take another backup.`);
  }
}
