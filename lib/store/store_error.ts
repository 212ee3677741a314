/** The store cannot be used; the message says what to do. */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
}

/** Another process has locked the database file. */
export class StoreLocked extends StoreError {
  override readonly name = "StoreLocked";
}

/** Opening failed for a reason that a retry cannot mend, such as a wrong password; the message names it. */
export class LastingFailure extends Error {
  override readonly name = "LastingFailure";
}
