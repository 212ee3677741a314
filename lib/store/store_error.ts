/** The store cannot be used; the message says what to do. */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
}

/** Another process has the file. */
export class StoreLocked extends StoreError {
  override readonly name = "StoreLocked";
}
