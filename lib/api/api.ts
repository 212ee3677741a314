/** The REST API: a Hono app made from the table of routes. */
import { Hono } from "@hono/hono";
import * as v from "valibot";
import { clientAddress } from "../http/address.ts";
import type { Chat } from "../chat/chat.ts";
import { Meter } from "../chat/meter.ts";
import type { ClientInfo } from "../chat/sign_in/client.ts";
import { stillSignedIn } from "../chat/sign_in/sessions.ts";
import { readCookie, sessionCookie } from "../chat/sign_in/cookies.ts";
import { ChatError, traceOf } from "../base/errors.ts";
import { NO_NUL, nulField } from "../protocol/text/nul.ts";
import { requestId } from "../http/request_id.ts";
import { readBody } from "./body.ts";
import { docsPage } from "./docs_page.ts";
import { admit } from "./guard.ts";
import { metricsPage } from "./metrics.ts";
import { makeOpenApi } from "./openapi.ts";
import { errorResponse, jsonResponse, seal } from "./respond.ts";
import type { Route } from "./route.ts";
import { API_ROUTES } from "./routes/all.ts";
import { MISSING, params as paramSchemas } from "./schemas.ts";

export type ApiHandler = (request: Request, info: { remoteAddr: Deno.Addr }) => Promise<Response>;
export interface ApiOptions {
  routes?: readonly Route[];
}

type Env = { Bindings: { client: ClientInfo } };

/** Answers everything under /api (sockets excepted), /health, /ready and /metrics. It never throws. */
export function makeApi(chat: Chat, { routes = API_ROUTES }: ApiOptions = {}): ApiHandler {
  const app = new Hono<Env>();
  for (const route of routes) {
    app.on(route.method, route.path, async (c) => {
      const request = c.req.raw;
      const since = chat.clock.elapsed();
      const admitted = await admit(chat, route, request, c.env.client);
      const params = decodeParams(c.req.param());
      const query = queryOf(new URL(request.url).searchParams);
      const body = await bodyOf(route, request, chat);
      const { client } = c.env;
      const userId = admitted?.user_id ?? null;
      // not in turn: file transfers, which have limits of their own, and sends, which share a commit (D9)
      const inTurn = route.rate === undefined && route.sends !== true;
      const answered = await Meter.run(chat, { userId, address: client.address, inTurn }, async (metered) => {
        const actor = admitted === null ? null : await stillSignedIn(chat, admitted, since);
        return await route.handle({ chat: metered, actor, client, request, params, query, body });
      });
      const response = jsonResponse(answered);
      if (admitted?.renewed === true) renewCookie(chat, request, response, admitted.expires_at);
      return response;
    });
  }
  addDocs(app, chat, routes);
  app.get("/metrics", (c) => metricsPage(chat, c.req.raw, c.env.client));
  refuseOtherMethods(app, [...routes, ...[...DOCS, "/metrics"].map((path) => ({ method: "GET", path }))]);
  app.notFound((c) => errorResponse(notFound(c.req.path)));
  app.onError((error) => Promise.reject(error)); // all errors are answered in one place, below

  return async (request, info) => {
    const client = {
      address: clientAddress(request, info.remoteAddr, chat.config),
      user_agent: (request.headers.get("user-agent") ?? "").slice(0, 256),
    };
    try {
      return seal(await app.fetch(request, { client }), requestId(request));
    } catch (error) {
      if (!(error instanceof ChatError)) logUnexpected(chat, request, error);
      return seal(errorResponse(error), requestId(request));
    }
  };
}

const DOCS = ["/api/openapi.json", "/api/docs"];

function addDocs(app: Hono<Env>, chat: Chat, routes: readonly Route[]): void {
  let openApi: ReturnType<typeof makeOpenApi> | undefined; // made at the first request: most servers never get one
  const document = () => openApi ??= makeOpenApi(routes, chat.config.publicUrl);
  let json: Uint8Array<ArrayBuffer> | undefined;
  app.get("/api/openapi.json", () => {
    json ??= new TextEncoder().encode(JSON.stringify(document()));
    return new Response(json, { headers: { "content-type": "application/json; charset=utf-8" } });
  });
  let page: string | undefined;
  app.get("/api/docs", () =>
    new Response(page ??= docsPage(document()), {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy":
          "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      },
    }));
}

function refuseOtherMethods(app: Hono<Env>, routes: readonly { method: string; path: string }[]): void {
  const methods = new Map<string, Set<string>>();
  for (const { method, path } of routes) {
    const known = methods.get(path) ?? new Set();
    methods.set(path, known.add(method));
    if (method === "GET") known.add("HEAD");
  }
  for (const [path, known] of methods) {
    const allow = [...known].sort().join(", ");
    app.all(path, (c) => {
      const { method } = c.req;
      const response = method === "OPTIONS" ? new Response(null, { status: 204 }) : errorResponse(
        new ChatError("method_not_allowed", `${method} is not possible here, only ${allow}. See GET /api/docs.`),
      );
      response.headers.set("allow", allow);
      return response;
    });
  }
}

function decodeParams(given: Record<string, string>): Record<string, string> {
  for (const [name, schema] of Object.entries(paramSchemas)) {
    const value = given[name];
    if (value === undefined || v.is(schema, value)) continue;
    const code = MISSING[name];
    if (code === undefined) throw new ChatError("invalid", `"${name}" must be one emoji, such as 👍.`, { field: name });
    throw new ChatError(code, `The ${name} in the path is not a valid id. See GET /api/docs.`);
  }
  return given;
}

/** The query's parameters; one that is given several times becomes a list. */
function queryOf(search: URLSearchParams): Record<string, unknown> {
  const query = Object.fromEntries([...new Set(search.keys())].map((name) => {
    const values = search.getAll(name);
    return [name, values.length === 1 ? values[0] : values];
  }));
  const field = nulField(query);
  if (field !== undefined) throw new ChatError("invalid", `${JSON.stringify(field)} ${NO_NUL}.`, { field });
  return query;
}

async function bodyOf(route: Route, request: Request, chat: Chat): Promise<unknown> {
  if (route.body === undefined) return undefined;
  const body = await readBody(request, chat);
  if (body !== undefined || route.bodyOptional === true) return body;
  throw new ChatError(
    "bad_json",
    `The body is empty: ${route.method} ${route.path} takes a JSON object with the header Content-Type: ` +
      "application/json. See GET /api/docs.",
  );
}

/** Sets the browser's cookie again after its session was prolonged, so that it lives as long. */
function renewCookie(chat: Chat, request: Request, response: Response, expiresAt: number): void {
  const secret = readCookie(chat.config, request.headers);
  if (secret === undefined || response.headers.has("set-cookie")) return;
  response.headers.append("set-cookie", sessionCookie(chat.config, secret, expiresAt));
}

function notFound(path: string): ChatError {
  return new ChatError("not_found", `There is no ${path.slice(0, 200)}. GET /api/docs lists every route.`);
}

function logUnexpected(chat: Chat, request: Request, error: unknown): void {
  chat.log.error("a request failed", {
    request_id: requestId(request),
    method: request.method,
    path: new URL(request.url).pathname.slice(0, 500),
    error: traceOf(error),
  });
}
