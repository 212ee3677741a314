import { useHydrated } from "../lib/ui/parts/use_hydrated.ts";
import { ChatPage, type ChatPageProps } from "../lib/ui/page/chat_page.tsx";
import { en } from "../lib/ui/strings/en.ts";

/** One island for each language, so that a page contains one table of texts and has it before hydration. */
export default function ChatEn(props: ChatPageProps) {
  useHydrated();
  return <ChatPage {...props} strings={en} />;
}
