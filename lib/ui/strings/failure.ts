/** Something that was refused: an error's code, and the server's sentence in English. */
export interface Failure {
  /** A code of errors.ts; one from after this client's time is shown as it came. */
  code: string;
  message: string;
  field?: string | undefined;
  /** Seconds. */
  retryAfter?: number | undefined;
}
