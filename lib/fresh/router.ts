import type { Middleware } from "./types.ts";

/** One URL pattern: by method what to run, from the first middleware to the handler. */
export interface Route<State> {
  pattern: string;
  methods: Map<string, Middleware<State>>;
  /** For any other method: the handler of `.all()`, or what answers 405. */
  otherwise: Middleware<State>;
}

export interface Match<State> {
  route: Route<State>;
  params: Record<string, string>;
}

/** Literal paths by a map, the others in order, by URLPattern: https://fresh.deno.dev/docs/concepts/file-routing */
export class Router<State> {
  #literal = new Map<string, Route<State>>();
  #dynamic: { pattern: URLPattern; route: Route<State> }[] = [];

  add(route: Route<State>): void {
    if (/[:*{(?+\\]/.test(route.pattern)) {
      this.#dynamic.push({ pattern: new URLPattern({ pathname: route.pattern }), route });
    } else if (!this.#literal.has(route.pattern)) {
      this.#literal.set(route.pattern, route);
    }
  }

  match(url: URL): Match<State> | null {
    const route = this.#literal.get(url.pathname);
    if (route !== undefined) return { route, params: {} };
    for (const { pattern, route } of this.#dynamic) {
      const groups = pattern.exec(url)?.pathname.groups;
      if (groups !== undefined) return { route, params: decode(groups) };
    }
    return null;
  }
}

function decode(groups: Record<string, string | undefined>): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(groups)) {
    if (value !== undefined) params[name] = decodeOrKeep(value);
  }
  return params;
}

function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a malformed escape is the client's doing: the handler sees it as it came
  }
}

/** Makes one middleware of many; each finds the next at `ctx.next` when it is called. */
export function chain<State>(middlewares: Middleware<State>[]): Middleware<State> {
  return middlewares.reduceRight<Middleware<State>>(
    (inner, middleware) => (ctx) => {
      ctx.next = async () => await inner(ctx);
      return middleware(ctx);
    },
    () => Promise.reject(new Error("The last middleware called ctx.next()")),
  );
}
