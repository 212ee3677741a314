import { page } from "fresh";
import { Head } from "fresh/runtime";
import Chat from "../../islands/Chat.tsx";
import { define } from "../../lib/pages/define.ts";
import { loadChatPageData } from "../../lib/pages/chat_page_data.ts";
import { TextsAhead } from "../../lib/pages/texts.tsx";
import { TEXTS } from "../../lib/ui/strings/tables.ts";

export const handler = define.handlers({
  async GET(ctx) {
    return page(await loadChatPageData(ctx.state, null));
  },
});

export default define.page<typeof handler>(function Rooms({ data, state }) {
  return (
    <>
      <Head>
        <title>{TEXTS[state.language].chat.rooms.title} · {state.brand.name}</title>
      </Head>
      <TextsAhead assets={state.assets} language={state.language} />
      <Chat {...data} />
    </>
  );
});
