import type { Step } from "./segments.ts";

/** The composed handler for each method of one URL pattern, from the first middleware to the handler. */
export type Methods<State> = Map<string, Step<State>>;

export interface Match<State> {
  pattern: string;
  params: Record<string, string>;
  methods: Methods<State>;
}

/** Literal paths by a map, the others in order, by URLPattern: https://fresh.deno.dev/docs/concepts/file-routing */
export class Router<State> {
  #literal = new Map<string, Methods<State>>();
  #dynamic = new Map<string, { pattern: URLPattern; methods: Methods<State> }>();

  add(pattern: string, method: string, run: Step<State>): void {
    const methods = this.#methodsOf(pattern);
    if (!methods.has(method)) methods.set(method, run);
  }

  #methodsOf(pattern: string): Methods<State> {
    let methods = this.#literal.get(pattern) ??
      this.#dynamic.get(pattern)?.methods;
    if (methods !== undefined) return methods;
    methods = new Map();
    if (!/[:*{}(?+)]/.test(pattern)) this.#literal.set(pattern, methods);
    else {this.#dynamic.set(pattern, {
        pattern: new URLPattern({ pathname: pattern }),
        methods,
      });}
    return methods;
  }

  /** Throws a URIError where a parameter's percent escapes are malformed. */
  match(url: URL): Match<State> | null {
    const methods = this.#literal.get(url.pathname);
    if (methods !== undefined) {
      return { pattern: url.pathname, params: {}, methods };
    }
    for (const [pattern, { pattern: matcher, methods }] of this.#dynamic) {
      const groups = matcher.exec(url)?.pathname.groups;
      if (groups !== undefined) {
        return { pattern, params: decode(groups), methods };
      }
    }
    return null;
  }
}

function decode(groups: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURI(value ?? "")]));
}
