import type { ComponentChildren, ComponentType } from "preact";

/** Data that the render in progress collects. Browser-safe: `runtime.ts` imports it. */
export interface Rendering {
  head: ComponentChildren[];
  /** Island component -> its boundary component, see `islands.ts`. */
  boundary(component: unknown): ComponentType | undefined;
  /** Each island on the page, in order: name and props. */
  islands: { name: string; props: unknown }[];
}

/** Set only while `renderToString` runs. That is synchronous, so two Apps or requests never share it. */
export const rendering: { current: Rendering | null } = { current: null };
