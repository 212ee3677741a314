/**
 * HTML of parts of a page that is rendered once and kept. Servers only: no module of the page imports this.
 *
 * A part is kept under everything that its HTML depends on: what it shows, and of the reader only what it uses. So two
 * readers share it where it is the same for both, and nothing of one reader reaches another. A new version of what it
 * shows has another key; the old one is pushed out in time.
 */
import type { TextCache } from "../../base/text_cache.ts";
import { type ComponentChildren, type ComponentType, createContext, h, options, type VNode } from "preact";
import { jsxTemplate } from "preact/jsx-runtime";
import { renderToString } from "preact-render-to-string";
import { useContext } from "preact/hooks";

/** What a page's parts are kept in; null: they are rendered each time. */
export const KeptContext = createContext<TextCache | null>(null);

/** Components that the server renders in another way. */
const replacements = new Map<unknown, unknown>();

/** Has the server render `replacement` wherever a page has the component. Both give the same HTML. */
export function onServer<P>(
  component: ComponentType<P>,
  replacement: (props: P, contexts: object) => ComponentChildren,
): void {
  replacements.set(component, replacement);
}

/** The component itself, not its replacement. */
export function itself<P extends object>(component: ComponentType<P>, props: P): VNode<P> {
  const node: VNode<P> = h<P>(component, props);
  node.type = component;
  return node;
}

/** HTML that was rendered before. */
export function htmlNode(html: string): VNode {
  return jsxTemplate([html]);
}

/**
 * Keeps what a component renders on the server. `useKey` says under which key, and is called as a hook is; null: this
 * one is not kept.
 */
export function keep<P extends object>(component: ComponentType<P>, useKey: (props: P) => string | null): void {
  const name = `${component.displayName ?? component.name} ${replacements.size}`;
  // preact-render-to-string gives a component all contexts as its second argument
  onServer(component, function Kept(props, contexts) {
    const cache = useContext(KeptContext);
    const key = useKey(props);
    if (cache === null || key === null) return itself(component, props);
    return htmlNode(cache.get(`${name} ${key}`, () => flat(renderToString(itself(component, props), contexts))));
  });
}

const before = options.vnode;
options.vnode = (vnode) => {
  const replacement = replacements.get(vnode.type);
  if (typeof replacement === "function") Object.assign(vnode, { type: replacement });
  before?.(vnode);
};

/** The text as one piece: V8 keeps a text that was put together as a tree, which takes several times the memory. */
function flat(text: string): string {
  text.indexOf("\0");
  return text;
}
