import { useLayoutEffect } from "preact/hooks";

/** Marks the page as interactive, for styles and tests. Each island calls it; a page has one island. */
export function useHydrated(): void {
  useLayoutEffect(() => document.documentElement.setAttribute("data-hydrated", ""), []);
}
