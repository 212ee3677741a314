/** Every table, for the server; a page's script carries the reader's alone (see load.ts and islands/). */
import type { Language } from "../../protocol/preferences.ts";
import { en, type Strings } from "./en.ts";
import { enPages, type PageStrings } from "./en_pages.ts";
import { pt } from "./pt.ts";
import { ptPages } from "./pt_pages.ts";

export const STRINGS: Record<Language, Strings> = { en, pt };
export const PAGE_STRINGS: Record<Language, PageStrings> = { en: enPages, pt: ptPages };
