/** The browser's side of islands: reads the page's data, imports the islands' modules and hydrates them in place. */
import "preact/hooks"; // every island needs them: in one chunk with Preact they cost less
import { type ComponentType, type ContainerNode, h, hydrate, type VNode } from "preact";

/** Written into the page by `render.ts`. */
interface PageData {
  /** By index of the marker: the URL of the island's module. */
  chunks: string[];
  plain?: Record<string, unknown>[];
  /** Set where JSON alone cannot carry the props: see `serialize.ts`. */
  props?: unknown[];
}

export async function boot(data: PageData): Promise<void> {
  const props = data.plain ?? await revived(data.props ?? []);
  await Promise.all(
    markers().map(async ([start, end], index) => {
      const url = data.chunks[index];
      if (url === undefined) return;
      try {
        const module: { default: ComponentType } = await import(url);
        const island: VNode & { __m?: [number, number] } = h(module.default, props[index] ?? null);
        island.__m = [index + 1, 0]; // see maskOf in islands.ts
        hydrate(island, between(start, end));
      } catch (error) {
        console.error("Island did not hydrate:", url, error); // the others go on
      }
    }),
  );
}

async function revived(props: unknown[]): Promise<Record<string, unknown>[]> {
  const { deserialize } = await import("./serialize.ts");
  return deserialize(props) as Record<string, unknown>[];
}

/** Islands in document order, the order of rendering; a marker's number is the island's index. */
function markers(): [Comment, Comment][] {
  const found: [Comment, Comment][] = [];
  let open: { comment: Comment; index: number } | null = null;
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_COMMENT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const comment = node as Comment;
    if (comment.data.startsWith("island:")) {
      open = { comment, index: Number(comment.data.slice(7)) };
    } else if (comment.data === "/island" && open !== null) {
      found[open.index] = [open.comment, comment];
      open = null;
    }
  }
  return found;
}

/** Stands in for a parent element whose only children are the nodes between two comments. */
function between(start: Comment, end: Comment): ContainerNode {
  const parent = start.parentNode!;
  // Preact steps over comments when it looks for the next sibling, so a reference may lie behind the end
  const inside = (ref: Node | null) =>
    ref !== null && ref.parentNode === parent && end.compareDocumentPosition(ref) === Node.DOCUMENT_POSITION_PRECEDING;
  return {
    nodeType: 1,
    parentNode: parent,
    get firstChild() {
      return start.nextSibling === end ? null : start.nextSibling;
    },
    get childNodes() {
      const nodes: Node[] = [];
      for (let node = start.nextSibling; node !== null && node !== end; node = node.nextSibling) nodes.push(node);
      return nodes;
    },
    contains: (node: Node | null) => parent.contains(node),
    insertBefore: (node: Node, ref: Node | null) => parent.insertBefore(node, inside(ref) ? ref : end),
    appendChild: (node: Node) => parent.insertBefore(node, end),
    removeChild: (node: Node) => parent.removeChild(node),
    namespaceURI: (parent as Element).namespaceURI,
    ownerDocument: document,
  } as unknown as ContainerNode; // all that Preact asks of a container; a real one would be an extra element
}
