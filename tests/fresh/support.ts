import { App, type AppOptions, type Middleware, staticFiles } from "fresh";
import { Builder } from "fresh/dev";
import { type Build, loadBuild, setBuildCache } from "../../lib/fresh/build_cache.ts";
import { pathToFileURL } from "node:url";
import type { State } from "./fixture/define.ts";

export type Handler = (req: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;

let built: Promise<Build> | undefined;

/** The fixture app's build, made once a process, outside of the repository. */
export function fixtureBuild(): Promise<Build> {
  return built ??= (async () => {
    const outDir = await Deno.makeTempDir({ prefix: "fresh-" });
    addEventListener("unload", () => Deno.removeSync(outDir, { recursive: true }));
    await new Builder({ root: new URL("./fixture", import.meta.url).pathname, outDir }).build();
    return await loadBuild(pathToFileURL(`${outDir}/`));
  })();
}

export async function fixtureApp(options: AppOptions<State> = {}, ...outer: Middleware<State>[]): Promise<App<State>> {
  const app = new App<State>(options);
  for (const middleware of outer) app.use(middleware);
  setBuildCache(app, await fixtureBuild());
  return app.use(staticFiles()).fsRoutes();
}

/** Asks the fixture app, whose errors go to `errors`. */
export async function ask(path: string, init?: RequestInit, errors: unknown[] = []): Promise<Response> {
  const app = await fixtureApp({ reportError: (error) => errors.push(error) });
  return await app.handler()(new Request(`http://localhost${path}`, init));
}

/** A server on a free port, closed at the end of the scope. */
export function serve(handler: Handler): { origin: string } & AsyncDisposable {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  return { origin: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}
