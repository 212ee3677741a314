/** One REST call: sends the request and decodes the answer. */
import * as v from "../decode.ts";
import { toChatError } from "./failure.ts";
import { errorBody } from "./schemas.ts";
import type { Answer, Requests } from "./requests.ts";

const failure = v.union(v.object({ error: errorBody }), errorBody);

/** Rejects with the server's ChatError, or with NoAnswer. */
export async function call<T>(
  requests: Requests,
  method: string,
  url: string,
  schema: v.Decoder<T>,
  body?: unknown,
): Promise<T> {
  const answer = await ask(requests, method, url, body);
  if (!answer.ok) {
    const told = v.safeParse(failure, answer.body);
    if (!told.success) throw toChatError({ code: "internal", message: `The server answered ${answer.status}.` });
    throw toChatError("error" in told.output ? told.output.error : told.output);
  }
  const result = v.safeParse(schema, answer.body);
  if (result.success) return result.output;
  throw toChatError({ code: "internal", message: "The server's answer could not be read: reload the page." });
}

export function ask(
  requests: Requests,
  method: string,
  url: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  return requests.ask(url, {
    method,
    headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }, { signal });
}

export function path(base: string, id: string): string {
  return `${base}/${encodeURIComponent(id)}`;
}

export function query(values: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) search.set(name, String(value));
  return search.toString();
}
