import type { ComponentChildren, ComponentType } from "preact";

/** What the render in progress collects. Browser-safe: `runtime.ts` imports it. */
export interface Rendering {
  head: ComponentChildren[];
  /** Island component -> what marks it, see `islands.ts`. */
  boundary(component: unknown): ComponentType | undefined;
  /** Each island on the page, in order: name and props. */
  islands: { name: string; props: unknown }[];
}

/** Set only while `renderToString` runs, which is synchronous: two Apps, or two requests, never meet here. */
export const rendering: { current: Rendering | null } = { current: null };
