import { useLayoutEffect } from "preact/hooks";

/** Called by each island: tells styles and tests that the page is interactive. A page has one island. */
export function useHydrated(): void {
  useLayoutEffect(() => document.documentElement.setAttribute("data-hydrated", ""), []);
}
