/** The store cannot be used; the message says what to do. */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
}

/** Another process has the file. */
export class StoreLocked extends StoreError {
  override readonly name = "StoreLocked";
}

/** What no other try to open would mend; the message says what it is. */
export class LastingFailure extends Error {
  override readonly name = "LastingFailure";
}
