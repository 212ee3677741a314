/**
 * The REST calls of the first load, and a stand-in for the others (api.ts), whose chunk is fetched with the first call.
 */
import * as v from "../decode.ts";
import type { Api } from "./api.ts";
import { ask, call, path, query } from "./call.ts";
import { type Page, page } from "./schemas.ts";
import type { Requests } from "./requests.ts";

/** In a page of history REST names the list `messages`, the socket `events`. */
const history = v.map(
  v.looseObject({ messages: v.unknown }),
  ({ messages, ...rest }) => page({ ...rest, events: messages }),
);

/** Whether the session is valid. Rejects if no answer comes. */
export async function signedIn(requests: Requests, signal: AbortSignal): Promise<boolean> {
  return (await ask(requests, "GET", "/api/me", undefined, signal)).status !== 401;
}

export function readHistory(
  requests: Requests,
  roomId: string,
  range: { before?: number; after?: number; limit: number },
): Promise<Page> {
  const search = query({ ...range, include: "system" });
  return call(requests, "GET", `${path("/api/rooms", roomId)}/messages?${search}`, history);
}

/** All of its methods are asynchronous. */
export type LazyApi = Pick<Api, keyof Api>;
export type LoadApi = () => Promise<{ Api: new (requests: Requests) => Api }>;

/** The calls; their class is fetched when the first one is made. */
export function lazyApi(requests: Requests, load: LoadApi): LazyApi {
  let loaded: Api | undefined;
  // Under each name: a function that fetches the class, then calls its method of that name.
  return new Proxy<LazyApi>(Object.create(null), {
    get: (_, name) => async (...args: unknown[]) => {
      loaded ??= new (await requests.chunk(load)).Api(requests);
      return await Reflect.apply(Reflect.get(loaded, name), loaded, args);
    },
  });
}
