/**
 * Rooms for administrators: names, numbers and rules of all rooms but direct conversations, also of rooms that they are
 * not in. Never their messages, nor their members' names: those are for members.
 */
import { ChatError } from "../../base/errors.ts";
import { noSuchRoom } from "../../log/no_such_room.ts";
import type { ActorContext } from "../../log/command.ts";
import { keys, ranges } from "../../store/keys.ts";
import type { HeadRecord, RoomRecord } from "../../protocol/model.ts";
import { type Doer, requireAdmin } from "../moderation/audit.ts";
import type { Chat } from "../chat.ts";
import { retentionDays } from "./membership.ts";
import { pageOf } from "../paging.ts";
import { enterRoom } from "./enter.ts";
import { EMPTY_MS } from "../../log/rules/room_end.ts";
import { changeOf, type RoomInput } from "./rooms.ts";

export const ROOMS_A_PAGE = 100;

export interface RoomFigures {
  room: RoomRecord;
  head: HeadRecord;
  /** The retention in force, in days; 0: for ever. */
  retention_days: number;
  /** Set where nobody is in the room: when it will be ended, unless somebody joins. */
  ends_at?: number;
}

/** Rooms by id, after the id `after`. Direct conversations, which may be most of the rooms, are skipped. */
export async function listAllRooms(
  chat: Chat,
  actor: Pick<Doer, "admin">,
  after = "",
): Promise<{ rooms: RoomFigures[]; next: string | undefined }> {
  requireAdmin(actor);
  const { records, next } = await pageOf<RoomRecord>(ROOMS_A_PAGE, after, async (from, limit) => {
    const found = await chat.kv.list(ranges.rooms(from), { limit });
    return found.map((
      { value },
    ) => [value.id, value.kind === "direct" || value.deleted_at !== undefined ? null : value]);
  });
  const heads = await chat.kv.getMany(records.map(({ id }) => keys.head(id)));
  return {
    rooms: records.flatMap((room, i) => {
      const head = heads[i]?.value ?? null;
      if (head === null) return [];
      const isEmpty = head.members === 0 && room.id !== "general";
      return [{
        room,
        head,
        retention_days: retentionDays(chat, room),
        ...(isEmpty ? { ends_at: head.at + EMPTY_MS } : {}),
      }];
    }),
    next,
  };
}

/** Changes the rules of any room but a direct conversation. */
export async function changeRoom(
  chat: Chat,
  doer: Doer,
  roomId: string,
  input: Pick<RoomInput, "read_only" | "retention_days" | "edit_minutes">,
): Promise<void> {
  await append(
    chat,
    doer,
    roomId,
    (context) => ({ ...changeOf(input), type: "room", user_id: doer.user_id, ...context }),
  );
}

/** Ends any room but general and direct conversations. */
export async function endRoom(chat: Chat, doer: Doer, roomId: string): Promise<void> {
  await append(chat, doer, roomId, (context) => ({ type: "delete_room", user_id: doer.user_id, ...context }));
}

/** Gives a room that nobody is in an owner. Throws `conflict` where somebody is in it. */
export async function assignOwner(chat: Chat, doer: Doer, roomId: string, username: string): Promise<void> {
  requireAdmin(doer);
  const name = username.trim().replace(/^@/, "").toLowerCase();
  const userId = name === "" || name.length > 64 ? null : (await chat.kv.get(keys.username(name))).value;
  const user = userId === null ? null : (await chat.kv.get(keys.user(userId))).value;
  if (user === null || user.disabled_at !== undefined) {
    throw new ChatError(
      "no_such_user",
      `There is no user @${name.slice(0, 64)} to make the owner, or the account is disabled.`,
      {
        field: "username",
      },
    );
  }
  await requireOpenRoom(chat, roomId);
  const command = { type: "join", user_id: user.id, by: doer.user_id, role: "owner", ...actorContextOf(doer) } as const;
  await enterRoom(chat, roomId, command, true);
}

async function append(
  chat: Chat,
  doer: Doer,
  roomId: string,
  make: (context: ActorContext) => Parameters<Chat["appender"]["append"]>[1],
): Promise<void> {
  requireAdmin(doer);
  await requireOpenRoom(chat, roomId);
  await chat.appender.append(roomId, make(actorContextOf(doer)));
}

function actorContextOf({ address }: Doer): ActorContext {
  return { by_admin: "anywhere", ...(address === undefined ? {} : { address }) };
}

async function requireOpenRoom(chat: Chat, roomId: string): Promise<void> {
  const room = roomId.length > 64 ? null : (await chat.kv.get(keys.room(roomId))).value;
  if (room === null || room.kind === "direct") throw noSuchRoom(roomId);
}
