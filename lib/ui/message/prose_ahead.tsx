/**
 * Renders the texts of a page before the page itself, in slices. A page is rendered in one go, which blocks the event
 * loop for all others; so its expensive parts are done before, with pauses. Servers only.
 */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { renderToString } from "preact-render-to-string";
import type { TextCache } from "../../base/text_cache.ts";
import type { RoomEvent } from "../../protocol/model.ts";
import { type Block, MOST_NODES, parseCounted } from "../../protocol/text/markdown.ts";
import { calledOf, OriginContext, Prose, proseClass, ProseNodes, type ProseProps } from "./prose.tsx";
import { itself, onServer } from "../page/kept_html.ts";
import { type Reader, ReaderContext } from "../strings/context.ts";

/** After this many steps (some milliseconds) the event loop gets a turn. */
const TURN_STEPS = 30_000;
/** The cost of a node, in addition to the steps of parsing. */
const NODE_STEPS = 25;
/** The most steps for a page. Further texts are shown without markup until a script renders them. */
const PAGE_STEPS = 1_500_000;

/** HTML of texts that was rendered before their page, by textKey(). */
export const AheadContext = createContext<ReadonlyMap<string, string> | null>(null);

onServer(Prose, function ProseAhead(props) {
  const html = useContext(AheadContext)?.get(textKey(props));
  if (html === undefined) return itself(Prose, props);
  // Safe: this HTML is what <ProseNodes> rendered for this text, not the text itself.
  return <div class={proseClass(props.text)} dangerouslySetInnerHTML={{ __html: html }} />;
});

export interface AheadOptions {
  reader: Reader;
  /** The reader, if the page marks which mentions are theirs. */
  me?: string;
  /** This server's origin, as the reader's browser has it. */
  origin?: string;
  /** Where texts are kept that were rendered before. */
  kept?: TextCache;
  /** Yields to the event loop. */
  turn?: () => Promise<void>;
}

export interface Ahead {
  /** The HTML of each message's text, for AheadContext. */
  texts: Map<string, string>;
  /** Whether all of them have their markup. If not, nothing that shows them may be kept for other pages. */
  whole: boolean;
}

export async function proseAhead(events: readonly RoomEvent[], options: AheadOptions): Promise<Ahead> {
  const { turn = nextTurn } = options;
  const texts = new Map<string, string>();
  let whole = true;
  let all = 0;
  let since = 0;
  for (const event of events) {
    if (event.type !== "chat_message" || event.content === "") continue;
    if (since > TURN_STEPS) {
      await turn();
      since = 0;
    }
    const props: ProseProps = { text: event.content, calls: event, me: options.me };
    whole &&= all <= PAGE_STEPS;
    const { html, cost, isNew } = whole ? withMarkup(props, options) : withoutMarkup(props, options);
    all += cost;
    if (isNew) since += cost;
    texts.set(textKey(props), html);
  }
  // One more pause, so that the last slice and the page itself do not run as one.
  if (since > 0) await turn();
  return { texts, whole };
}

interface Made {
  html: string;
  cost: number;
  isNew: boolean;
}

/** A text that was kept costs a page as much as a new one, so that the same page always looks the same. */
function withMarkup({ text, calls, me }: ProseProps, options: AheadOptions): Made {
  const { reader: { strings }, origin = "", kept } = options;
  // The reader counts only where the text names them.
  const isCalled = me !== undefined && calls?.mentions?.some(({ user_id }) => user_id === me) === true;
  const props = { text, calls, me: isCalled ? me : undefined };
  let isNew = false;
  const make = () => {
    isNew = true;
    const { blocks, cost } = parsedOf(props);
    return `${cost} ${htmlOf(props, blocks, options)}`;
  };
  const made = kept === undefined ? make() : kept.get(`prose ${strings.language} ${origin} ${textKey(props)}`, make);
  const end = made.indexOf(" ");
  return { html: made.slice(end + 1), cost: Number(made.slice(0, end)), isNew };
}

function withoutMarkup(props: ProseProps, options: AheadOptions): Made {
  const { blocks, cost } = plainOf(props.text);
  return { html: htmlOf(props, blocks, options), cost, isNew: true };
}

function htmlOf(props: ProseProps, blocks: readonly Block[], { reader, origin = "" }: AheadOptions): string {
  return renderToString(
    <ReaderContext.Provider value={reader}>
      <OriginContext.Provider value={origin}>
        <ProseNodes {...props} blocks={blocks} />
      </OriginContext.Provider>
    </ReaderContext.Provider>,
  );
}

function textKey({ text, calls, me }: ProseProps): string {
  return JSON.stringify([text, calls?.mentions, calls?.mentions_room, me]);
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
