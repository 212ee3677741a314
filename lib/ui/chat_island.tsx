import type { ComponentType } from "preact";
import ChatEn from "../../islands/ChatEn.tsx";
import ChatPt from "../../islands/ChatPt.tsx";
import type { Language } from "../protocol/settings.ts";
import type { ChatPageProps } from "./page/chat_page.tsx";

/** The chat page by the language that its script carries. */
export const CHAT_ISLANDS: Record<Language, ComponentType<ChatPageProps>> = { en: ChatEn, pt: ChatPt };
