/** What a line of text is made of, once its Markdown is read. */
export type Inline =
  | { type: "text"; text: string }
  | { type: "code"; text: string }
  | { type: "bold" | "italic"; children: Inline[] }
  /** `href` begins with http:, https: or mailto: and has no white space. */
  | { type: "link"; href: string; children: Inline[] }
  /** Who is called: `text` as typed, `name` in lower case. In a tree it is always there. */
  | { type: "mention"; text: string; name?: string };
