/** File names to routes: https://fresh.deno.dev/docs/concepts/file-routing */
import { type Route, routeOf, type Segment } from "./segments.ts";
import type { Middleware, PageProps, RouteModule, ServerComponent } from "./types.ts";

export interface FileRoute<State> {
  pattern: string;
  route: Route<State>;
  /** The folders that it is in, from those of `routes/` inwards. */
  segments: Segment<State>[];
}

export interface FileRoutes<State> {
  /** `routes/` itself. */
  root: Segment<State>;
  routes: FileRoute<State>[];
}

/** @param files path under `routes/` -> module, as the build lists them */
export function readFileRoutes<State>(files: readonly (readonly [string, object])[]): FileRoutes<State> {
  const modules = new Map<string, RouteModule<State>>();
  for (const [path, module] of files) {
    modules.set(path.replace(/\.[jt]sx?$/, ""), module);
  }

  const folders = new Map<string, Segment<State>>();
  const folder = (path: string): Segment<State> => {
    let known = folders.get(path);
    if (known === undefined) {
      folders.set(path, known = readFolder(modules, path));
    }
    return known;
  };

  const routes: FileRoute<State>[] = [];
  for (const [path, module] of modules) {
    const names = path.split("/");
    if (names.at(-1)!.startsWith("_") || names.some((name) => name.startsWith("(_"))) continue;
    const segments = names.slice(1).map((_, depth) => folder(names.slice(0, depth + 1).join("/")));
    routes.push({
      pattern: module.config?.routeOverride ?? pathToPattern(path),
      route: routeOf(module),
      segments,
    });
  }
  routes.sort((a, b) => comparePatterns(a.pattern, b.pattern));
  return { root: folder(""), routes };
}

function readFolder<State>(modules: Map<string, RouteModule<State>>, path: string): Segment<State> {
  const find = (name: string) => modules.get(path === "" ? name : `${path}/${name}`);
  const [middleware, layout, error] = [find("_middleware"), find("_layout"), find("_error")];
  const component = componentOf(layout);
  return {
    middlewares: middleware === undefined ? [] : middlewaresOf(middleware),
    layout: component === null ? null : { component, config: layout?.config ?? {} },
    error: error === undefined ? null : routeOf(error),
    app: path === "" ? componentOf(modules.get("_app")) : null,
  };
}

/** A `_middleware` exports one or a list, as default or as `handler`. The casts: the file's name says what it holds. */
function middlewaresOf<State>(module: RouteModule<State>): Middleware<State>[] {
  const exported = module.default ?? module.handler ?? module.handlers ?? [];
  return [exported].flat() as Middleware<State>[];
}

function componentOf<State>(module: RouteModule<State> | undefined): ServerComponent<PageProps<unknown, State>> | null {
  return (module?.default ?? null) as
    | ServerComponent<PageProps<unknown, State>>
    | null;
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
