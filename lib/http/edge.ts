/** What holds for every request and every answer of pages, files, the API and refused sockets. */
import type { Config } from "../base/config/config.ts";
import { ChatError, errorBody, traceOf } from "../base/errors.ts";
import { refuseHost } from "./hosts.ts";
import type { Log } from "../base/log.ts";
import type { Histogram, Metrics } from "../base/metrics.ts";
import { requestId } from "./request_id.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const YEAR_S = 31_536_000;
/**
 * Clients of a stopping server come back at a random time within this many seconds, so that they do not all return at
 * once (thundering herd).
 */
const COME_BACK_S = 5;

export interface EdgeOptions {
  config: Config;
  log: Log;
  metrics: Metrics;
}

export class Edge {
  readonly #options: EdgeOptions;
  readonly #took: Histogram;
  /**
   * Headers for answers that have none of their own. The policy of a script's answer is also that of a worker which it
   * becomes, so it allows as much as the pages' policy does.
   */
  readonly #headers: [name: string, value: string][];
  #stopping = false;

  constructor(options: EdgeOptions) {
    this.#options = options;
    this.#took = options.metrics.histogram(
      "parley_http_seconds",
      "Seconds from a request to the headers of its response.",
    );
    this.#headers = [
      [
        "content-security-policy",
        "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
      ],
      ["x-content-type-options", "nosniff"],
      ["referrer-policy", "same-origin"],
      ["cross-origin-opener-policy", "same-origin"],
      ["cross-origin-resource-policy", "same-origin"],
    ];
    if (options.config.publicUrl?.startsWith("https:") === true) {
      this.#headers.push(["strict-transport-security", `max-age=${YEAR_S}`]);
    }
  }

  /** From now on requests are refused, each with a random time after which to try again. */
  stop(): void {
    this.#stopping = true;
  }

  /** Never rejects. An upgrade's answer (101) passes as it is. */
  async handle(request: Request, next: () => Promise<Response>): Promise<Response> {
    const began = performance.now();
    let response: Response;
    try {
      response = this.#refusal(request) ?? await next();
    } catch (error) {
      this.#options.log.error("a request failed", { ...about(request), error: traceOf(error) });
      response = errorAnswer(error);
    }
    if (response.status === 101) return response;
    const ms = performance.now() - began;
    this.#took.observe(ms / 1_000);
    this.#count(response.status);
    if (this.#options.config.logLevel === "debug") {
      this.#options.log.debug("request", { ...about(request), status: response.status, ms: Math.round(ms) });
    }
    return this.seal(request, response);
  }

  /** Adds what every answer is sent with. */
  seal(request: Request, response: Response): Response {
    const sealed = mutable(response);
    for (const [name, value] of this.#headers) if (!sealed.headers.has(name)) sealed.headers.set(name, value);
    sealed.headers.set("x-request-id", requestId(request));
    return sealed;
  }

  #refusal(request: Request): Response | null {
    // the platform builds this URL from the Host header without checking it
    if (!URL.canParse(request.url)) {
      return errorAnswer(new ChatError("bad_request", "The request's target and Host header do not make a valid URL."));
    }
    if (!METHODS.has(request.method)) {
      const answer = errorAnswer(
        new ChatError(
          "method_not_allowed",
          "This server does not know this method: the Allow header lists those that it knows.",
        ),
      );
      answer.headers.set("allow", [...METHODS].join(", "));
      return answer;
    }
    // a stopping server is still alive
    if (this.#stopping && new URL(request.url).pathname !== "/health") {
      const retryAfter = 1 + Math.floor(Math.random() * COME_BACK_S);
      return errorAnswer(new ChatError("shutting_down", "The server is stopping. Try again soon.", { retryAfter }));
    }
    const refused = refuseHost(request, this.#options.config);
    return refused === null ? null : errorAnswer(refused);
  }

  #count(status: number): void {
    const name = `${Math.floor(status / 100)}xx`;
    this.#options.metrics.counter("parley_http_responses_total", "Responses by status.", { status: name }).add();
  }
}

function about(request: Request) {
  const { method, url } = request;
  return { request_id: requestId(request), method, path: URL.parse(url)?.pathname.slice(0, 500) };
}

function errorAnswer(error: unknown): Response {
  const body = errorBody(error);
  return Response.json({ error: body }, {
    status: error instanceof ChatError ? error.status : 500,
    headers: {
      "cache-control": "no-store",
      ...(body.retry_after === undefined ? {} : { "retry-after": String(body.retry_after) }),
      ...(body.code === "shutting_down" ? { connection: "close" } : {}),
    },
  });
}

/** A copy of an answer whose headers can be set; those of some answers (redirects, answers of fetch) cannot. */
function mutable(response: Response): Response {
  try {
    response.headers.delete("x-powered-by");
    return response;
  } catch {
    return new Response(response.body, response);
  }
}
