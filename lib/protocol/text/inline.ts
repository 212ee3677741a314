/** The inline parts of a parsed Markdown text. */
export type Inline =
  | { type: "text"; text: string }
  | { type: "code"; text: string }
  | { type: "bold" | "italic"; children: Inline[] }
  /** `href` begins with http:, https: or mailto: and has no white space. */
  | { type: "link"; href: string; children: Inline[] }
  /** A mention: `text` as typed, `name` in lower case. A finished tree always has the `name`. */
  | { type: "mention"; text: string; name?: string };
