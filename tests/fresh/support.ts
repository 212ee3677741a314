import { App, type Middleware } from "fresh";
import { Builder } from "fresh/dev";
import { ProdBuildCache, setBuildCache } from "fresh/internal";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { State } from "./fixture/define.ts";

export type Handler = (req: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;

const ROOT = fileURLToPath(new URL("./fixture", import.meta.url));

let built: Promise<string> | undefined;

/** The folder of the fixture app's build, made once a process, outside of the repository. */
export function fixtureBuild(): Promise<string> {
  return built ??= (async () => {
    const outDir = await Deno.makeTempDir({ prefix: "fresh-" });
    addEventListener("unload", () => Deno.removeSync(outDir, { recursive: true }));
    await new Builder({ root: ROOT, outDir }).build();
    return outDir;
  })();
}

/** An app with the fixture's routes, islands and files. */
export async function fixtureApp(...outer: Middleware<State>[]): Promise<App<State>> {
  const app = new App<State>().use(...outer, await builtFiles()).fsRoutes();
  await attach(app);
  return app;
}

/** Gives an app the fixture's build, as its `server.js` does. */
export async function attach<S>(app: App<S>): Promise<void> {
  const snapshot = await import(pathToFileURL(join(await fixtureBuild(), "snapshot.js")).href);
  setBuildCache(app, new ProdBuildCache(ROOT, snapshot), "production");
}

/** What the builder wrote for browsers is in `static/` by its URL. */
async function builtFiles<S>(): Promise<Middleware<S>> {
  const dir = join(await fixtureBuild(), "static");
  return async (ctx) => {
    if (!ctx.url.pathname.startsWith("/_fresh/")) return await ctx.next();
    const headers = { "content-type": "text/javascript; charset=utf-8" };
    return new Response(await Deno.readFile(join(dir, ctx.url.pathname)), { headers });
  };
}

/** Asks the fixture app. */
export async function ask(path: string, init?: RequestInit): Promise<Response> {
  return await (await fixtureApp()).handler()(new Request(`http://localhost${path}`, init));
}

/** A server on a free port, closed at the end of the scope. */
export function serve(handler: Handler): { origin: string } & AsyncDisposable {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  return { origin: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}
