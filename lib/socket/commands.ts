/** What each command does. The table is typed by the commands, so that a missing one does not compile. */
import { addBookmark, listBookmarks, removeBookmark } from "../chat/messages/bookmarks.ts";
import { readDraft, saveDraft } from "../chat/messages/drafts.ts";
import { blockUser, unblockUser } from "../chat/people/blocks.ts";
import { readHistory } from "../chat/messages/history.ts";
import { deleteMessage, editMessage, markRead, react, sendMessage } from "../chat/messages/messages.ts";
import { listMentions } from "../chat/messages/mentions.ts";
import { pinMessage, unpinMessage } from "../chat/rooms/pins.ts";
import { maySpeak, requireMember } from "../chat/rooms/membership.ts";
import { removeMember } from "../chat/rooms/members.ts";
import { setLevel } from "../chat/people/settings.ts";
import type { Chat } from "../chat/chat.ts";
import { Meter } from "../chat/meter.ts";
import { ChatError } from "../base/errors.ts";
import type { Command, CommandType } from "../protocol/commands.ts";
import type { Pong, Replies } from "../protocol/frames.ts";
import { join } from "./joining/subscription.ts";
import { reauthenticate } from "./token_life.ts";
import type { HubSocket } from "./hub_context.ts";

type Of<T extends CommandType> = Extract<Command, { type: T }>;
/** Runs one command. What it reads through `chat` is counted (Meter). */
type Handler<T extends CommandType> = (connection: HubSocket, command: Of<T>, chat: Chat) => Promise<Replies[T]>;

/** A handler enters the room's append queue before it first waits, so that commands keep their order (C5). */
const HANDLERS: { [T in CommandType]: Handler<T> } = {
  join_room: async (connection, { room_id, since }, chat) => {
    return { cursor: await connection.hub.arrivals.run(() => join(connection, room_id, since, chat)) };
  },

  unsubscribe(connection, { room_id }) {
    connection.unsubscribe(room_id, "asked");
    return Promise.resolve({});
  },

  async leave_room({ actor }, { room_id }, chat) {
    await removeMember(chat, actor, room_id, actor.user_id);
    return {};
  },

  chat_message: ({ actor }, command, chat) => sendMessage(chat, actor, command),
  edit_message: ({ actor }, command, chat) => editMessage(chat, actor, command),
  delete_message: ({ actor }, command, chat) => deleteMessage(chat, actor, command),
  pin_message: ({ actor }, command, chat) => pinMessage(chat, actor, command),
  unpin_message: ({ actor }, command, chat) => unpinMessage(chat, actor, command),
  react: ({ actor }, command, chat) => react(chat, actor, command),

  async block_user({ actor }, { user_id }, chat) {
    await blockUser(chat, actor, user_id);
    return {};
  },
  async unblock_user({ actor }, { user_id }, chat) {
    await unblockUser(chat, actor, user_id);
    return {};
  },

  mark_read: ({ actor }, command, chat) => markRead(chat, actor, command),

  /**
   * Shows as typing only a user who may send messages to the room. A repeat within 2 s is dropped and reads nothing.
   */
  async typing({ hub, actor, user }, { room_id, typing }, chat) {
    const room = hub.rooms.get(room_id);
    if (typing && room?.members.has(user) && hub.ephemera.isFreshlyTyping(room, user.id)) return {};
    if (typing && !await maySpeak(chat, actor, room_id)) return {};
    if (!typing && room?.members.has(user) !== true) await requireMember(chat, actor, room_id);
    if (user.profile !== undefined) chat.bus.publish({ type: "typing", room_id, user: user.profile, typing });
    return {};
  },

  history: ({ actor }, { room_id, before, after, limit }, chat) =>
    readHistory(chat, actor, room_id, { before, after, limit }),

  mentions: async ({ actor }, command, chat) => await listMentions(chat, actor, command),
  bookmark: ({ actor }, command, chat) =>
    command.op === "add" ? addBookmark(chat, actor, command) : removeBookmark(chat, actor, command),
  bookmarks: ({ actor }, command, chat) => listBookmarks(chat, actor, command),
  async set_level({ actor }, { room_id, level }, chat) {
    await setLevel(chat, actor, room_id, level);
    return { level };
  },
  active(connection, { active }) {
    connection.isActive = active;
    connection.hub.tellActive(connection);
    return Promise.resolve({});
  },
  draft: ({ actor }, { room_id }, chat) => readDraft(chat, actor, room_id),
  save_draft: ({ actor }, command, chat) => saveDraft(chat, actor, command),

  reauthenticate: (connection, { token }, chat) => reauthenticate(connection, token, chat),
  ping: (_connection, _command, chat) => Promise.resolve({ server_time: timeOf(chat) }),
};

const SENDS = new Set<CommandType>([
  "chat_message",
  "edit_message",
  "delete_message",
  "pin_message",
  "unpin_message",
  "react",
]);
/**
 * These do not wait for their turn: they read nothing, or a key or two. The answer to a ping tells a client that its
 * connection is alive, however busy it is.
 */
const OUT_OF_TURN = new Set<CommandType>(["ping", "active", "unsubscribe", "reauthenticate"]);
/** Later commands to the same room wait until one of these is done. */
const BARRIERS = new Set<CommandType>(["join_room", "unsubscribe", "leave_room"]);

/** Runs a command and answers it. Never throws. */
export function runCommand(connection: HubSocket, command: Command): void {
  const { hub, actor } = connection;
  const { rates } = hub.chat;
  const passes = connection.passes(command.id, () => {
    if (hub.isDraining) throw new ChatError("shutting_down", "The server restarts. Reconnect.", { retryAfter: 1 });
    rates.checkCommand(actor.user_id, connection.address);
    if (SENDS.has(command.type)) rates.check("sends", actor.user_id);
  });
  if (!passes) return;
  hub.counted(command.type);
  connection.inFlight++;
  hub.inFlight++;
  void answer(
    connection,
    command,
    hub.chat.tracing.span(`socket.${command.type}`, {}, () => inOrder(connection, command)),
  );
}

async function answer(connection: HubSocket, command: Command, result: Promise<object>): Promise<void> {
  try {
    const fields = await result;
    if (command.id !== undefined) connection.reply({ re: command.id, ok: true, ...fields });
    else if (command.type === "ping") connection.send(JSON.stringify(pong(connection.hub.chat)));
  } catch (error) {
    connection.fail(command.id, error);
  } finally {
    connection.inFlight--;
    connection.hub.inFlight--;
  }
}

function pong(chat: Chat): Pong {
  return { type: "pong", server_time: timeOf(chat) };
}

function timeOf({ clock }: Chat): string {
  return new Date(clock.now()).toISOString();
}

function inOrder(connection: HubSocket, command: Command): Promise<object> {
  if (!("room_id" in command)) return handle(connection, command);
  const before = connection.barriers?.get(command.room_id);
  const result = before === undefined ? handle(connection, command) : before.then(() => handle(connection, command));
  if (BARRIERS.has(command.type)) {
    const barriers = connection.barriers ??= new Map();
    const barrier = result.then(nothing, nothing).then(() => {
      if (barriers.get(command.room_id) === barrier) barriers.delete(command.room_id);
    });
    barriers.set(command.room_id, barrier);
  }
  return result;
}

function nothing(): void {}

async function handle(connection: HubSocket, command: Command): Promise<object> {
  if (!connection.isOpen) return {};
  // the table is keyed by the same union, which TypeScript cannot follow through an index
  const handler: (connection: HubSocket, command: never, chat: Chat) => Promise<object> = HANDLERS[command.type];
  const { hub: { chat }, actor, address } = connection;
  // the rate-limit token that a send has paid covers its reads
  if (SENDS.has(command.type)) return await handler(connection, command as never, chat);
  return await Meter.run(
    chat,
    { userId: actor.user_id, address, inTurn: !OUT_OF_TURN.has(command.type) },
    (metered) => handler(connection, command as never, metered),
  );
}
