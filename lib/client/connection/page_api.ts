/** What the page asks for from the start, and the rest of the calls (api.ts), which come when one is first wanted. */
import * as v from "valibot";
import type { Api } from "./api.ts";
import { ask, call, path, query } from "./call.ts";
import { type Page, page } from "./schemas.ts";
import type { Requests } from "./requests.ts";

/** REST calls the page's list `messages`, the socket `events`. */
const history = v.pipe(
  v.looseObject({ messages: v.array(v.unknown()) }),
  v.transform(({ messages, ...rest }) => ({ ...rest, events: messages })),
  page,
);

/** Whether the session is good. Rejects where nobody answers. */
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

/** The calls, whose class is fetched when one of them is first made. */
export function lazyApi(requests: Requests, load: LoadApi): LazyApi {
  let loaded: Api | undefined;
  // what it answers with under a name is what the class has there, once it is here
  return new Proxy<LazyApi>(Object.create(null), {
    get: (_, name) => async (...args: unknown[]) => {
      loaded ??= new (await requests.chunk(load)).Api(requests);
      return await Reflect.apply(Reflect.get(loaded, name), loaded, args);
    },
  });
}
