import type { ErrorStatus } from "@std/http/status";

/**
 * An error that ends the request with an HTTP status; `_error.tsx` finds it in `ctx.error`.
 * Source: https://fresh.deno.dev/docs/advanced/error-handling
 */
export class HttpError extends Error {
  readonly status: ErrorStatus;

  constructor(status: ErrorStatus, message?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HttpError";
    this.status = status;
  }
}
