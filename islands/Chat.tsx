import { IS_BROWSER } from "fresh/runtime";
import { ChatPage, type ChatPageProps } from "../lib/ui/page/chat_page.tsx";
import { useHydrated } from "../lib/ui/parts/use_hydrated.ts";
import { useStrings } from "../lib/ui/strings/context.ts";
import { loadStrings, pageLanguage } from "../lib/ui/strings/load.ts";

/**
 * The texts of the page's language, which must be here before hydration. They are a chunk that the page's head names
 * (lib/pages/texts.tsx), so it comes together with this module. This await has to be in the island's own module: one
 * that the chunk imports would wait for itself.
 */
const texts = IS_BROWSER ? await loadStrings(pageLanguage()) : null;
const useTexts = texts === null ? useStrings : () => texts;

export default function Chat(props: ChatPageProps) {
  useHydrated();
  return <ChatPage {...props} strings={useTexts()} />;
}
