/**
 * Renders the texts of a page before the page itself, in slices. A page is rendered in one go, which blocks the event
 * loop for all others; so its expensive parts are done before, with pauses. Servers only.
 */
import { renderToString } from "preact-render-to-string";
import type { RoomEvent } from "../../protocol/model.ts";
import { type Block, MOST_NODES, parseCounted } from "../../protocol/text/markdown.ts";
import { calledOf, OriginContext, ProseNodes, type ProseProps, textKey } from "./prose.tsx";
import { type Reader, ReaderContext } from "../strings/context.ts";

/** After this many steps (some milliseconds) the event loop gets a turn. */
const TURN_STEPS = 30_000;
/** The cost of a node, in addition to the steps of parsing. */
const NODE_STEPS = 25;
/** The most steps for a page. Further texts are shown without markup until a script renders them. */
const PAGE_STEPS = 1_500_000;

export interface AheadOptions {
  reader: Reader;
  /** The reader, if the page marks which mentions are theirs. */
  me?: string;
  /** This server's origin, as the reader's browser has it. */
  origin?: string;
  /** Yields to the event loop. */
  turn?: () => Promise<void>;
}

/** The HTML of each message's text, for AheadContext. */
export async function proseAhead(events: readonly RoomEvent[], options: AheadOptions): Promise<Map<string, string>> {
  const { reader, me, origin = "", turn = nextTurn } = options;
  const made = new Map<string, string>();
  let all = 0;
  let since = 0;
  for (const event of events) {
    if (event.type !== "chat_message" || event.content === "") continue;
    if (since > TURN_STEPS) {
      await turn();
      since = 0;
    }
    const props: ProseProps = { text: event.content, calls: event, me };
    const { blocks, cost } = all > PAGE_STEPS ? plainOf(event.content) : parsedOf(props);
    all += cost;
    since += cost;
    const nodes = (
      <ReaderContext.Provider value={reader}>
        <OriginContext.Provider value={origin}>
          <ProseNodes {...props} blocks={blocks} />
        </OriginContext.Provider>
      </ReaderContext.Provider>
    );
    made.set(textKey(props), renderToString(nodes));
  }
  // One more pause, so that the last slice and the page itself do not run as one.
  if (since > 0) await turn();
  return made;
}

function parsedOf(props: ProseProps): { blocks: Block[]; cost: number } {
  const called = calledOf(props);
  const { blocks, steps, left } = parseCounted(props.text, (name) => called.has(name));
  return { blocks, cost: steps + NODE_STEPS * (MOST_NODES - left) };
}

function plainOf(text: string): { blocks: Block[]; cost: number } {
  return { blocks: [{ type: "paragraph", children: [{ type: "text", text }] }], cost: text.length };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
