/** Server rendering: page inside layouts inside `_app`, then what islands and `Head` add to the document. */
import { type ComponentChildren, Fragment, h, isValidElement, toChildArray, type VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Build } from "./build_cache.ts";
import { type Context, FRAME } from "./context.ts";
import { islandBoundaries } from "./islands.ts";
import { type Rendering, rendering } from "./rendering.ts";
import { isPlain, serialize, serializePlain } from "./serialize.ts";
import type { PageProps, PageResponse, RouteConfig, ServerComponent } from "./types.ts";

type Component<State> = ServerComponent<PageProps<unknown, State>>;
type Skips = Pick<RouteConfig, "skipAppWrapper" | "skipInheritedLayouts">;

/** A route's component with its handler's data. */
export async function renderPage<State>(
  ctx: Context<State>,
  component: Component<State>,
  page: PageResponse<unknown>,
  config: Skips,
): Promise<Response> {
  const content = await place(ctx, component, page.data);
  if (content instanceof Response) return content;
  return await renderToResponse(ctx, content, page, config);
}

export async function renderToResponse<State>(
  ctx: Context<State>,
  children: ComponentChildren,
  init: ResponseInit,
  config: Skips,
): Promise<Response> {
  const { app, layouts, build } = ctx[FRAME];
  let content = children;
  let skipApp = config.skipAppWrapper === true;
  let skipLayouts = config.skipInheritedLayouts === true;
  for (const layout of layouts.toReversed()) {
    if (skipLayouts) break;
    const outer = await place(ctx, layout.component, undefined, content);
    if (outer instanceof Response) return outer;
    content = outer;
    skipLayouts = layout.config.skipInheritedLayouts === true;
    skipApp ||= layout.config.skipAppWrapper === true;
  }
  if (!skipApp) {
    const outer = await place(ctx, app ?? DefaultApp, undefined, content);
    if (outer instanceof Response) return outer;
    content = outer;
  }
  const headers = new Headers(init.headers);
  if (!headers.has("content-type")) headers.set("content-type", "text/html; charset=utf-8");
  return new Response(renderDocument(h(Fragment, null, content), build), { status: init.status ?? 200, headers });
}

/** An async component is called here, as it may fetch; any other renders as an element, so that it may use hooks. */
function place<State>(
  ctx: Context<State>,
  component: Component<State>,
  data: unknown,
  children?: ComponentChildren,
): ComponentChildren | Promise<ComponentChildren | Response> {
  const { req, url, params, state, info, error, route } = ctx;
  const Component = () => h(Fragment, null, children);
  const props = { req, url, params, state, info, error, route, Component, data };
  if (component.constructor.name === "AsyncFunction") return Promise.resolve(component(props));
  return h(component as (props: PageProps<unknown, State>) => VNode, props);
}

function DefaultApp({ Component }: Pick<PageProps, "Component">): ComponentChildren {
  const head = h("head", null, h("meta", { charset: "utf-8" }));
  return h("html", { lang: "en" }, head, h("body", null, h(Component, null)));
}

function renderDocument(root: VNode, build: Build | null): string {
  const boundaries = build === null ? null : islandBoundaries(build);
  const collected: Rendering = {
    head: [],
    islands: [],
    boundary: (component) => boundaries?.get(component),
    asset(path) {
      const file = build?.manifest.get(path);
      return file === undefined || file.immutable ? path : `${path}?__frsh_c=${file.hash}`;
    },
  };
  const outer = rendering.current;
  rendering.current = collected;
  try {
    let html = renderToString(root);
    let head = "";
    if (collected.head.length > 0) [html, head] = mergeHead(html, collected.head);
    if (build !== null) {
      const scripts = scriptsFor(build, collected.islands);
      head += scripts.head;
      html = insertBefore(html, html.lastIndexOf("</body>"), scripts.body);
    }
    return "<!DOCTYPE html>" + insertBefore(html, html.indexOf("</head>"), head);
  } finally {
    rendering.current = outer;
  }
}

/** What several Heads say, each thing once; a title takes the place of the one that `_app` wrote. */
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
  if (element.key !== null && element.key !== undefined) return `key:${element.key}`;
  if (element.props.id !== undefined) return `id:${element.props.id}`;
  if (element.type === "meta" && element.props.name !== undefined) return `meta:${element.props.name}`;
  return `#${count}`;
}

/** External modules and inert JSON only: `script-src 'self'` is enough. */
function scriptsFor(build: Build, islands: Rendering["islands"]): { head: string; body: string } {
  let head = "", body = "";
  if (islands.length > 0) {
    const used = islands.map(({ name }) => build.islands.find((island) => island.name === name)!);
    const preload = new Set([build.boot, ...used].flatMap((module) => [module.chunk, ...module.preload]));
    for (const url of preload) head += `<link rel="modulepreload" href="${url}">`;
    const chunks = JSON.stringify(used.map((island) => island.chunk));
    body += `<script type="application/json" id="__FRSH_STATE">{"chunks":${chunks},${propsOf(islands)}}</script>` +
      `<script type="module" src="${build.boot.chunk}"></script>`;
  }
  if (build.dev) body += `<script type="module" src="/_fresh/reload.js"></script>`;
  return { head, body };
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
