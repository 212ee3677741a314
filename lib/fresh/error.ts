import type { ErrorStatus } from "@std/http/status";

/**
 * An error that ends the request with an HTTP status; `_error.tsx` gets it as `props.error`.
 * Source: https://fresh.deno.dev/docs/advanced/error-handling
 */
export class HttpError extends Error {
  readonly status: ErrorStatus;

  constructor(status: ErrorStatus, message = "", options?: ErrorOptions) {
    super(message, options);
    this.name = "HttpError";
    this.status = status;
  }
}

/** What a route answers to a method that it does not handle: the response must name those it does (RFC 9110, 15.5.6). */
export class MethodNotAllowed extends HttpError {
  constructor(readonly allow: string) {
    super(405, `Method not allowed: use ${allow}`);
  }
}
