import { type ComponentChildren, createContext } from "preact";
import { useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { IS_BROWSER } from "fresh/runtime";
import { CodeBlock } from "./code/code_block.tsx";
import type { ChatMessage } from "../../protocol/model.ts";
import { cutAtNames } from "../../protocol/text/bidi.ts";
import { type Block, type Inline, parseMarkdown } from "../../protocol/text/markdown.ts";
import { marksIn, openTurns } from "./turns.ts";

export interface ProseProps {
  text: string;
  /** The people whom the text mentions, and the reader's id. */
  calls?: Pick<ChatMessage, "mentions" | "mentions_room"> | undefined;
  me?: string | undefined;
}

/** Which of the mentioned names mean the reader. */
type Called = ReadonlyMap<string, "me" | "other">;
const CalledContext = createContext<Called>(new Map());

/**
 * This server's origin, as the reader's browser has it: links to it open in the same tab. Must be provided when
 * rendering on the server.
 */
export const OriginContext = createContext(globalThis.location?.origin ?? "");

/** A message's text as Preact nodes, so that there is no HTML to sanitise. */
export function Prose(props: ProseProps) {
  const until = useTurn(props.text);
  const name = proseClass(props.text);
  // "" keeps what the server rendered.
  if (until === "served") return <div class={name} dangerouslySetInnerHTML={{ __html: "" }} />;
  return (
    <div class={name}>
      {until === "plain" ? <p>{props.text}</p> : <ProseNodes {...props} />}
    </div>
  );
}

const turns = openTurns();

/**
 * What to show until it is the text's turn to be rendered: `served` (the HTML from the server) or `plain` (the text
 * without markup). "" once its turn has come.
 */
function useTurn(text: string): "" | "served" | "plain" {
  const first = useRef(text);
  const [until, show] = useState<"" | "served" | "plain">(() => {
    if (!IS_BROWSER || turns.take(marksIn(text))) return "";
    return "hydrated" in document.documentElement.dataset ? "plain" : "served";
  });
  useEffect(() => until === "" ? undefined : turns.wait(marksIn(text), () => show("")), [until]);
  // It was edited: the server rendered another text.
  return until === "served" && first.current !== text ? "" : until;
}

export function proseClass(text: string): string {
  return isEmojiOnly(text) ? "prose prose-emoji" : "prose";
}

interface NodesProps extends ProseProps {
  /** The parsed text, if there is one already. */
  blocks?: readonly Block[];
}

export function ProseNodes({ text, calls, me, blocks: known }: NodesProps) {
  const called = useMemo(() => calledOf({ calls, me }), [calls?.mentions, calls?.mentions_room, me]);
  // A row renders for many reasons; mostly its text has not changed.
  const blocks = useMemo(() => known ?? parseMarkdown(text, (name) => called.has(name)), [text, called, known]);
  return (
    <CalledContext.Provider value={called}>
      {blocks.map((block, index) => <BlockNode key={index} block={block} />)}
    </CalledContext.Provider>
  );
}

export function calledOf({ calls, me }: Omit<ProseProps, "text">): Called {
  const called = new Map<string, "me" | "other">(
    calls?.mentions?.map(({ user_id, username }) => [username, user_id === me ? "me" : "other"]),
  );
  if (calls?.mentions_room !== undefined) called.set("room", "me").set("here", "me");
  return called;
}

function BlockNode({ block }: { block: Block }) {
  switch (block.type) {
    case "paragraph":
      return <p>{inlines(block.children)}</p>;
    case "code_block":
      return <CodeBlock language={block.language} text={block.text} />;
    case "quote":
      return (
        <blockquote dir="auto">
          {block.children.map((child, index) => <BlockNode key={index} block={child} />)}
        </blockquote>
      );
    case "list":
      return <List list={block} />;
  }
}

/** A list with the numbers that were typed. */
function List({ list: { ordered, mark, items } }: { list: Extract<Block, { type: "list" }> }) {
  const nodes = items.map(({ number, children }, index) => (
    <li key={index} value={ordered ? number : undefined}>
      {children.map((child, at) => <BlockNode key={at} block={child} />)}
    </li>
  ));
  if (!ordered) return <ul dir="auto">{nodes}</ul>;
  const isWide = items.some(({ number }) => number > 99);
  return <ol dir="auto" data-mark={mark} data-wide={isWide ? "" : undefined}>{nodes}</ol>;
}

function inlines(nodes: readonly Inline[]): ComponentChildren {
  return nodes.map((node, index) => node.type === "text" ? text(node.text) : <InlineNode key={index} inline={node} />);
}

/** A name in its own direction, even if it is nobody's (bidirectional text). */
function text(whole: string): ComponentChildren {
  const pieces = cutAtNames(whole);
  return pieces.length === 1 ? whole : pieces.map((piece, at) => at % 2 === 1 ? <bdi key={at}>{piece}</bdi> : piece);
}

function InlineNode({ inline }: { inline: Exclude<Inline, { type: "text" }> }) {
  switch (inline.type) {
    case "mention":
      return <Mention {...inline} />;
    case "code":
      return <code dir="auto">{inline.text}</code>;
    case "bold":
      return <strong>{inlines(inline.children)}</strong>;
    case "italic":
      return <em>{inlines(inline.children)}</em>;
    case "link":
      return <Link {...inline} />;
  }
}

function Link({ href, children }: Extract<Inline, { type: "link" }>) {
  const isOwn = isOwnLink(href, useContext(OriginContext));
  return (
    <a href={href} dir="auto" target={isOwn ? undefined : "_blank"} rel="noopener noreferrer nofollow">
      {inlines(children)}
    </a>
  );
}

/**
 * Whether a link leads to a page of this server, to be opened in the same tab. Links to files and to the API open in
 * another tab.
 */
export function isOwnLink(href: string, origin: string): boolean {
  return (href === origin || href.startsWith(`${origin}/`)) && !href.startsWith(`${origin}/api/`);
}

function Mention({ text, name }: { text: string; name?: string }) {
  const called = useContext(CalledContext).get(name ?? "");
  if (called === undefined) return <bdi>{text}</bdi>;
  return <bdi class="mention" data-me={called === "me" ? "" : undefined}>{text}</bdi>;
}

const EMOJI_ONLY =
  /^(?:(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}{2}|[#*\d]\uFE0F?\u20E3)(?:[\uFE0F\u{E0020}-\u{E007F}]|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})*\s*){1,6}$/u;

/** Whether the text is one to six emoji and nothing else. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= 120 && EMOJI_ONLY.test(text);
}
