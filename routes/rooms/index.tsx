import { page } from "fresh";
import { Head } from "fresh/runtime";
import { CHAT_ISLANDS } from "../../lib/ui/chat_island.tsx";
import { define } from "../../lib/pages/define.ts";
import { loadChatPageData } from "../../lib/pages/chat_page_data.ts";
import { STRINGS } from "../../lib/ui/strings/tables.ts";

export const handler = define.handlers({
  async GET(ctx) {
    return page(await loadChatPageData(ctx.state, null));
  },
});

export default define.page<typeof handler>(function Rooms({ data, state }) {
  const Chat = CHAT_ISLANDS[state.language];
  return (
    <>
      <Head>
        <title>{STRINGS[state.language].rooms.title} · {state.brand.name}</title>
      </Head>
      <Chat {...data} />
    </>
  );
});
