/**
 * The database of the offline store. A module of its own, so that sign-out can clear it without the code that reads it.
 */

const DATABASE = "parley";

/** For sign-out: removes all messages from this browser. */
export async function clearOffline(): Promise<void> {
  const database = await openDatabase();
  try {
    const all = database.transaction(["account", "rooms"], "readwrite");
    all.objectStore("account").clear();
    await done(all.objectStore("rooms").clear());
  } finally {
    database.close();
  }
}

export async function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("account");
    request.result.createObjectStore("rooms");
  };
  return await done(request);
}

export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser's database did not answer"));
  });
}
