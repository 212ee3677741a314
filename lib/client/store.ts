/** What the chat page knows and does: one per page. Safe to construct on the server; only `start` touches the browser. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import * as v from "valibot";
import type { ChatMessage, Room } from "../protocol/model.ts";
import { DEFAULT_SETTINGS, type Level, type Settings } from "../protocol/settings.ts";
import { isBlank } from "../protocol/text/visible.ts";
import type { Me, NewRoom, RoomChanges } from "./connection/api.ts";
import { Bookmarks } from "./room/bookmarks.ts";
import { browserSocket, Connection, type ConnectionState, type OpenSocket } from "./connection/connection.ts";
import { DraftSync } from "./writing/draft_sync.ts";
import { type Banner, ConnectionStatus } from "./connection/connection_status.ts";
import { Drafts } from "./writing/drafts.ts";
import { AccountStorage } from "./writing/account_storage.ts";
import { type MessageEntry, reactLocally, undoReaction } from "./room/entries.ts";
import { browserEnvironment, browserStorage, type Environment } from "./connection/environment.ts";
import { integer, string } from "./connection/frames.ts";
import { loadAround, loadLatest, loadNewer, loadOlder } from "./room/history.ts";
import { type LazyApi, lazyApi, type LoadApi, readHistory, signedIn } from "./connection/page_api.ts";
import { Outbox, type Pending, tabLock } from "./writing/outbox.ts";
import { forgetEmoji } from "./writing/forget_emoji.ts";
import { ReadMarks } from "./room/read_marks.ts";
import { isSameRoom, RoomList, unreadOf } from "./room_list.ts";
import type { RoomSnapshot, RoomState } from "./room/room_state.ts";
import { Sight } from "./room/sight.ts";
import { type Lost, Subscriptions } from "./connection/subscriptions.ts";
import { Requests } from "./connection/requests.ts";
import { Attached } from "./writing/attached.ts";
import type { Files, FilesOptions } from "./writing/files.ts";
import type { SendFile } from "./writing/upload.ts";

export interface ChatStoreOptions {
  me: Me;
  rooms: Room[];
  settings?: Settings;
  blocked?: readonly string[];
  /** The room that the server rendered. */
  initial?: RoomSnapshot & { room_id: string };
  /** Where `/ws` is; the page's own origin by default. */
  url?: string;
  fetch?: typeof fetch;
  /** Fetches the REST calls that no page needs at first. */
  loadApi: LoadApi;
  /** Fetches what sends files. */
  loadFiles(): Promise<{ Files: new (options: FilesOptions) => Files }>;
  openSocket?: OpenSocket;
  sendFile?: SendFile;
  storage?: Storage | null;
  /** Lives as long as the tab; none by default. */
  session?: Storage | null;
  environment?: Environment;
  /** The connection is of another account than the page: it was cut, and nothing of this one was sent. */
  onOtherAccount?(): void;
  /** A room went away under the reader, who is to be told. */
  onLost?(name: string, why: Exclude<Lost, "left">): void;
}

const TYPING_EVERY_MS = 3_000;
const sent = v.object({ id: string, seq: integer });
const nothing = v.unknown();

/** Notifications, as the store sees them (notifier.ts). */
export interface MessageWatcher {
  readonly isOn: boolean;
  wants(roomId: string): boolean;
  take(message: ChatMessage): Promise<void>;
}

export class ChatStore {
  readonly me = signal<Me>({ id: "", username: "", display_name: "", color: "", admin: false });
  readonly settings = signal<Settings>(DEFAULT_SETTINGS);
  /** The ids of those whom I have blocked. */
  readonly blocked = signal<ReadonlySet<string>>(new Set());
  /** What everything is asked through. */
  readonly requests: Requests;
  readonly api: LazyApi;
  readonly connection: Connection;
  readonly drafts: Drafts;
  readonly draftSync: DraftSync;
  readonly bookmarks: Bookmarks;
  readonly outbox: Outbox;
  /** What goes with the next message of each room. */
  readonly attached = new Attached();
  #files: Files | null = null;
  /** What sends files; from the first on it is there. Rejects with NoAnswer where it cannot be fetched. */
  readonly loadFiles: () => Promise<Files>;
  /** What of it is on the screen; told by the timeline. */
  readonly sight = new Sight();
  readonly #env: Environment;
  readonly #list: RoomList;
  readonly #subscriptions: Subscriptions;
  readonly #readMarks: ReadMarks;
  /** What the account keeps in this browser, and in this tab. */
  readonly storage: AccountStorage | null;
  readonly #session: AccountStorage | null;
  readonly #activeId = signal<string | null>(null);
  readonly #status: ConnectionStatus;
  /** A sentence for the reader. Set it to "" to dismiss it. */
  readonly notice = signal("");
  readonly #onLost: NonNullable<ChatStoreOptions["onLost"]>;
  #watcher: MessageWatcher | null = null;
  #typedAt = 0;
  #lastInfo: Room | null = null;

  constructor(options: ChatStoreOptions) {
    this.me.value = options.me;
    if (options.blocked !== undefined) this.blocked.value = new Set(options.blocked);
    if (options.settings !== undefined) this.settings.value = options.settings;
    this.#onLost = options.onLost ?? (() => {});
    this.#env = options.environment ?? browserEnvironment;
    const storage = options.storage === undefined ? browserStorage() : options.storage;
    this.storage = storage === null ? null : new AccountStorage(storage);
    this.#session = options.session ? new AccountStorage(options.session) : null;
    const { now, after } = this.#env;
    this.requests = new Requests({ now, after, ...(options.fetch === undefined ? {} : { fetch: options.fetch }) });
    this.api = lazyApi(this.requests, options.loadApi);
    this.drafts = new Drafts(options.me.id, this.storage);
    this.#list = new RoomList(options.rooms, (room) => this.unreadIn(room));
    this.connection = new Connection({
      url: options.url ?? "/ws",
      environment: this.#env,
      openSocket: options.openSocket ?? browserSocket,
      signedIn: (signal) => signedIn(this.requests, signal),
      onTryAgain: () => this.requests.giveUpHung(),
      onFrame: (frame) => this.#subscriptions.take(frame),
    });
    this.draftSync = new DraftSync(this.#env, this.connection, this.drafts);
    this.bookmarks = new Bookmarks(this.api);
    this.#status = new ConnectionStatus(this.connection, this.#env);
    this.outbox = new Outbox({
      user_id: options.me.id,
      storage: this.storage,
      environment: this.#env,
      exclusively: tabLock(`parley:outbox:${options.me.id}`),
      send: (pending) => this.#sendPending(pending),
      onShow: (pending) => this.#subscriptions.get(pending.room_id)?.showPending(pending),
      onSent: ({ room_id, client_id }, { id, seq }) => {
        this.#subscriptions.get(room_id)?.acknowledge(client_id, id, seq);
        this.#readMarks.sent(room_id, seq);
      },
      onGone: ({ room_id, client_id }) => this.#subscriptions.get(room_id)?.dropPending(client_id),
    });
    this.loadFiles = async () => {
      if (this.#files !== null) return this.#files;
      const { Files } = await this.requests.chunk(options.loadFiles);
      return this.#files ??= new Files({
        attached: this.attached,
        requests: this.requests,
        environment: this.#env,
        sendFile: options.sendFile,
        online: () => this.connection.state.peek() === "open",
        // where that fails the server forgets it in time
        forget: (fileId) => void this.api.removeUpload(fileId).catch(() => {}),
        send: (roomId, text, replyTo) => this.#sendTo(roomId, text, replyTo),
      });
    };
    this.#readMarks = new ReadMarks({
      user_id: options.me.id,
      environment: this.#env,
      connection: this.connection,
      rooms: this.#list,
      sight: this.sight,
      session: this.#session,
    });
    this.#subscriptions = new Subscriptions({
      me: this.me,
      settings: this.settings,
      blocked: this.blocked,
      environment: this.#env,
      connection: this.connection,
      rooms: this.#list,
      pending: (roomId) => this.outbox.list().filter((item) => item.room_id === roomId),
      onHello: (serverTime, fileBytes, features) => {
        if (fileBytes !== undefined) this.attached.maxBytes = fileBytes;
        this.#files?.uploads.resume();
        void this.outbox.flush();
        this.draftSync.connected(serverTime, features);
        this.#askAgain();
      },
      onListed: () => this.#askAgain(),
      onRead: (roomId, seq) => this.#readMarks.movedTo(roomId, seq),
      onUnread: (roomId, seq) => this.#unreadElsewhere(roomId, seq),
      onMessages: (events) => {
        for (const event of events) if (event.type === "chat_message") void this.#watcher?.take(event);
      },
      onElsewhere: (roomId, after) => this.#elsewhere(roomId, after),
      onMention: (roomId, messageId) => this.#mentioned(roomId, messageId),
      onBookmark: (messageId, marked) => this.bookmarks.changed(messageId, marked),
      onDraft: (roomId, draft) => this.draftSync.take(roomId, draft),
      onOtherAccount: () => {
        this.connection.stop();
        options.onOtherAccount?.();
      },
      onReset: () => this.#status.historyReloaded(),
      onLost: (roomId, why) => this.#lost(roomId, why),
    }, this.#activeId);
    if (options.initial !== undefined) {
      this.#activate(options.initial.room_id, options.initial);
      this.sight.show(options.initial.room_id, false);
    }
  }

  /** Connects, and takes up what an earlier page left in the outbox. Call it once hydrated; returns the undo. */
  start(): () => void {
    this.outbox.load();
    this.drafts.load();
    const stored = (event: StorageEvent) => {
      if (this.storage?.isOf(event.storageArea)) this.outbox.changedElsewhere();
    };
    globalThis.addEventListener?.("storage", stored);
    const stopStatus = this.#status.start();
    const stopEnded = this.connection.state.subscribe((state) => {
      if (state === "signed_out" && this.connection.endedOnPurpose) this.#forget();
    });
    const look = () => this.sight.pageChanged(this.#env.visible());
    look();
    const stopVisible = this.#env.listen(() => {
      this.#readMarks.flush();
      this.draftSync.flush();
      look();
    });
    this.connection.start();
    return () => {
      globalThis.removeEventListener?.("storage", stored);
      stopStatus();
      stopEnded();
      stopVisible();
      this.#readMarks.dispose();
      this.draftSync.dispose();
      this.connection.stop();
      this.#subscriptions.dispose();
      this.outbox.dispose();
    };
  }

  // ---- what there is

  /** The rooms that this page follows live. */
  openRooms(): RoomState[] {
    return this.#subscriptions.all();
  }

  /** With something unread first, then by activity. */
  get rooms(): ReadonlySignal<Room[]> {
    return this.#list.sorted;
  }

  /** Unread messages over all rooms: for the title. */
  readonly unread: ReadonlySignal<number> = computed(() =>
    this.rooms.value.reduce((sum, room) => sum + this.unreadIn(room), 0)
  );

  /** What is unread in a room; what somebody whom I have blocked wrote to me alone does not count. */
  unreadIn(room: Room): number {
    if (room.with !== undefined && this.blocked.value.has(room.with.id)) return 0;
    // seen as it comes: its mark is half a second behind
    if (this.sight.seesEnd(room.id) && !this.isKeptUnread(room.id)) return 0;
    return unreadOf(room);
  }

  get connectionState(): ReadonlySignal<ConnectionState> {
    return this.connection.state;
  }

  /** Whether this page hears the server. */
  get online(): ReadonlySignal<boolean> {
    return this.#status.online;
  }

  /** What to tell the reader about the connection. */
  get banner(): ReadonlySignal<Banner> {
    return this.#status.banner;
  }

  readonly activeRoom: ReadonlySignal<RoomState | null> = computed(() =>
    this.#activeId.value === null ? null : this.#subscriptions.get(this.#activeId.value) ?? null
  );
  /** The active room's name, kind and so on. */
  /** The same object until one of these changes: what it counts is as it was then, `rooms` has it as it is. */
  readonly activeInfo: ReadonlySignal<Room | null> = computed(() => {
    const room = this.rooms.value.find(({ id }) => id === this.#activeId.value) ?? null;
    if (room === null || this.#lastInfo === null || !isSameRoom(room, this.#lastInfo)) this.#lastInfo = room;
    return this.#lastInfo;
  });
  /** What was refused in rooms that are not shown: one's own words, which nothing else tells of. */
  readonly unsent: ReadonlySignal<readonly Pending[]> = computed(() =>
    this.outbox.failed.value.filter(({ room_id }) => room_id !== this.#activeId.value)
  );

  /** What a list of rooms, read because something was missed, does not tell. */
  #askAgain(): void {
    this.#readMarks.listed();
    this.bookmarks.forget();
    const id = this.#activeId.peek();
    if (id !== null) this.draftSync.opened(id);
  }

  // ---- rooms

  /** Shows a room that I am in, or that I may join (opening a public room joins it). */
  openRoom(id: string): void {
    if (this.#activeId.peek() === id) {
      // back from the list of rooms, which is a visit too
      if (this.sight.room.peek() !== id) this.#visit(id);
      return;
    }
    this.#readMarks.flush();
    this.draftSync.flush();
    this.#activate(id);
    this.draftSync.opened(id);
  }

  /** Tries once more to open the room that is shown. */
  reopen(): void {
    const id = this.#activeId.peek();
    if (id !== null) this.#subscriptions.open(id);
  }

  #activate(id: string, initial?: RoomSnapshot): void {
    batch(() => {
      const state = this.#subscriptions.open(id, initial);
      state.setFollowing(true);
      if (initial === undefined) this.drafts.show(id);
      this.#visit(id, initial !== undefined);
      this.#activeId.value = id;
    });
  }

  #visit(id: string, reload = false): void {
    const [state, room] = [this.#subscriptions.get(id), this.#list.get(id)];
    if (state !== undefined) state.divider.value = room !== undefined && unreadOf(room) > 0 ? room.read_seq : null;
    this.#typedAt = 0;
    // a reload is no visit: what was marked unread before it stays so
    if (!reload) this.#readMarks.release(id);
  }

  async createRoom(input: NewRoom): Promise<Room> {
    return this.#entered(await this.api.createRoom(input));
  }

  async openDirect(userId: string): Promise<Room> {
    return this.#entered(await this.api.openDirect(userId));
  }

  /** Joins a public room and shows it. */
  async joinRoom(id: string): Promise<void> {
    await this.api.addMember(id);
    this.openRoom(id);
  }

  /** `confirm`: also where it ends the room. */
  async leaveRoom(id: string, confirm: boolean): Promise<void> {
    await this.api.removeMember(id, this.me.peek().id, false, "", confirm);
    this.#lost(id, "left");
  }

  async updateRoom(id: string, changes: RoomChanges): Promise<Room> {
    const room = await this.api.updateRoom(id, changes);
    this.#list.put(room);
    return room;
  }

  async deleteRoom(id: string): Promise<void> {
    await this.api.deleteRoom(id);
    this.#lost(id, "left");
  }

  #entered(room: Room): Room {
    this.#list.put(room);
    this.openRoom(room.id);
    return room;
  }

  #lost(roomId: string, why: Lost): void {
    batch(() => {
      const name = this.#list.get(roomId)?.name ?? "";
      if (why !== "left" && name !== "") this.#onLost(name, why);
      if (this.#activeId.peek() === roomId) this.#activeId.value = null;
      this.attached.release(roomId);
      this.#subscriptions.forget(roomId);
      this.#list.remove(roomId);
    });
  }

  // ---- notifications

  /** Who is told of messages as they come: of open rooms all, of others those that it wants. Returns the undo. */
  watchMessages(watcher: MessageWatcher): () => void {
    this.#watcher = watcher;
    return () => this.#watcher = null;
  }

  isBlocked(userId: string): boolean {
    return this.blocked.peek().has(userId);
  }

  /** null: as the settings say. */
  async setLevel(roomId: string, level: Level | null): Promise<void> {
    await this.api.setLevel(roomId, level);
    const { [roomId]: _, ...others } = this.settings.peek().room_levels;
    const room_levels = level === null ? others : { ...others, [roomId]: level };
    this.settings.value = { ...this.settings.peek(), room_levels };
  }

  #elsewhere(roomId: string, after: number): void {
    if (this.#watcher?.wants(roomId) !== true) return;
    readHistory(this.requests, roomId, { after, limit: 20 }).then(({ events }) => {
      for (const event of events) if (event.type === "chat_message") void this.#watcher?.take(event);
    }).catch(() => {}); // the badge says it all the same
  }

  #mentioned(roomId: string, messageId: string): void {
    if (this.#watcher?.isOn !== true) return;
    this.api.readMessage(roomId, messageId).then((message) => this.#watcher?.take(message)).catch(() => {});
  }

  // ---- messages

  /** Queues a message for the active room, with what was attached; it shows at once. Throws `limit_reached` where too many wait. */
  send(text: string, replyTo?: string): void {
    const room = this.activeRoom.peek();
    if (room !== null) this.#sendTo(room.id, text, replyTo);
  }

  #sendTo(room_id: string, text: string, replyTo?: string): void {
    const attached = this.attached.of(room_id).peek().flatMap(({ info }) => info ?? []);
    if (isBlank(text) && attached.length === 0) return;
    this.outbox.add({
      room_id,
      content: text,
      ...(replyTo === undefined ? {} : { reply_to: replyTo }),
      ...(attached.length === 0 ? {} : { files: attached }),
    });
    this.#files?.uploads.take(room_id);
    this.drafts.empty(room_id);
    if (this.#activeId.peek() !== room_id) return;
    this.#typedAt = 0;
    void this.jumpToLatest().catch(() => {});
  }

  /** Tries a failed send again. */
  retry(clientId: string): void {
    this.outbox.retry(clientId);
  }

  /** Takes a pending or failed send out; its files are forgotten. */
  discard(clientId: string): void {
    for (const { id } of this.outbox.discard(clientId)?.files ?? []) void this.api.removeUpload(id).catch(() => {});
  }

  /** Takes it out to be written anew: before what is being written, with its files and what it answers. */
  async takeBack(clientId: string): Promise<void> {
    const hasFiles = this.outbox.list().some(({ client_id, files }) => client_id === clientId && files !== undefined);
    // first: where it cannot be fetched nothing is lost
    if (hasFiles) await this.loadFiles();
    const taken = this.outbox.discard(clientId);
    if (taken === undefined) return;
    const { room_id, content, reply_to, files } = taken;
    if (files !== undefined) this.#files?.uploads.restore(room_id, files);
    this.drafts.set(room_id, [content, this.drafts.get(room_id)].filter((one) => one !== "").join("\n"));
    if (reply_to !== undefined) this.drafts.answer(room_id, this.drafts.replyTo(room_id) ?? reply_to);
  }

  /** Rejects with the server's ChatError; the timeline changes when the event arrives. */
  async edit(room_id: string, message_id: string, content: string): Promise<void> {
    await this.connection.command({ type: "edit_message", room_id, message_id, content }, nothing);
  }

  /** `reason`: for everybody to read, where it is not my own message. */
  async remove(room_id: string, message_id: string, reason = ""): Promise<void> {
    const why = reason === "" ? {} : { reason };
    await this.connection.command({ type: "delete_message", room_id, message_id, ...why }, nothing);
  }

  /** Adds my emoji, or takes it back; shown at once, and undone where the server refuses. */
  async react(room_id: string, message_id: string, emoji: string): Promise<void> {
    const entry: MessageEntry | undefined = this.#subscriptions.get(room_id)?.find(message_id);
    if (entry === undefined) return;
    const op = entry.view.peek().mine.includes(emoji) ? "remove" : "add";
    reactLocally(entry, emoji, op);
    try {
      await this.connection.command({ type: "react", room_id, message_id, emoji, op }, nothing);
    } catch (error) {
      undoReaction(entry, emoji, op);
      throw error;
    }
  }

  /** Tells the others that I type, at most every 3 s; `false` that I stopped. */
  typing(typing = true): void {
    const room = this.activeRoom.peek();
    if (room === null || (!typing && this.#typedAt === 0)) return;
    if (typing && this.#env.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = typing ? this.#env.now() : 0;
    this.connection.notify({ type: "typing", room_id: room.id, typing });
  }

  /** Everything up to this seq was on the screen. Counts only while the room is seen; told at most every 0.5 s. */
  markRead(seq: number): void {
    const room = this.activeRoom.peek();
    if (room !== null) this.#readMarks.mark(room.id, Math.min(seq, room.appliedSeq));
  }

  /** Makes this message and all after it unread; the divider moves before it. */
  async markUnread(seq: number): Promise<void> {
    const room = this.activeRoom.peek();
    if (room === null) return;
    room.divider.value = seq - 1;
    await this.#readMarks.unread(room.id, seq - 1);
  }

  /** Shown as on the device where it was marked. */
  #unreadElsewhere(roomId: string, seq: number): void {
    if (this.#readMarks.isBehindMine(roomId, seq)) return;
    this.#readMarks.movedBack(roomId);
    const room = this.activeRoom.peek();
    if (room?.id === roomId && this.isKeptUnread(roomId)) room.divider.value = seq;
  }

  /** Whether the reader marked this room unread and has not left it since. */
  isKeptUnread(roomId: string): boolean {
    return this.#readMarks.isKeptUnread(roomId);
  }

  #sendPending({ room_id, content, client_id, reply_to, files }: Pending): Promise<{ id: string; seq: number }> {
    return this.connection.command({
      type: "chat_message",
      room_id,
      content,
      client_id,
      ...(reply_to === undefined ? {} : { reply_to }),
      ...(files === undefined ? {} : { files: files.map(({ id }) => id) }),
    }, sent);
  }

  // ---- history of the active room

  /** Each of these rejects with ChatError where the page could not be had. */
  async loadOlder(): Promise<void> {
    await this.#withRoom((room) => loadOlder(this.requests, room));
  }

  async loadNewer(): Promise<void> {
    await this.#withRoom((room) => loadNewer(this.requests, room));
  }

  /**
   * Shows the newest messages; the UI then scrolls to the bottom. False: the reader went elsewhere meanwhile. They ask
   * for it, or have sent something: what they marked unread is read again.
   */
  async jumpToLatest(): Promise<boolean> {
    const id = this.#activeId.peek();
    if (id !== null) this.#readMarks.release(id);
    return await this.#withRoom((room) => loadLatest(this.requests, room)) ?? false;
  }

  /** Shows the message with context on both sides; the UI then centres it. False: the reader went elsewhere meanwhile. */
  async loadAround(seq: number): Promise<boolean> {
    return await this.#withRoom((room) => loadAround(this.requests, room, seq)) ?? false;
  }

  #withRoom<T>(run: (room: RoomState) => T): T | undefined {
    const room = this.activeRoom.peek();
    return room === null ? undefined : run(room);
  }

  // ---- the account

  async updateSettings(changes: Partial<Settings>): Promise<void> {
    this.settings.value = await this.api.updateSettings(changes);
  }

  /** The session was ended on purpose: nothing of the account stays in this browser, and nothing more is written. */
  #forget(): void {
    this.storage?.end();
    this.#session?.end();
    this.#files?.clear();
    this.outbox.clear();
    this.drafts.clear();
    forgetEmoji(this.me.peek().id, this.storage);
    this.#readMarks.forget();
  }
}
