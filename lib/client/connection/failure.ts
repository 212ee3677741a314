/** Every failure between the client and its server, as one type of error. */
import { ChatError, ERROR_STATUS, type ErrorCode } from "../../base/errors.ts";

/**
 * No answer came: the connection is down or was lost. The outcome is unknown: the command may have been carried out.
 */
export class NoAnswer extends ChatError {
  constructor(message = "There is no connection to the server: try again when it is back.") {
    super("overloaded", message);
  }
}

interface Body {
  code: string;
  message: string;
  field?: string;
  retry_after?: number;
}

/** The server's error as a ChatError; a code that this client does not know becomes `internal` and keeps its message. */
export function toChatError(body: Body): ChatError {
  return new ChatError(isCode(body.code) ? body.code : "internal", body.message, {
    ...(body.field === undefined ? {} : { field: body.field }),
    ...(body.retry_after === undefined ? {} : { retryAfter: body.retry_after }),
  });
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_STATUS, code);
}

/** Whether the same request may succeed later, unchanged. */
export function isTransient(error: unknown): boolean {
  return !(error instanceof ChatError) || error.status >= 500 || error.code === "rate_limited";
}
