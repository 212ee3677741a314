import { useHydrated } from "../lib/ui/parts/use_hydrated.ts";
import { ChatPage, type ChatPageProps } from "../lib/ui/page/chat_page.tsx";
import { pt } from "../lib/ui/strings/pt.ts";

/** One island for each language, so that a page contains one table of texts and has it before hydration. */
export default function ChatPt(props: ChatPageProps) {
  useHydrated();
  return <ChatPage {...props} strings={pt} />;
}
