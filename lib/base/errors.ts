/** The one table of error codes. REST answers with the status; a socket sends the code; both carry the message. */
export const ERROR_STATUS = {
  // what was sent is malformed
  bad_frame: 400,
  bad_json: 400,
  bad_request: 400,
  invalid: 422,
  unknown_command: 400,
  too_large: 413,
  // who you are
  unauthorized: 401,
  bad_credentials: 401,
  identity_in_url: 400,
  setup_code_required: 403,
  registration_closed: 403,
  invitation_required: 403,
  // what you may do
  forbidden: 403,
  muted: 403,
  read_only: 403,
  edit_window_over: 403,
  bad_origin: 403,
  bad_host: 403,
  // what there is
  not_found: 404,
  no_such_room: 404,
  no_such_message: 404,
  no_such_user: 404,
  no_such_file: 404,
  method_not_allowed: 405,
  username_taken: 409,
  room_name_taken: 409,
  conflict: 409,
  last_member: 409,
  limit_reached: 409,
  upgrade_required: 426,
  // later
  rate_limited: 429,
  overloaded: 503,
  storage_unavailable: 503,
  upgrading: 503,
  shutting_down: 503,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export interface ErrorDetails {
  /** The input field that is at fault. */
  field?: string;
  /** Seconds after which the same request may succeed. */
  retryAfter?: number;
}

/** What goes out of the server: `{"code", "message", "field"?, "retry_after"?}`. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  field?: string;
  retry_after?: number;
}

/** An error that its receiver can act on: a stable code, and a message that says what to do. */
export class ChatError extends Error {
  override readonly name = "ChatError";
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.field = details.field;
    this.retryAfter = details.retryAfter;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

const UNKNOWN: ErrorBody = {
  code: "internal",
  message: "Something went wrong on the server. Try again; if it stays, tell its operator the time of this error.",
};

/** Maps anything thrown to what may be told: the unknown becomes `internal`, never a stack. */
export function errorBody(error: unknown): ErrorBody {
  if (!(error instanceof ChatError)) return UNKNOWN;
  return {
    code: error.code,
    message: error.message,
    ...(error.field === undefined ? {} : { field: error.field }),
    ...(error.retryAfter === undefined ? {} : { retry_after: error.retryAfter }),
  };
}

/** An error on its way to another isolate of this process. */
export interface SentError {
  /** undefined: not a ChatError, but a fault of ours. */
  code?: ErrorCode;
  message: string;
  field?: string;
  retryAfter?: number;
}

export function sendable(error: unknown): SentError {
  if (!(error instanceof ChatError)) return { message: messageOf(error) };
  return {
    code: error.code,
    message: error.message,
    ...(error.field === undefined ? {} : { field: error.field }),
    ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
  };
}

/** The error that was sent, to be thrown here. */
export function received({ code, message, field, retryAfter }: SentError): Error {
  if (code === undefined) return new TypeError(message);
  return new ChatError(code, message, {
    ...(field === undefined ? {} : { field }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** What anything thrown says, for logs and for the messages of other errors. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The same with where it came from; for logs alone. */
export function traceOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
