import type { ComponentType } from "preact";
import ChatEn from "../../islands/ChatEn.tsx";
import ChatPt from "../../islands/ChatPt.tsx";
import type { Language } from "../protocol/settings.ts";
import type { ChatPageProps } from "./page/chat_page.tsx";

/** The island of the chat page for each language: each script contains one table of texts. */
export const CHAT_ISLANDS: Record<Language, ComponentType<ChatPageProps>> = { en: ChatEn, pt: ChatPt };
