import { page } from "fresh";
import { Head } from "fresh/runtime";
import Chat from "../../islands/Chat.tsx";
import { define } from "../../lib/define.ts";
import { loadChatPage } from "../../lib/pages/chat_page.ts";

export const handler = define.handlers({
  async GET(ctx) {
    return page(await loadChatPage(ctx.state, null));
  },
});

export default define.page<typeof handler>(function Rooms({ data }) {
  return (
    <>
      <Head>
        <title>Rooms · Parley</title>
      </Head>
      <Chat {...data} />
    </>
  );
});
