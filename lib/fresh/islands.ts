/**
 * Marks islands while a page renders: `<!--island:0-->…<!--/island-->` around the island's own HTML. Comments, because a
 * wrapping element would be one more box and break `>`, `:first-child` and grid or flex children.
 */
import { type ComponentType, createContext, Fragment, h, options, type VNode } from "preact";
import { useContext } from "preact/hooks";
import type { BuildSnapshot } from "./build_cache.ts";
import { rendering } from "./rendering.ts";

const InsideIsland = createContext(false);
/** Island elements made by a boundary, which must not be wrapped again. */
const unmarked = new WeakSet<object>();
const boundaries = new WeakMap<BuildSnapshot, Map<unknown, ComponentType>>();

/** Preact's `options._diff` and `vnode._mask` by the names in its published build, which add-ons rely on. */
interface Hooks {
  __b?: (vnode: VNode) => void;
}
interface Masked {
  __m?: [number, number];
}

const hooks = options as typeof options & Hooks;
const previous = hooks.__b;
hooks.__b = (vnode) => {
  if (rendering.current !== null && typeof vnode.type === "function" && !unmarked.has(vnode)) {
    const boundary = rendering.current.boundary(vnode.type);
    if (boundary !== undefined) vnode.type = boundary;
  }
  previous?.(vnode);
};

/** Island component -> boundary component, made once a build. */
export function islandBoundaries(build: BuildSnapshot): Map<unknown, ComponentType> {
  let made = boundaries.get(build);
  if (made === undefined) {
    made = new Map(build.islands.map(({ name, component }) => [component, boundaryOf(name, component)]));
    boundaries.set(build, made);
  }
  return made;
}

function boundaryOf(name: string, component: BuildSnapshot["islands"][number]["component"]): ComponentType {
  return function IslandBoundary(props: Record<string, unknown>) {
    const island: VNode & Masked = h(component, props);
    unmarked.add(island);
    if (useContext(InsideIsland) || rendering.current === null) return island; // a nested island is a plain component
    if (props["children"] !== undefined) throw new Error(`Island ${name} got children, which are not supported`);
    const index = rendering.current.islands.push({ name, props }) - 1;
    island.__m = maskOf(index);
    return [
      comment(`island:${index}`),
      h(InsideIsland.Provider, { value: true, children: island }),
      comment("/island"),
    ];
  };
}

/** `useId()` counts from the nearest masked element: the same on both sides, and different for each island. */
export function maskOf(index: number): [number, number] {
  return [index + 1, 0];
}

function comment(text: string): VNode {
  return h(Fragment, { UNSTABLE_comment: text } as Record<string, string>);
}
