import { type Block, type Inline, parseMarkdown, plainText } from "../client/markdown.ts";

/** A message's text as Preact nodes: there is no HTML to sanitise. */
export function Prose({ text }: { text: string }) {
  return (
    <div class={isEmojiOnly(text) ? "prose prose-emoji" : "prose"}>
      {parseMarkdown(text).map((block, index) => <BlockNode key={index} block={block} />)}
    </div>
  );
}

function BlockNode({ block }: { block: Block }) {
  switch (block.type) {
    case "paragraph":
      return <p>{block.children.map((inline, index) => <InlineNode key={index} inline={inline} />)}</p>;
    case "code_block":
      // it scrolls sideways, so the keyboard must reach it
      return <pre dir="ltr" tabIndex={0} aria-label={block.language || "Code"}><code>{block.text}</code></pre>;
    case "quote":
      return (
        <blockquote dir="auto">
          {block.children.map((child, index) => <BlockNode key={index} block={child} />)}
        </blockquote>
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
      return <>{inline.text}</>;
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
        <a href={inline.href} target="_blank" rel="noopener noreferrer nofollow">
          {inline.children.map((child, index) => <InlineNode key={index} inline={child} />)}
        </a>
      );
  }
}

const EMOJI_ONLY =
  /^(?:(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2})(?:\uFE0F|\u200D\p{Extended_Pictographic}|\p{Emoji_Modifier})*\s*){1,6}$/u;

/** Up to six emoji and nothing else. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= 60 && EMOJI_ONLY.test(text);
}

/** A message's beginning in one line, for quotes and announcements: the markup's marks left out. */
export function firstLine(text: string): string {
  const plain = plainText(parseMarkdown(text.slice(0, 400)));
  return plain.length > 140 ? `${plain.slice(0, 139).trimEnd()}…` : plain;
}
