/**
 * What a language is to the page: one file with these exports. A text that is missing does not compile, for the English
 * tables are the types.
 */
import type * as english from "./en.ts";

export type Strings = typeof english.chat;
export type PartStrings = typeof english.parts;
export type PageStrings = typeof english.pages;

export interface LanguageFile {
  /** Its own name for itself, for those who cannot read the present language. */
  name: string;
  /** What a push notification says that shows no text. */
  push: string;
  /** What the chat page says first. */
  chat: Strings;
  /** What the parts say that the chat page fetches later. */
  parts: PartStrings;
  /** What pages say that the server alone renders. */
  pages: PageStrings;
}
