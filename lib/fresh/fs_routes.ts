/** File names to routes: https://fresh.deno.dev/docs/concepts/file-routing */
import type { Layout } from "./context.ts";
import type { Middleware, PageProps, RouteModule, ServerComponent } from "./types.ts";

type Component<State> = ServerComponent<PageProps<unknown, State>>;

/** What a folder's `_middleware`, `_layout` and `_error` add to the routes in it. */
export interface Folder<State> {
  middlewares: Middleware<State>[];
  layout: Layout<State> | null;
  error: Component<State> | null;
}

export interface FileRoute<State> {
  pattern: string;
  module: RouteModule<State>;
  /** From `routes/` itself inwards. */
  folders: Folder<State>[];
}

export interface FileRoutes<State> {
  app: Component<State> | null;
  root: Folder<State>;
  routes: FileRoute<State>[];
}

/** @param files path under `routes/` -> module, as the build lists them */
export function readFileRoutes<State>(files: readonly (readonly [string, object])[]): FileRoutes<State> {
  const modules = new Map<string, RouteModule<State>>();
  for (const [path, module] of files) modules.set(path.replace(/\.[jt]sx?$/, ""), module);

  const folders = new Map<string, Folder<State>>();
  const folder = (path: string): Folder<State> => {
    let known = folders.get(path);
    if (known === undefined) folders.set(path, known = readFolder(modules, path));
    return known;
  };

  const routes: FileRoute<State>[] = [];
  for (const [path, module] of modules) {
    const segments = path.split("/");
    if (segments.at(-1)!.startsWith("_") || segments.some((segment) => segment.startsWith("(_"))) continue;
    const chain = segments.map((_, depth) => folder(segments.slice(0, depth).join("/")));
    routes.push({ pattern: module.config?.routeOverride ?? pathToPattern(path), module, folders: chain });
  }
  routes.sort((a, b) => comparePatterns(a.pattern, b.pattern));
  return { app: componentOf(modules.get("_app")), root: folder(""), routes };
}

function readFolder<State>(modules: Map<string, RouteModule<State>>, path: string): Folder<State> {
  const find = (name: string) => modules.get(path === "" ? name : `${path}/${name}`);
  const middleware = find("_middleware");
  const layout = find("_layout");
  const component = componentOf(layout);
  return {
    middlewares: middleware === undefined ? [] : middlewaresOf(middleware),
    layout: component === null ? null : { component, config: layout?.config ?? {} },
    error: componentOf(find("_error")),
  };
}

/** A `_middleware` exports one or a list, as default or as `handler`. The casts: the file's name says what it holds. */
function middlewaresOf<State>(module: RouteModule<State>): Middleware<State>[] {
  const exported = module.default ?? module.handler ?? module.handlers ?? [];
  return [exported].flat() as Middleware<State>[];
}

function componentOf<State>(module: RouteModule<State> | undefined): Component<State> | null {
  return (module?.default ?? null) as Component<State> | null;
}

/** `rooms/[id]` -> `/rooms/:id`. */
export function pathToPattern(path: string): string {
  let pattern = "";
  for (const segment of path.split("/")) {
    if (/^\(.*\)$/.test(segment)) continue;
    const rest = /^\[\.\.\.(.+)\]$/.exec(segment);
    const optional = /^\[\[(.+)\]\]$/.exec(segment);
    if (rest !== null) pattern += `/:${rest[1]}*`;
    else if (optional !== null) pattern += `{/:${optional[1]}}?`;
    else pattern += "/" + segment.replaceAll(/\[(.+?)\]/g, ":$1");
  }
  return pattern.replace(/\/index$/, "") || "/";
}

/** Segment by segment: literal before parameter before optional before rest. */
function comparePatterns(a: string, b: string): number {
  const left = a.split("/"), right = b.split("/");
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = rank(left[i]) - rank(right[i]);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : 1;
}

function rank(segment: string | undefined): number {
  if (segment === undefined) return 1.5;
  if (segment.endsWith("*")) return 4;
  if (segment.endsWith("}?") || segment.endsWith("{")) return 3;
  return segment.includes(":") ? 2 : 1;
}
