import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { listBlocked } from "../../lib/chat/people/blocks.ts";
import { readHistory } from "../../lib/chat/messages/history.ts";
import { sendMessage } from "../../lib/chat/messages/messages.ts";
import { joinRoom } from "../../lib/chat/rooms/members.ts";
import { roomView } from "../../lib/chat/rooms/membership.ts";
import type { State } from "../../lib/pages/app_state.ts";
import Chat from "../../islands/Chat.tsx";
import { redirect } from "../../lib/http/redirect.ts";
import { define } from "../../lib/pages/define.ts";
import { type ArchivePage, messageIn, readArchive } from "../../lib/pages/archive_page.ts";
import { type ChatPageData, loadChatPageData, signedIn } from "../../lib/pages/chat_page_data.ts";
import { contentOf, readOwnForm } from "../../lib/pages/form.ts";
import { TextsAhead } from "../../lib/pages/texts.tsx";
import type { Room, RoomEvent } from "../../lib/protocol/model.ts";
import { Archive, archivePath } from "../../lib/ui/message/archive.tsx";
import { OriginContext } from "../../lib/ui/message/prose.tsx";
import { type Ahead, AheadContext, proseAhead } from "../../lib/ui/message/prose_ahead.tsx";
import { KeptContext } from "../../lib/ui/page/kept_html.ts";
import { refusal } from "../../lib/ui/parts/forms/form_state.ts";
import { text } from "../../lib/ui/parts/forms/form_text.ts";
import { JoinPage } from "../../lib/ui/room/join_page.tsx";
import { roomTitle } from "../../lib/ui/sidebar/room_link.tsx";
import { TEXTS } from "../../lib/ui/strings/tables.ts";
import "../../lib/ui/timeline/kept_rows.ts";
import { isolate } from "../../lib/protocol/text/bidi.ts";

/** The rendered texts of the messages, made before the page. */
type WithAhead = { ahead: Ahead; origin: string };
type ArchiveData = ArchivePage & WithAhead & {
  view: "archive";
  room: Room;
  blocked: string[];
  error?: string;
  draft?: string;
};
type Data =
  | { view: "chat"; room: Room; props: ChatPageData & { at: string } } & WithAhead
  | ArchiveData
  | { view: "join"; room: Room };

export const handler = define.handlers({
  async GET(ctx) {
    const { chat } = ctx.state;
    const actor = signedIn(ctx.state);
    const room = await findRoom(ctx);
    if (room.role === null) return page<Data>({ view: "join", room });
    const archive = await readArchive(chat, actor, room.id, ctx.url.searchParams);
    if (archive !== null) {
      const blocked = await listBlocked(chat, actor.user_id);
      return page<Data>({ view: "archive", room, ...archive, blocked, ...await aheadOf(ctx, archive.events) });
    }
    const props = { ...await loadChatPageData(ctx.state, room.id), at: messageIn(ctx.url.searchParams, "at") };
    return page<Data>({ view: "chat", room, props, ...await aheadOf(ctx, props.initial?.events ?? [], actor.user_id) });
  },

  /** The actions of the page's forms without scripts. */
  async POST(ctx) {
    const { chat } = ctx.state;
    const form = await readOwnForm(ctx);
    const actor = signedIn(ctx.state);
    const room = await findRoom(ctx);
    if (text(form, "form") === "join") await joinRoom(chat, actor, room.id);
    else {
      const draft = text(form, "content");
      try {
        const content = contentOf(draft);
        chat.rates.check("sends", actor.user_id);
        await sendMessage(chat, actor, { room_id: room.id, content });
      } catch (error) {
        const { message } = refusal(error, ctx.state.language);
        const history = await readHistory(chat, actor, room.id, { limit: 50 });
        const blocked = await listBlocked(chat, actor.user_id);
        const ahead = await aheadOf(ctx, history.events);
        return page<Data>({ view: "archive", room, ...history, blocked, error: message, draft, ...ahead }, {
          status: 422,
        });
      }
    }
    return redirect(`/rooms/${encodeURIComponent(room.id)}`, 303);
  },
});

/** `me`: the reader, where the page marks which mentions are theirs. */
async function aheadOf(ctx: { state: State; url: URL }, events: RoomEvent[], me?: string): Promise<WithAhead> {
  const { chat, kept, language, settings } = ctx.state;
  const reader = { strings: TEXTS[language].chat, time_format: settings.time_format };
  const origin = new URL(chat.config.publicUrl ?? ctx.url).origin;
  const ahead = await proseAhead(events, { reader, origin, kept, ...(me === undefined ? {} : { me }) });
  return { ahead, origin };
}

/** Longer than any room's id. */
const MAX_ID = 64;

async function findRoom(ctx: { state: Parameters<typeof signedIn>[0]; params: Record<string, string> }): Promise<Room> {
  const id = ctx.params["id"] ?? "";
  const room = id.length > MAX_ID ? null : await roomView(ctx.state.chat, signedIn(ctx.state).user_id, id);
  if (room === null) throw new HttpError(404, "No such room");
  return room;
}

export default define.page<typeof handler>(function RoomPage({ data, state }) {
  return (
    <>
      <Head>
        <title>{isolate(roomTitle(data.room, TEXTS[state.language].chat))} · {state.brand.name}</title>
        {data.view === "chat" && data.props.at !== "" && (
          <noscript>
            <meta http-equiv="refresh" content={`0; url=${archivePath(data.room.id, data.props.at)}`} />
          </noscript>
        )}
      </Head>
      {data.view === "chat" && <TextsAhead assets={state.assets} language={state.language} />}
      <View data={data} state={state} />
    </>
  );
});

function View({ data, state }: { data: Data; state: State }) {
  if (data.view === "join") return <JoinPage room={data.room} />;
  const { ahead, origin, ...archive } = data;
  return (
    <OriginContext.Provider value={origin}>
      <AheadContext.Provider value={ahead.texts}>
        <KeptContext.Provider value={ahead.whole ? state.kept : null}>
          {archive.view === "chat"
            ? <Chat {...archive.props} />
            : <Archive {...archive} zone={state.zone} now={state.chat.clock.now()} />}
        </KeptContext.Provider>
      </AheadContext.Provider>
    </OriginContext.Provider>
  );
}
