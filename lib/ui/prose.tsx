import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import { CodeBlock } from "./code/code_block.tsx";
import type { ChatMessage } from "../model.ts";
import { type Block, type Inline, parseMarkdown, plainText } from "../protocol/markdown.ts";
import { cutAtMentions, roomCallOf, spellingsOf } from "../protocol/mentions.ts";

interface ProseProps {
  text: string;
  /** Whom the text calls, and the reader's id. */
  calls?: Pick<ChatMessage, "mentions" | "mentions_room">;
  me?: string;
}

/** Whom the names in a text stand for: the reader, or somebody else. */
type Called = ReadonlyMap<string, "me" | "other">;
const CalledContext = createContext<Called | null>(null);

/** A message's text as Preact nodes: there is no HTML to sanitise. */
export function Prose({ text, calls, me }: ProseProps) {
  const called = useMemo(() => calledOf(calls, me), [calls?.mentions, calls?.mentions_room, me]);
  // a row renders for many reasons, and mostly its text is what it was
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return (
    <CalledContext.Provider value={called}>
      <div class={isEmojiOnly(text) ? "prose prose-emoji" : "prose"}>
        {blocks.map((block, index) => <BlockNode key={index} block={block} />)}
      </div>
    </CalledContext.Provider>
  );
}

function calledOf(calls: ProseProps["calls"], me: string | undefined): Called | null {
  if (calls?.mentions === undefined && calls?.mentions_room === undefined) return null;
  const called = new Map<string, "me" | "other">(
    calls.mentions?.map(({ user_id, username }) => [username, user_id === me ? "me" : "other"]),
  );
  if (calls.mentions_room !== undefined) called.set("room", "me").set("here", "me");
  return called;
}

function TextNode({ text }: { text: string }) {
  const called = useContext(CalledContext);
  if (called === null || !text.includes("@")) return <>{text}</>;
  return (
    <>
      {cutAtMentions(text).map(({ text, name = "" }, index) => {
        const spelling = [roomCallOf(name) ?? "", ...spellingsOf(name)].find((one) => called.has(one));
        if (spelling === undefined) return text;
        // a point after the name belongs to the sentence
        const end = text.length - (name.length - spelling.length);
        return (
          <>
            <span key={index} class="mention" data-me={called.get(spelling) === "me" ? "" : undefined}>
              {text.slice(0, end)}
            </span>
            {text.slice(end)}
          </>
        );
      })}
    </>
  );
}

function BlockNode({ block }: { block: Block }) {
  switch (block.type) {
    case "paragraph":
      return <p>{block.children.map((inline, index) => <InlineNode key={index} inline={inline} />)}</p>;
    case "code_block":
      return <CodeBlock language={block.language} text={block.text} />;
    case "quote":
      return (
        <CalledContext.Provider value={null}>
          <blockquote dir="auto">
            {block.children.map((child, index) => <BlockNode key={index} block={child} />)}
          </blockquote>
        </CalledContext.Provider>
      );
    case "list": {
      const items = block.items.map((item, index) => (
        <li key={index}>{item.map((child, at) => <BlockNode key={at} block={child} />)}</li>
      ));
      return block.ordered ? <ol dir="auto" start={block.start}>{items}</ol> : <ul dir="auto">{items}</ul>;
    }
  }
}

function InlineNode({ inline }: { inline: Inline }) {
  switch (inline.type) {
    case "text":
      return <TextNode text={inline.text} />;
    case "break":
      return <br />;
    case "code":
      return <code>{inline.text}</code>;
    case "bold":
      return <strong>{inline.children.map((child, index) => <InlineNode key={index} inline={child} />)}</strong>;
    case "italic":
      return <em>{inline.children.map((child, index) => <InlineNode key={index} inline={child} />)}</em>;
    case "link":
      return (
        <CalledContext.Provider value={null}>
          <a href={inline.href} target="_blank" rel="noopener noreferrer nofollow">
            {inline.children.map((child, index) => <InlineNode key={index} inline={child} />)}
          </a>
        </CalledContext.Provider>
      );
  }
}

const EMOJI_ONLY =
  /^(?:(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}{2}|[#*\d]\uFE0F?\u20E3)(?:[\uFE0F\u{E0020}-\u{E007F}]|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})*\s*){1,6}$/u;

/** Up to six emoji and nothing else. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= 120 && EMOJI_ONLY.test(text);
}

/** A message's beginning in one line, for quotes and announcements: the markup's marks left out. */
export function firstLine(text: string): string {
  const plain = plainText(parseMarkdown(cut(text, 400)));
  return plain.length > 140 ? `${cut(plain, 139).trimEnd()}…` : plain;
}

/** The longest beginning of at most `length` units that ends between two characters as people see them. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  // what begins right at the end shows whether the one before it goes on there
  const characters = typeof Intl.Segmenter === "undefined"
    ? [...text.slice(0, length + 2)]
    : Array.from(new Intl.Segmenter().segment(text.slice(0, length + 64)), ({ segment }) => segment);
  let end = 0;
  for (const character of characters) {
    if (end + character.length > length) break;
    end += character.length;
  }
  // one "character" of very many combining marks is cut after all
  return end === 0 ? text.slice(0, length).toWellFormed() : text.slice(0, end);
}
