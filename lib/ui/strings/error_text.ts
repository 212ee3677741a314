/** What went wrong, in the reader's language: the server's sentence is English, its code is for every language. */
import { ChatError } from "../../errors.ts";
import type { Strings } from "./en.ts";

export interface Failure {
  /** A code of errors.ts; one from after this client's time is shown as it came. */
  code: string;
  message: string;
  field?: string | undefined;
  /** Seconds. */
  retryAfter?: number | undefined;
}

export function errorText(strings: Strings, error: unknown): string {
  return error instanceof ChatError ? strings.failures.refused(error) : strings.failures.unknown;
}
