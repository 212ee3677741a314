/** The API over a real Chat in memory, called without a socket. Every answer is held against the documentation. */
import * as v from "valibot";
import { type ApiHandler, makeApi } from "../../lib/api/api.ts";
import { errorsOf } from "../../lib/api/openapi.ts";
import type { Route } from "../../lib/api/route.ts";
import { API_ROUTES } from "../../lib/api/routes/all.ts";
import * as views from "../../lib/api/views.ts";
import { ERROR_STATUS } from "../../lib/base/errors.ts";
import type { OpenChat } from "../../lib/chat/open.ts";
import { assert, assertEquals } from "@std/assert";
import { openTestChat } from "../support/chat.ts";

export const ORIGIN = "http://127.0.0.1:8000";
export const PASSWORD = "correct horse battery";
// deno-lint-ignore no-explicit-any -- a test looks into whatever came, and fails where it is not what it expects
type Json = any;

export interface Person {
  id: string;
  cookie: string;
}

export interface CallOptions {
  as?: Person;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  body: Json;
  code: string | undefined;
}

export class TestApi implements AsyncDisposable {
  readonly handler: ApiHandler;

  constructor(readonly chat: OpenChat) {
    this.handler = makeApi(chat);
  }

  /** The answer as it is. */
  async raw(request: Request, address = "127.0.0.1"): Promise<Reply> {
    const response = await this.handler(request, {
      remoteAddr: { transport: "tcp", hostname: address, port: 5_000 },
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    const body: Json = isJson && text !== "" ? JSON.parse(text) : undefined;
    const reply = { status: response.status, headers: response.headers, text, body, code: body?.error?.code };
    assertDocumented(request, reply);
    return reply;
  }

  async call(method: string, path: string, { as, body, headers = {} }: CallOptions = {}): Promise<Reply> {
    return await this.raw(
      new Request(ORIGIN + path, {
        method,
        headers: {
          origin: ORIGIN,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(as === undefined ? {} : { cookie: as.cookie }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    );
  }

  /** Registers and signs in. */
  async person(username: string): Promise<Person> {
    const made = await this.call("POST", "/api/users", { body: { username, password: PASSWORD } });
    assertEquals(made.status, 201, made.text);
    const signedIn = await this.call("POST", "/api/users/login", { body: { username, password: PASSWORD } });
    assertEquals(signedIn.status, 200, signedIn.text);
    return { id: made.body.id, cookie: (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "" };
  }

  async room(owner: Person, kind: "public" | "private" = "public"): Promise<string> {
    const made = await this.call("POST", "/api/rooms", { as: owner, body: { name: "ops", kind } });
    assertEquals(made.status, 201, made.text);
    return made.body.id;
  }

  async send(as: Person, roomId: string, content: string): Promise<string> {
    const sent = await this.call("POST", `/api/rooms/${roomId}/messages`, { as, body: { content } });
    assertEquals(sent.status, 201, sent.text);
    return sent.body.id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.chat[Symbol.asyncDispose]();
  }
}

/** Rate limits are off; a test of them asks for `limits: true`. */
export async function openTestApi({ config, ...options }: Parameters<typeof openTestChat>[0] = {}): Promise<TestApi> {
  return new TestApi(await openTestChat({ ...options, config: { limits: false, ...config } }));
}

// made once: a pattern takes a good part of a millisecond, and every answer is held against all of them
const PATTERNS = API_ROUTES.map((route) => ({ route, pattern: new URLPattern({ pathname: route.path }) }));

export function routeOf(method: string, url: string): Route | undefined {
  const { pathname } = new URL(url);
  const wanted = method === "HEAD" ? "GET" : method;
  // a fixed path goes before one with names in it
  return PATTERNS.filter(({ route, pattern }) => route.method === wanted && pattern.test(url))
    .map(({ route }) => route)
    .sort((a, b) => Number(b.path === pathname) - Number(a.path === pathname))[0];
}

/** The status and the code are listed for this route, and the body has all that its schema says and nothing else. */
function assertDocumented(request: Request, { status, body, text, code }: Reply): void {
  const what = `${request.method} ${request.url} -> ${status} ${text}`;
  if (code !== undefined) {
    assertEquals(v.parse(views.error, body), body, what);
    assertEquals(Object.entries(ERROR_STATUS).find(([one]) => one === code)?.[1], status as never, what);
  }
  const route = routeOf(request.method, request.url);
  if (route === undefined || request.method === "HEAD") return;
  if (code !== undefined) {
    assert(errorsOf(route).some((one) => one === code), `not documented: ${what}`);
    return;
  }
  assert(Object.hasOwn(route.responses, status), `not documented: ${what}`);
  const schema = route.responses[status] ?? null;
  if (schema === views.bytes) return;
  if (schema === null) assertEquals(text, "", what);
  else assertEquals(v.parse(schema, body), body, what);
}
