import type { PageOf, Pages } from "./pages.ts";

interface MorePagesProps<Item, Cursor, Page extends PageOf<Item, Cursor>> {
  pages: Pages<Item, Cursor, Page>;
  label: string;
  class?: string;
}

/** A button that reads the next page of a list, if there is one. */
export function MorePages<Item, Cursor, Page extends PageOf<Item, Cursor>>(
  { pages, label, class: kind = "button" }: MorePagesProps<Item, Cursor, Page>,
) {
  if (!pages.hasMore.value) return null;
  return (
    <button type="button" class={kind} disabled={pages.busy.value} onClick={() => void pages.more()}>{label}</button>
  );
}
