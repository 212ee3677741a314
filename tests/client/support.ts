/** A browser and a server in memory, both moved by hand. */
import { FakeClock } from "../../lib/base/clock.ts";
import type { Environment } from "../../lib/client/connection/environment.ts";
import type { OpenSocket, SocketHandlers } from "../../lib/client/connection/connection.ts";
import type { RoomSession } from "../../lib/client/room/room_session.ts";
import { ChatStore, type ChatStoreOptions } from "../../lib/client/store.ts";
import { decodeFrame } from "../../lib/client/connection/frames.ts";
import { type Command, decodeCommand } from "../../lib/protocol/commands.ts";
import type * as Frames from "../../lib/protocol/frames.ts";
import { LIMITS } from "../../lib/protocol/limits.ts";
import type { ChatMessage, ReactionCount, Room, RoomEvent, User } from "../../lib/protocol/model.ts";
import { DEFAULT_SETTINGS } from "../../lib/protocol/settings.ts";

export const ANN = { id: "u-ann", username: "ann", display_name: "Ann", color: "#e5484d", admin: false };
export const BOB = { id: "u-bob", username: "bob", display_name: "Bob", color: "#0090ff", admin: false };

export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

export class FakeEnvironment implements Environment {
  readonly clock = new FakeClock();
  isOnline = true;
  isVisible = true;
  frames = 0;
  #listeners = new Set<() => void>();

  now = () => this.clock.now();
  after = (ms: number, run: () => void) => this.clock.after(ms, run);
  frame(run: () => void) {
    this.frames++;
    return this.clock.after(16, run);
  }
  random = () => 0.5;
  online = () => this.isOnline;
  visible = () => this.isVisible;
  listen(changed: () => void) {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }
  tick = (ms: number) => this.clock.tick(ms);
  changed() {
    for (const listener of [...this.#listeners]) listener();
  }
}

export class MemoryStorage implements Storage {
  readonly #items = new Map<string, string>();
  [name: string]: unknown;
  get length() {
    return this.#items.size;
  }
  key = (at: number) => [...this.#items.keys()][at] ?? null;
  getItem = (key: string) => this.#items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.#items.set(key, value);
  removeItem = (key: string) => void this.#items.delete(key);
  clear = () => this.#items.clear();
}

export interface FakeSocket {
  on: SocketHandlers;
  sent: Record<string, unknown>[];
  closed: boolean;
  /** Room ids. */
  joined: Set<string>;
}

/** What the server says, by the types that it is compiled with. */
export type ServerFrame =
  | Frames.Hello
  | Frames.Snapshot
  | Frames.Resumed
  | Frames.Reset
  | Frames.Unsubscribed
  | Frames.Presence
  | Frames.Typing
  | Frames.UserChange
  | Frames.RoomActivity
  | Frames.UserUpdated
  | Frames.Reply
  | Frames.ErrorFrame
  | RoomEvent;

interface RoomLog {
  log: RoomEvent[];
  state: Map<string, ChatMessage>;
  mine: Record<string, Record<string, string[]>>;
}

let ids = 0;

/** Keeps one log a room and speaks the protocol to one user. */
export class FakeServer {
  epoch = "e1";
  /** False: upgrades fail and no request is answered. */
  up = true;
  signedIn = true;
  /** Takes the next so many sends and says nothing. */
  swallowReplies = 0;
  /** Carries out commands of this type and says nothing. */
  swallow = "";
  /** Answers every command with this; its code may be of a later version. */
  refuse: { code: string; message: string } | null = null;
  silent = false;
  features: string[] = [];
  /** The ids of those whom I have blocked. */
  blocked: string[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly requests: string[] = [];
  readonly rooms = new Map<string, RoomLog>();
  /** How far I have read, by room, as lists tell it. */
  readonly reads = new Map<string, number>();
  /** By room. */
  readonly drafts = new Map<string, { content: string; reply_to?: string; at: number }>();
  readonly me: User & { admin: boolean };

  constructor(me = ANN) {
    this.me = me;
    this.room("general");
  }

  get socket(): FakeSocket | undefined {
    return this.sockets.findLast((socket) => !socket.closed);
  }

  room(id: string): RoomLog {
    let room = this.rooms.get(id);
    if (room === undefined) {
      room = { log: [], state: new Map(), mine: {} };
      this.rooms.set(id, room);
    }
    return room;
  }

  view(id: string): Room {
    const { log } = this.room(id);
    const read_seq = this.reads.get(id) ?? 0;
    const countUpTo = (seq: number) => log.filter((event) => event.type === "chat_message" && event.seq <= seq).length;
    return {
      id,
      kind: "public",
      name: id,
      topic: "",
      created_at: "2026-01-01T00:00:00Z",
      role: "member",
      members: 2,
      seq: log.length,
      active_at: log.at(-1)?.timestamp ?? "2026-01-01T00:00:00Z",
      messages: countUpTo(Infinity),
      read_seq,
      read_messages: countUpTo(read_seq),
    };
  }

  // ---- the log

  say(
    by: User,
    content: string,
    more: { client_id?: string; reply_to?: string } = {},
    roomId = "general",
  ): ChatMessage {
    const event: ChatMessage = { type: "chat_message", ...this.#base(roomId, by), content, ...more };
    this.room(roomId).state.set(event.id, event);
    this.#append(event);
    return event;
  }

  join(by: User, roomId = "general"): void {
    this.#append({ type: "join", ...this.#base(roomId, by), role: "member" });
  }

  edit(by: User, target: string, content: string, roomId = "general"): void {
    const base = this.#base(roomId, by);
    this.#update(roomId, target, { content, edited_at: base.timestamp });
    this.#append({ type: "message_edited", ...base, target, content, edited_at: base.timestamp });
  }

  remove(by: User, target: string, roomId = "general"): void {
    const { reactions: _, edited_at: __, ...rest } = this.#message(roomId, target);
    this.room(roomId).state.set(target, { ...rest, content: "", deleted: true });
    this.room(roomId).mine[target] = {};
    this.#append({ type: "message_deleted", ...this.#base(roomId, by), target });
  }

  react(by: User, target: string, emoji: string, op: "add" | "remove", roomId = "general"): void {
    const room = this.room(roomId);
    const who = (room.mine[target] ??= {})[by.id] ??= [];
    if (who.includes(emoji) === (op === "add")) return;
    room.mine[target][by.id] = op === "add" ? [...who, emoji] : who.filter((other) => other !== emoji);
    const counts = new Map<string, number>();
    for (const all of Object.values(room.mine[target])) for (const e of all) counts.set(e, (counts.get(e) ?? 0) + 1);
    const reactions: ReactionCount[] = [...counts].map(([emoji, count]) => ({ emoji, count }));
    this.#update(roomId, target, { reactions });
    this.#append({ type: "reaction", ...this.#base(roomId, by), target, emoji, op, reactions });
  }

  /** The items as they now stand, as a history page or a snapshot has them. */
  page(roomId: string, { before = Infinity, after = 0, limit = 50 }) {
    const room = this.room(roomId);
    const items = room.log.filter((event) => !("target" in event) && event.seq < before && event.seq > after)
      .map((event) => room.state.get(event.id) ?? event);
    const events = after > 0 ? items.slice(0, limit) : items.slice(-limit);
    const mine = Object.fromEntries(
      events.map((e) => [e.id, room.mine[e.id]?.[this.me.id] ?? []] as const).filter(([, list]) => list.length > 0),
    );
    return { events, has_more: items.length > events.length, mine };
  }

  cursor(roomId: string): string {
    return `${this.epoch}:${this.room(roomId).log.at(-1)?.id ?? ""}`;
  }

  /** As a replay gives it: with the target's present content. */
  replayed(event: RoomEvent): RoomEvent {
    const target = "target" in event ? this.room(event.room_id).state.get(event.target) : undefined;
    if (event.type === "message_edited" && target !== undefined) return { ...event, content: target.content };
    if (event.type === "reaction") return { ...event, reactions: target?.reactions ?? [] };
    return this.room(event.room_id).state.get(event.id) ?? event;
  }

  #base(room_id: string, by: User) {
    const seq = this.room(room_id).log.length + 1;
    const { id: user_id, username, display_name, color } = by;
    const timestamp = new Date(Date.parse("2026-01-02T03:00:00Z") + seq * 1000).toISOString();
    return {
      room_id,
      seq,
      id: `${seq}-${String(ids++).padStart(8, "0")}`,
      user_id,
      username,
      display_name,
      color,
      timestamp,
    };
  }

  #message(roomId: string, id: string): ChatMessage {
    const message = this.room(roomId).state.get(id);
    if (message === undefined) throw new Error("no such message");
    return message;
  }

  #update(roomId: string, id: string, changes: Partial<ChatMessage>): void {
    this.room(roomId).state.set(id, { ...this.#message(roomId, id), ...changes });
  }

  #append(event: RoomEvent): void {
    this.room(event.room_id).log.push(event);
    for (const socket of this.sockets) if (!socket.closed && socket.joined.has(event.room_id)) this.tell(socket, event);
  }

  // ---- the wire

  /** Says it as the server does; the compiler and the client's decoder both check that it is what a server says. */
  tell(socket: FakeSocket, ...frames: ServerFrame[]): void {
    for (const frame of frames) {
      const text = JSON.stringify(frame);
      if (decodeFrame(text).length !== 1) throw new Error(`the client cannot read ${text}`);
    }
    this.tellAnother(socket, ...frames);
  }

  /** What a server of another version may say. */
  tellAnother(socket: FakeSocket, ...frames: unknown[]): void {
    if (!this.silent) socket.on.message(frames.map((frame) => JSON.stringify(frame)).join("\n"));
  }

  readonly openSocket: OpenSocket = (_url, on) => {
    const socket: FakeSocket = { on, sent: [], closed: false, joined: new Set() };
    this.sockets.push(socket);
    queueMicrotask(() => {
      if (socket.closed) return;
      if (!this.up || !this.signedIn) return this.drop(socket);
      const rooms = [...this.rooms.keys()].map((id) => this.view(id));
      this.tell(socket, {
        type: "hello",
        version: 1,
        epoch: this.epoch,
        connection_id: "c",
        heartbeat_ms: 30_000,
        limits: { ...LIMITS, file_bytes: 10 * 1024 * 1024 },
        features: this.features,
        user: this.me,
        rooms,
        settings: DEFAULT_SETTINGS,
        blocked: this.blocked,
        server_time: "2026-01-02T03:04:05Z",
      });
    });
    return {
      send: (text) => {
        socket.sent.push(JSON.parse(text));
        const decoded = decodeCommand(text);
        if (!decoded.ok) throw new Error(`a server would refuse ${text}: ${decoded.error.message}`);
        queueMicrotask(() => !socket.closed && this.#command(socket, decoded.command));
      },
      close: () => socket.closed = true,
    };
  };

  drop(socket = this.socket, code = 1006, reason = ""): void {
    if (socket === undefined || socket.closed) return;
    socket.closed = true;
    socket.on.close(code, reason);
  }

  readonly fetch = (input: RequestInfo | URL): Promise<Response> => {
    const url = new URL(String(input), "http://parley.test");
    this.requests.push(url.pathname + url.search);
    if (!this.up) return Promise.reject(new TypeError("no network"));
    if (!this.signedIn) {
      return Promise.resolve(Response.json({ error: { code: "unauthorized", message: "Sign in." } }, { status: 401 }));
    }
    if (url.pathname === "/api/me") return Promise.resolve(Response.json(this.me));
    const room = /^\/api\/rooms\/([^/]+)\/messages$/.exec(url.pathname)?.[1];
    if (room !== undefined) {
      const range = Object.fromEntries([...url.searchParams].map(([name, value]) => [name, Number(value)]));
      const { events: messages, ...rest } = this.page(room, range);
      return Promise.resolve(Response.json({ messages, ...rest }));
    }
    return Promise.resolve(Response.json({}));
  };

  #command(socket: FakeSocket, command: Command): void {
    if (this.refuse !== null && command.id !== undefined && command.type !== "ping") {
      return this.tellAnother(socket, { re: command.id, error: this.refuse });
    }
    switch (command.type) {
      case "ping":
        // the client hears it, and reads nothing of it
        return this.tellAnother(socket, { type: "pong", server_time: "2026-01-02T03:04:05Z" });
      case "join_room":
        return this.#joinRoom(socket, command);
      case "unsubscribe":
        socket.joined.delete(command.room_id);
        return this.#reply(socket, command, {});
      case "chat_message":
        return this.#chatMessage(socket, command);
      case "react":
        this.react(this.me, command.message_id, command.emoji, command.op, command.room_id);
        return this.#changed(socket, command);
      case "edit_message":
        this.edit(this.me, command.message_id, command.content, command.room_id);
        return this.#changed(socket, command);
      case "delete_message":
        this.remove(this.me, command.message_id, command.room_id);
        return this.#changed(socket, command);
      case "save_draft":
        return this.#reply(socket, command, { at: command.at ?? 0, saved: true });
      case "draft":
        return this.#reply(socket, command, this.drafts.get(command.room_id) ?? { content: "", at: 0 });
      case "mark_read": {
        const { seq, room_id } = command;
        const upTo = this.room(room_id).log.filter((e) => e.type === "chat_message" && e.seq <= seq).length;
        this.reads.set(room_id, seq);
        return this.#reply(socket, command, { read_seq: seq, read_messages: upTo });
      }
      default:
        return this.#reply(socket, command, {});
    }
  }

  /** Typed by the protocol's table of replies. */
  #reply<T extends keyof Frames.Replies>(
    socket: FakeSocket,
    { id, type }: { id?: Command["id"]; type: T },
    fields: Frames.Replies[T],
  ): void {
    if (id !== undefined && type !== this.swallow) this.tell(socket, { re: id, ok: true, ...fields });
  }

  #changed(socket: FakeSocket, command: Command & { room_id: string }): void {
    const last = this.room(command.room_id).log.at(-1);
    const done = { id: last?.id ?? "", seq: last?.seq ?? 0, changed: true };
    if (command.type === "react") this.#reply(socket, command, { ...done, reactions: [] });
    else if (command.type === "edit_message" || command.type === "delete_message") this.#reply(socket, command, done);
  }

  #chatMessage(socket: FakeSocket, command: Extract<Command, { type: "chat_message" }>): void {
    const { room_id, content, client_id, reply_to } = command;
    const known = this.room(room_id).log.find((e) => e.type === "chat_message" && e.client_id === client_id);
    const event = known ?? this.say(this.me, content, {
      ...(client_id === undefined ? {} : { client_id }),
      ...(reply_to === undefined ? {} : { reply_to }),
    }, room_id);
    if (this.swallowReplies-- > 0) return;
    this.swallowReplies = 0;
    const { id, seq, timestamp } = event;
    this.#reply(socket, command, { id, seq, timestamp });
  }

  #joinRoom(socket: FakeSocket, command: Extract<Command, { type: "join_room" }>): void {
    const { room_id, since } = command;
    const { log } = this.room(room_id);
    socket.joined.add(room_id);
    const who = { present: [ANN], present_count: 1 };
    const at = since === undefined ? -1 : log.findIndex((event) => since === `${this.epoch}:${event.id}`);
    if (since !== undefined && at >= 0) {
      this.tell(socket, { type: "resumed", room_id, room: this.view(room_id), ...who });
      const missed = log.slice(at + 1).map((event) => this.replayed(event));
      if (missed.length > 0) this.tell(socket, ...missed);
    } else {
      if (since !== undefined) this.tell(socket, { type: "reset", room_id, reason: "cursor_unknown" });
      const cursor = this.cursor(room_id);
      this.tell(socket, {
        type: "snapshot",
        room_id,
        room: this.view(room_id),
        cursor,
        ...this.page(room_id, {}),
        ...who,
      });
    }
    this.#reply(socket, command, { cursor: this.cursor(room_id) });
  }
}

/** A page with one account, on a fake server. */
export function openPage(
  server = new FakeServer(),
  storage: Storage | null = new MemoryStorage(),
  options: Partial<ChatStoreOptions> = {},
) {
  const environment = new FakeEnvironment();
  /** Rooms that went away: name and why. */
  const lost: [string, string][] = [];
  const store = new ChatStore({
    onLost: (name, why) => lost.push([name, why]),
    me: server.me,
    rooms: [...server.rooms.keys()].map((id) => server.view(id)),
    fetch: server.fetch,
    loadApi: () => import("../../lib/client/connection/api.ts"),
    loadFiles: () => import("../../lib/client/writing/files.ts"),
    openSocket: server.openSocket,
    storage,
    environment,
    ...options,
  });
  const stop = store.start();
  return {
    server,
    lost,
    storage,
    env: environment,
    store,
    /** A room that is open. */
    session(id = "general"): RoomSession {
      const session = store.rooms.session(id);
      if (session === undefined) throw new Error(`${id} is not open`);
      return session;
    },
    texts: () =>
      (store.rooms.active.value?.state.entries.value ?? []).flatMap((e) =>
        e.type === "chat_message" ? [e.view.value.content] : []
      ),
    statuses: () =>
      (store.rooms.active.value?.state.entries.value ?? []).flatMap((e) =>
        e.type === "chat_message" ? [e.view.value.status] : []
      ),
    [Symbol.dispose]: stop,
  };
}
