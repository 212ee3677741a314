/**
 * The REST calls of the chat page: same origin, session cookie, answers decoded. Fetched later, as a chunk of its own.
 */
import * as v from "../decode.ts";
import type { Bookmark, ChatMessage, Member, ReportOutcome, Role, Room, User } from "../../protocol/model.ts";
import { type Level, readSettings, type Settings } from "../../protocol/settings.ts";
import { call, path, query } from "./call.ts";
import { chatMessage, flag, integer, role, room, string, user } from "./schemas.ts";
import type { Requests } from "./requests.ts";

export type Me = User & { admin: boolean };

const rooms = v.object({ rooms: v.array(room), has_more: v.optional(flag, false) });
const member = v.object({
  ...user.entries,
  role,
  online: v.optional(flag, false),
  muted_until: v.exactOptional(string),
});
const members = v.object({ members: v.array(member), has_more: v.optional(flag, false) });
const users = v.object({ users: v.array(user) });
const report = v.object({
  id: string,
  message_id: string,
  author: user,
  reporter: user,
  reason: string,
  /** The message as it is now; null: it was deleted. */
  content: v.nullable(string),
});
export type Report = v.Decoded<typeof report>;
const reports = v.object({ reports: v.array(report), has_more: v.boolean });
const userPage = v.object({ ...users.entries, has_more: flag });
const revision = v.object({ content: string, at: string });
/** An earlier text of a message, and when it was written. */
export type Revision = v.Decoded<typeof revision>;
const revisions = v.object({ revisions: v.array(revision) });
const settings = readSettings;
const pin = v.object({ message: chatMessage, by: user, at: string });
export type PinnedMessage = v.Decoded<typeof pin>;
const pins = v.object({ pins: v.array(pin) });
const push = v.object({ public_key: string, subscribed: flag });
const found = v.object({ messages: v.array(chatMessage), cursor: v.optional(v.nullable(string), null) });
const bookmarks = v.object({
  bookmarks: v.array(v.object({ room_id: string, message_id: string, at: string, message: v.nullable(chatMessage) })),
  has_more: flag,
});
const bookmarkIds = v.object({ ids: v.array(v.object({ message_id: string })) });
const nothing = v.unknown;

const result = v.object({
  message: chatMessage,
  matches: v.array(v.pair(integer, integer)),
  before: v.exactOptional(chatMessage),
  after: v.exactOptional(chatMessage),
});
/** A message that a search found, with the messages around it. */
export type SearchResult = v.Decoded<typeof result>;
const searched = v.object({
  results: v.array(result),
  cursor: v.nullable(string),
  truncated: v.optional(flag, false),
  behind: v.optional(integer, 0),
});
export type Found = v.Decoded<typeof searched>;

export interface NewRoom {
  name: string;
  topic?: string;
  kind: "public" | "private";
}

export interface RoomChanges extends Partial<NewRoom> {
  read_only?: boolean;
  /** 0: the server's default. The same for edit_minutes. */
  retention_days?: number;
  edit_minutes?: number;
}

export class Api {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  async browseRooms(after?: string): Promise<{ rooms: Room[]; has_more: boolean }> {
    return await this.#call("GET", `/api/rooms?${query({ browse: 1, after })}`, rooms);
  }

  createRoom(input: NewRoom): Promise<Room> {
    return this.#call("POST", "/api/rooms", room, input);
  }

  updateRoom(id: string, changes: RoomChanges): Promise<Room> {
    return this.#call("PATCH", path("/api/rooms", id), room, changes);
  }

  async deleteRoom(id: string): Promise<void> {
    await this.#call("DELETE", path("/api/rooms", id), nothing);
  }

  openDirect(userId: string): Promise<Room> {
    return this.#call("POST", "/api/direct", room, { user_id: userId });
  }

  /** Adds the user; without one, the reader joins. */
  async addMember(roomId: string, userId?: string): Promise<void> {
    await this.#call(
      "POST",
      `${path("/api/rooms", roomId)}/members`,
      nothing,
      userId === undefined ? {} : { user_id: userId },
    );
  }

  /**
   * `ban`: they cannot come back. `confirm`: the reader agrees that the room is deleted when its last member leaves.
   */
  async removeMember(roomId: string, userId: string, ban = false, reason = "", confirm = false): Promise<void> {
    const member = path(`${path("/api/rooms", roomId)}/members`, userId);
    const search = query({
      ban: ban ? "true" : undefined,
      reason: reason === "" ? undefined : reason,
      confirm: confirm ? "true" : undefined,
    });
    await this.#call("DELETE", search === "" ? member : `${member}?${search}`, nothing);
  }

  /** Without `minutes` the mute lasts until it is lifted; 0 lifts it. */
  async mute(roomId: string, userId: string, minutes?: number, reason = ""): Promise<void> {
    const mute = `${path(`${path("/api/rooms", roomId)}/members`, userId)}/mute`;
    if (minutes === 0) await this.#call("DELETE", mute, nothing);
    else {
      await this.#call("PUT", mute, nothing, {
        ...(minutes === undefined ? {} : { minutes }),
        ...(reason === "" ? {} : { reason }),
      });
    }
  }

  async report(roomId: string, messageId: string, reason: string): Promise<void> {
    const message = path(`${path("/api/rooms", roomId)}/messages`, messageId);
    await this.#call("POST", `${message}/reports`, nothing, { reason });
  }

  /** Oldest first. `after`: the id of the last entry of the page before. */
  listReports(roomId: string, after?: string): Promise<{ reports: Report[]; has_more: boolean }> {
    const page = { room_id: roomId, ...(after === undefined ? {} : { after }) };
    return this.#call("GET", `/api/reports?${query(page)}`, reports);
  }

  async handleReport(id: string, outcome: ReportOutcome): Promise<void> {
    await this.#call("POST", path("/api/reports", id), nothing, { outcome });
  }

  async setRole(roomId: string, userId: string, role: Role): Promise<void> {
    await this.#call("PATCH", path(`${path("/api/rooms", roomId)}/members`, userId), nothing, { role });
  }

  listMembers(roomId: string, after?: string): Promise<{ members: Member[]; has_more: boolean }> {
    return this.#call("GET", `${path("/api/rooms", roomId)}/members?${query({ after })}`, members);
  }

  readMember(roomId: string, userId: string): Promise<Member> {
    return this.#call("GET", path(`${path("/api/rooms", roomId)}/members`, userId), member);
  }

  /** Oldest first. */
  async listRevisions(roomId: string, messageId: string): Promise<Revision[]> {
    return (await this.#call("GET", `${messagePath(roomId, messageId)}/revisions`, revisions)).revisions;
  }

  listReactors(
    target: { room_id: string; id: string; emoji: string },
    range: { after?: string; limit?: number } = {},
  ): Promise<{ users: User[]; has_more: boolean }> {
    const reaction = path(`${messagePath(target.room_id, target.id)}/reactions`, target.emoji);
    return this.#call("GET", `${reaction}?${query(range)}`, userPage);
  }

  async listPins(roomId: string): Promise<PinnedMessage[]> {
    return (await this.#call("GET", `${path("/api/rooms", roomId)}/pins`, pins)).pins;
  }

  async pin(roomId: string, messageId: string): Promise<void> {
    await this.#call("PUT", path(`${path("/api/rooms", roomId)}/pins`, messageId), nothing);
  }

  async unpin(roomId: string, messageId: string): Promise<void> {
    await this.#call("DELETE", path(`${path("/api/rooms", roomId)}/pins`, messageId), nothing);
  }

  async block(userId: string): Promise<void> {
    await this.#call("PUT", path("/api/me/blocks", userId), nothing);
  }

  async unblock(userId: string): Promise<void> {
    await this.#call("DELETE", path("/api/me/blocks", userId), nothing);
  }

  readMessage(roomId: string, messageId: string): Promise<ChatMessage> {
    return this.#call("GET", messagePath(roomId, messageId), chatMessage);
  }

  async setLevel(roomId: string, level: Level | null): Promise<void> {
    await this.#call("PUT", `${path("/api/rooms", roomId)}/level`, nothing, { level });
  }

  /** The server's public key for web push, and whether the server has a subscription of this session's browser. */
  push(): Promise<{ public_key: string; subscribed: boolean }> {
    return this.#call("GET", "/api/me/push", push);
  }

  async subscribePush(subscription: { endpoint: string; keys: { p256dh: string; auth: string } }): Promise<void> {
    await this.#call("PUT", "/api/me/push", nothing, subscription);
  }

  async unsubscribePush(): Promise<void> {
    await this.#call("DELETE", "/api/me/push", nothing);
  }

  /** Messages that mention me, newest first. */
  listMentions(cursor?: string): Promise<{ messages: ChatMessage[]; cursor: string | null }> {
    return this.#call("GET", `/api/me/mentions?${query({ cursor })}`, found);
  }

  listBookmarks(before?: string): Promise<{ bookmarks: Bookmark[]; has_more: boolean }> {
    return this.#call("GET", `/api/me/bookmarks?${query({ before })}`, bookmarks);
  }

  async bookmarkIds(): Promise<string[]> {
    return (await this.#call("GET", "/api/me/bookmarks/ids", bookmarkIds)).ids.map(({ message_id }) => message_id);
  }

  async setBookmark(roomId: string, messageId: string, marked: boolean): Promise<void> {
    await this.#call(marked ? "PUT" : "DELETE", `${messagePath(roomId, messageId)}/bookmark`, nothing);
  }

  search(q: string, zone: string, cursor?: string): Promise<Found> {
    return this.#call("GET", `/api/search?${query({ q, zone, cursor })}`, searched);
  }

  async searchUsers(text: string): Promise<User[]> {
    return (await this.#call("GET", `/api/users?${query({ query: text })}`, users)).users;
  }

  updateSettings(changes: Partial<Settings>): Promise<Settings> {
    return this.#call("PATCH", "/api/me/settings", settings, changes);
  }

  async removeUpload(fileId: string): Promise<void> {
    await this.#call("DELETE", path("/api/files", fileId), nothing);
  }

  #call<T>(
    method: string,
    url: string,
    schema: v.Decoder<T>,
    body?: unknown,
  ): Promise<T> {
    return call(this.#requests, method, url, schema, body);
  }
}

function messagePath(roomId: string, messageId: string): string {
  return path(`${path("/api/rooms", roomId)}/messages`, messageId);
}
