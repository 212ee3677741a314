/**
 * Renders the texts of a page ahead of it, in turns: a page is rendered in one go, during which nobody else is served,
 * so what is expensive in it is done before. Servers only.
 */
import { renderToString } from "preact-render-to-string";
import type { RoomEvent } from "../../protocol/model.ts";
import { type Block, MOST_NODES, parseCounted } from "../../protocol/text/markdown.ts";
import { calledOf, OriginContext, ProseNodes, type ProseProps, textKey } from "./prose.tsx";
import { type Reader, ReaderContext } from "../strings/context.ts";

/** After so many steps the event loop gets a turn: some milliseconds. */
const TURN_STEPS = 30_000;
/** What a node costs, beside the steps of parsing. */
const NODE_STEPS = 25;
/** So much is spent on a page; texts after that are shown without markup, until a script renders them. */
const PAGE_STEPS = 1_500_000;

export interface AheadOptions {
  reader: Reader;
  /** Who reads it, where the page says which names are theirs. */
  me?: string;
  /** Of this server, as the reader's browser has it. */
  origin?: string;
  /** Lets others run. */
  turn?: () => Promise<void>;
}

/** For AheadContext: the HTML of each message's text. */
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
  // what was made since the last turn, and the page after it, are two
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
