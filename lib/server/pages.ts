/** Loads what the build wrote: Fresh's part by the one default export that its builder promises, and our files. */
import { type FromServer, giveToPages } from "../pages/app_state.ts";
import { TextCache } from "../base/text_cache.ts";
import { Assets } from "../pages/assets.ts";

export type Handler = (request: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>) => Promise<Response>;

/** What a request for a page is given, in addition to what all requests share. */
type Given = Omit<FromServer, "assets" | "kept">;

/** How much HTML is kept. V8 needs half as much for Latin letters. */
const KEPT_BYTES = 16 * 1024 * 1024;

export interface Pages {
  readonly kept: TextCache;
  answer(request: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>, given: Given): Promise<Response>;
}

/** The import is dynamic, so that a checkout that was never built still type-checks. */
export async function loadPages(buildDir: URL): Promise<Pages> {
  const entry = new URL("./server.js", buildDir);
  let assets: Assets;
  try {
    await Deno.stat(entry);
    assets = await Assets.open(buildDir);
  } catch (cause) {
    const hint = "run `deno run -P=build fresh.config.ts build` first";
    throw new Error(`No build in ${buildDir.pathname}: ${hint}`, { cause });
  }
  const module: unknown = await import(entry.href);
  const app = handlerOf(module, entry);
  const kept = new TextCache(KEPT_BYTES);
  return {
    kept,
    async answer(request, info, given) {
      const file = await assets.serve(request);
      if (file !== null) return file;
      const asked = asFreshTakesIt(request);
      giveToPages(asked, { ...given, assets, kept });
      return await app(asked, info);
    },
  };
}

/** `export default { fetch }`, as `deno serve` takes it, or `export default app.handler()`. */
function handlerOf(module: unknown, entry: URL): Handler {
  const exported: unknown = memberOf(module, "default");
  const handle: unknown = typeof exported === "function" ? exported : memberOf(exported, "fetch");
  if (typeof handle !== "function") throw new Error(`${entry.pathname} exports no handler: build again`);
  return async (request, info) => {
    const response: unknown = await Reflect.apply(handle, exported, [request, info]);
    if (response instanceof Response) return response;
    throw new Error(`${entry.pathname} answered with something that is not a Response`);
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/**
 * Changes a request so that Fresh can handle it. Fresh fails on a path with an invalid percent-encoding: there, each
 * percent sign is encoded. Fresh also adds a parameter with the build's name to the address of every picture in a page:
 * it is removed, because the API refuses unknown parameters.
 */
export function asFreshTakesIt(request: Request): Request {
  const url = new URL(request.url);
  if (!isDecodable(url.pathname)) url.pathname = url.pathname.replaceAll("%", "%25");
  else if (url.pathname.startsWith("/api/") && url.searchParams.has(BUILD_PARAMETER)) {
    url.searchParams.delete(BUILD_PARAMETER);
  } else return request;
  return new Request(url, request);
}

const BUILD_PARAMETER = "__frsh_c";

function isDecodable(path: string): boolean {
  try {
    decodeURI(path);
    return true;
  } catch {
    return false;
  }
}
