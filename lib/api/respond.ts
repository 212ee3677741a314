/** From answers and errors to Responses. */
import { ChatError, errorBody } from "../base/errors.ts";
import { stringify } from "../base/kept_json.ts";
import { textResponse } from "../http/whole_body.ts";
import type { Answer } from "./route.ts";

/** JSON, unless the body is a stream of bytes, whose headers come with it. */
export function jsonResponse({ status, body, headers = [] }: Answer): Response {
  if (body === null || body instanceof ReadableStream) return new Response(body, { status, headers });
  const response = textResponse(stringify(body), { status, headers });
  response.headers.set("content-type", "application/json; charset=utf-8");
  return response;
}

/** Any error as `{"error": {...}}`; an unknown error becomes `internal`, without details. */
export function errorResponse(error: unknown): Response {
  const status = error instanceof ChatError ? error.status : 500;
  const response = jsonResponse({ status, body: { error: errorBody(error) } });
  if (status === 401) response.headers.set("www-authenticate", 'Bearer realm="parley"');
  if (status === 429 || status === 503) {
    const retryAfter = error instanceof ChatError ? error.retryAfter : undefined;
    response.headers.set("retry-after", String(Math.max(1, Math.ceil(retryAfter ?? 1))));
  }
  return response;
}

/** Adds the headers of every answer. Only the documentation is a page, and it brings its own Content-Security-Policy. */
export function seal(response: Response, requestId: string): Response {
  const { headers } = response;
  headers.set("x-request-id", requestId);
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "no-referrer");
  headers.set("cross-origin-resource-policy", "same-origin");
  if (!headers.has("content-security-policy")) {
    headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  }
  return response;
}
