import { useHydrated } from "../lib/ui/parts/use_hydrated.ts";
import { ChatPage, type ChatPageProps } from "../lib/ui/page/chat_page.tsx";
import { en } from "../lib/ui/strings/en.ts";

/** An island a language, so that a page carries one table of texts and has it before it hydrates. */
export default function ChatEn(props: ChatPageProps) {
  useHydrated();
  return <ChatPage {...props} strings={en} />;
}
