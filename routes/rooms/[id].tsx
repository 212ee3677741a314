import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import Chat from "../../islands/Chat.tsx";
import { readHistory, sendMessage } from "../../lib/chat/messages.ts";
import { joinRoom, roomView } from "../../lib/chat/rooms.ts";
import { define } from "../../lib/define.ts";
import { type ChatPage, loadChatPage, signedIn } from "../../lib/pages/chat_page.ts";
import type { Room, RoomEvent } from "../../lib/model.ts";
import { Archive } from "../../lib/ui/archive.tsx";
import { refusal, text } from "../../lib/ui/form_state.ts";
import { JoinPage } from "../../lib/ui/join_page.tsx";
import { roomTitle } from "../../lib/ui/room_link.tsx";

type Data =
  | { view: "chat"; room: Room; props: ChatPage }
  | { view: "archive"; room: Room; events: RoomEvent[]; has_more: boolean; error?: string; draft?: string }
  | { view: "join"; room: Room };

export const handler = define.handlers({
  async GET(ctx) {
    const { chat } = ctx.state;
    const actor = signedIn(ctx.state);
    const room = await findRoom(ctx);
    if (room.role === null) return page<Data>({ view: "join", room });
    const before = Number(ctx.url.searchParams.get("before") ?? NaN);
    if (Number.isSafeInteger(before) && before >= 0) {
      return page<Data>({ view: "archive", room, ...await readHistory(chat, actor, room.id, { before, limit: 50 }) });
    }
    return page<Data>({ view: "chat", room, props: await loadChatPage(ctx.state, room.id) });
  },

  /** What the page's forms do where there are no scripts. */
  async POST(ctx) {
    const { chat } = ctx.state;
    const actor = signedIn(ctx.state);
    const room = await findRoom(ctx);
    const form = await ctx.req.formData();
    if (text(form, "form") === "join") await joinRoom(chat, actor, room.id);
    else {
      const content = text(form, "content").replaceAll("\r\n", "\n");
      try {
        await sendMessage(chat, actor, { room_id: room.id, content });
      } catch (error) {
        const { message } = refusal(error);
        const history = await readHistory(chat, actor, room.id, { limit: 50 });
        return page<Data>({ view: "archive", room, ...history, error: message, draft: content }, { status: 422 });
      }
    }
    return ctx.redirect(`/rooms/${encodeURIComponent(room.id)}`, 303);
  },
});

async function findRoom(ctx: { state: Parameters<typeof signedIn>[0]; params: Record<string, string> }): Promise<Room> {
  const room = await roomView(ctx.state.chat, signedIn(ctx.state).user_id, ctx.params["id"] ?? "");
  if (room === null) throw new HttpError(404, "No such room");
  return room;
}

export default define.page<typeof handler>(function RoomPage({ data, state }) {
  return (
    <>
      <Head>
        <title>{roomTitle(data.room)} · Parley</title>
      </Head>
      <View data={data} zone={state.zone} now={state.chat.clock.now()} />
    </>
  );
});

function View({ data, zone, now }: { data: Data; zone: string; now: number }) {
  switch (data.view) {
    case "chat":
      return <Chat {...data.props} />;
    case "archive":
      return <Archive {...data} zone={zone} now={now} />;
    case "join":
      return <JoinPage room={data.room} />;
  }
}
