/** Server rendering: the page inside layouts inside `_app`, then the additions of islands and `Head`. */
import {
  type ComponentChildren,
  Fragment,
  type FunctionComponent,
  h,
  isValidElement,
  toChildArray,
  type VNode,
} from "preact";
import { jsxTemplate } from "preact/jsx-runtime";
import { renderToString } from "preact-render-to-string";
import type { BuildSnapshot } from "./build_cache.ts";
import { islandBoundaries } from "./islands.ts";
import { type Rendering, rendering } from "./rendering.ts";
import { isPlain, serialize, serializePlain } from "./serialize.ts";
import type { AsyncComponent, Html, LayoutConfig, PageProps, ServerComponent } from "./types.ts";

/** A page, a layout or `_app`. */
export type Wrapper<State> = ServerComponent<PageProps<unknown, State>>;

export interface Layout<State> {
  component: Wrapper<State>;
  config: LayoutConfig;
}

/** The layouts and `_app` around a page. */
export interface Frame<State> {
  app: Wrapper<State> | null;
  /** Outermost first. */
  layouts: Layout<State>[];
}

/** The props with a component's request. */
type About<State> = Omit<PageProps<unknown, State>, "data">;

/** The response's property with the nonce of its inline script: the policy needs it, and no header may show it. */
const NONCE = Symbol.for("__freshNonce");

export async function renderToResponse<State>(
  about: About<State>,
  frame: Frame<State>,
  build: BuildSnapshot | null,
  page: Html | null,
  init: ResponseInit,
  config: LayoutConfig,
): Promise<Response> {
  let content = page;
  for (const { component } of config.skipInheritedLayouts ? [] : frame.layouts.toReversed()) {
    const inner = content;
    const outer = await place(about, component, undefined, () => inner);
    if (outer instanceof Response) return outer;
    content = outer;
  }
  // `_app` is rendered around the page's finished HTML: no context gets from there into the page
  let html: Html | null = null;
  const app = await place(about, config.skipAppWrapper ? Document : frame.app ?? Document, undefined, () => html);
  if (app instanceof Response) return app;
  const nonce = crypto.randomUUID().replaceAll("-", "");
  const text = renderDocument(build, nonce, () => {
    html = jsxTemplate([renderToString(h(Fragment, null, content))]);
    return renderToString(h(Fragment, null, app));
  });
  const headers = new Headers(init.headers);
  headers.set("content-type", "text/html; charset=utf-8");
  const response = new Response(text, { status: init.status ?? 200, headers });
  return Object.assign(response, { [NONCE]: nonce });
}

/** An async component is called here, as it may fetch; any other renders as an element, so that it may use hooks. */
export async function place<State>(
  about: About<State>,
  component: Wrapper<State>,
  data: unknown,
  Component: FunctionComponent,
): Promise<Html | Response | null> {
  const { req, url, params, state, info, error, route } = about;
  const props = {
    req,
    url,
    params,
    state,
    info,
    error,
    route,
    Component,
    data,
  };
  if (isAsync(component)) return await component(props);
  return h(component, props);
}

function isAsync<State>(component: Wrapper<State>): component is AsyncComponent<PageProps<unknown, State>> {
  return component.constructor.name === "AsyncFunction";
}

/** The document around a page of an App without `_app`. */
function Document({ Component }: Pick<PageProps, "Component">): Html {
  const head = h("head", null, h("meta", { charset: "utf-8" }));
  return h("html", { lang: "en" }, head, h("body", null, h(Component, null)));
}

function renderDocument(build: BuildSnapshot | null, nonce: string, render: () => string): string {
  const boundaries = build === null ? null : islandBoundaries(build);
  const collected: Rendering = {
    head: [],
    islands: [],
    boundary: (component) => boundaries?.get(component),
  };
  const outer = rendering.current;
  rendering.current = collected;
  try {
    let html = render();
    let head = "";
    if (collected.head.length > 0) {
      [html, head] = mergeHead(html, collected.head);
    }
    if (build !== null) {
      const scripts = scriptsFor(build, nonce, collected.islands);
      head += scripts.head;
      html = insertBefore(html, html.lastIndexOf("</body>"), scripts.body);
    }
    return "<!DOCTYPE html>" + insertBefore(html, html.indexOf("</head>"), head);
  } finally {
    rendering.current = outer;
  }
}

/** Merges several Heads: of equal tags the last stays, and a title replaces the one of `_app`. */
function mergeHead(html: string, heads: ComponentChildren[]): [html: string, head: string] {
  const tags = new Map<string, ComponentChildren>();
  for (const child of toChildArray(heads)) {
    tags.set(isValidElement(child) ? headKey(child, tags.size) : `#${tags.size}`, child);
  }
  const end = html.indexOf("</head>");
  if (tags.has("title") && end >= 0) {
    html = html.slice(0, end).replace(/<title\b[^>]*>[^<]*<\/title>/, "") + html.slice(end);
  }
  return [html, renderToString(h(Fragment, null, [...tags.values()]))];
}

function headKey(element: VNode<{ id?: string; name?: string }>, count: number): string {
  if (element.type === "title") return "title";
  // toChildArray leaves keys as they were written
  if (element.key !== null && element.key !== undefined) {
    return `key:${element.key}`;
  }
  if (element.props.id !== undefined) return `id:${element.props.id}`;
  if (element.type === "meta" && element.props.name !== undefined) {
    return `meta:${element.props.name}`;
  }
  return `#${count}`;
}

/** The module that starts the islands is inline; the content security policy allows it by its nonce. */
function scriptsFor(
  build: BuildSnapshot,
  nonce: string,
  islands: Rendering["islands"],
): { head: string; body: string } {
  if (islands.length === 0) return { head: "", body: "" };
  const used = islands.map(({ name }) => build.islands.find((island) => island.name === name)!);
  const preload = new Set([build.boot, ...used].flatMap((module) => [module.chunk, ...module.preload]));
  const chunks = JSON.stringify(used.map((island) => island.chunk));
  return {
    head: [...preload].map((url) => `<link rel="modulepreload" href="${url}">`).join(""),
    body: `<script type="module" nonce="${nonce}">import{boot}from"${build.boot.chunk}";` +
      `boot({"chunks":${chunks},${propsOf(islands)}})</script>`,
  };
}

function propsOf(islands: Rendering["islands"]): string {
  const props = islands.map((island) => island.props);
  if (isPlain(props)) return `"plain":${serializePlain(props)}`;
  try {
    return `"props":${serialize(props)}`;
  } catch (cause) {
    const culprit = islands.find(({ props }) => !serializes(props));
    throw new Error(`Props of island ${culprit?.name} cannot be serialised: ${cause}`, { cause });
  }
}

function serializes(props: unknown): boolean {
  try {
    serialize(props);
    return true;
  } catch {
    return false;
  }
}

function insertBefore(html: string, at: number, text: string): string {
  return at < 0 ? html + text : html.slice(0, at) + text + html.slice(at);
}
