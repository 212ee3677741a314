/** The data of the chat page. */
import { listBlocked } from "../chat/people/blocks.ts";
import type { Chat } from "../chat/chat.ts";
import { readHead } from "../chat/messages/feed.ts";
import { readHistory } from "../chat/messages/history.ts";
import { getMe } from "../chat/people/profiles.ts";
import { listMembers } from "../chat/rooms/members.ts";
import { suggestions } from "../chat/people/first_steps.ts";
import { mayInvite } from "../chat/moderation/server.ts";
import { roomView } from "../chat/rooms/membership.ts";
import { listRooms } from "../chat/rooms/rooms.ts";
import type { State } from "./app_state.ts";
import { ChatError } from "../base/errors.ts";
import type { Actor, Member, Room, RoomEvent, User } from "../protocol/model.ts";
import type { Mine } from "../protocol/frames.ts";
import type { Settings } from "../protocol/settings.ts";

const PAGE = 50;

export interface ChatPageData {
  me: User & { admin: boolean };
  rooms: Room[];
  initial: { room_id: string; events: RoomEvent[]; has_more: boolean; cursor: string; mine: Mine } | null;
  members: Member[];
  settings: Settings;
  blocked: string[];
  /** Whether to suggest recovery codes. */
  advice: boolean;
  /** The server's name. */
  server: string;
  may_invite: boolean;
  /** Whether the first steps are shown. */
  checklist: boolean;
  /** Whether the reader closed the list of people. */
  people_closed: boolean;
  zone: string;
  now: number;
}

/** The signed-in account; the middleware lets nobody else reach these pages. */
export function signedIn(state: State): Actor {
  if (state.actor === null) throw new ChatError("unauthorized", "Sign in first.");
  return state.actor;
}

/** The list of rooms, with one of them open or none. */
export async function loadChatPageData(state: State, roomId: string | null): Promise<ChatPageData> {
  const { chat, zone, settings } = state;
  const actor = signedIn(state);
  // The head is read first: later events are sent again over the socket, and an event that arrives twice changes
  // nothing.
  const head = roomId === null ? null : await readHead(chat, roomId);
  const [me, rooms, page, people, blocked, suggested, may_invite] = await Promise.all([
    getMe(chat, actor),
    listRooms(chat, actor),
    roomId === null ? null : readHistory(chat, actor, roomId, { limit: PAGE, before: (head?.seq ?? 0) + 1 }),
    roomId === null ? { members: [] } : listMembers(chat, actor, roomId),
    listBlocked(chat, actor.user_id),
    suggestions(chat, actor, settings),
    mayInvite(chat, actor),
  ]);
  const initial = roomId === null || head === null || page === null
    ? null
    : { room_id: roomId, cursor: `${chat.epoch}:${head.id}`, ...page };
  return {
    me,
    rooms,
    initial,
    members: people.members,
    settings,
    blocked,
    advice: suggested.recovery,
    server: state.brand.name,
    may_invite,
    checklist: suggested.checklist,
    people_closed: state.peopleClosed,
    zone,
    now: chat.clock.now(),
  };
}

/** The room that `/` opens: the one this browser had open last, else the first one. */
export async function firstRoom(chat: Chat, actor: Actor, last: string | undefined): Promise<string | null> {
  if (last !== undefined && (await roomView(chat, actor.user_id, last))?.role) return last;
  const rooms = await listRooms(chat, actor);
  return (rooms.find((room) => room.id === "general") ?? rooms[0])?.id ?? null;
}
