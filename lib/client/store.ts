/**
 * What the chat page knows: the account, the connection, and the rooms (rooms.ts). One per page. Safe to construct on the
 * server; only `start` touches the browser.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Room } from "../protocol/model.ts";
import type { Settings } from "../protocol/settings.ts";
import { Account } from "./account.ts";
import type { Me } from "./connection/api.ts";
import { browserSocket, Connection, type ConnectionState, type OpenSocket } from "./connection/connection.ts";
import { type Banner, ConnectionStatus } from "./connection/connection_status.ts";
import { Dispatch } from "./connection/dispatch.ts";
import { browserEnvironment, browserStorage, type Environment } from "./connection/environment.ts";
import { type LazyApi, lazyApi, type LoadApi, signedIn } from "./connection/page_api.ts";
import { Requests } from "./connection/requests.ts";
import type { MessageFeed } from "./message_feed.ts";
import type { Bookmarks } from "./room/bookmarks.ts";
import type { RoomSnapshot } from "./room/room_state.ts";
import { type Lost, Rooms } from "./rooms.ts";
import { AccountStorage } from "./writing/account_storage.ts";
import { DraftSync } from "./writing/draft_sync.ts";
import { Drafts } from "./writing/drafts.ts";
import { forgetEmoji } from "./writing/forget_emoji.ts";
import type { Pending } from "./writing/outbox.ts";
import { Sending, type SendingOptions } from "./writing/sending.ts";

export interface ChatStoreOptions extends Pick<SendingOptions, "loadFiles"> {
  me: Me;
  rooms: Room[];
  settings?: Settings;
  blocked?: readonly string[];
  /** The room that the server rendered. */
  initial?: RoomSnapshot & { room_id: string };
  /** The address of `/ws`; by default on the page's own origin. */
  url?: string;
  fetch?: typeof fetch;
  /** Fetches the chunk with the REST calls that the first load does not need. */
  loadApi: LoadApi;
  openSocket?: OpenSocket;
  sendFile?: SendingOptions["sendFile"];
  storage?: Storage | null;
  /** Storage that lives as long as the tab; none by default. */
  session?: Storage | null;
  environment?: Environment;
  /** The connection belongs to another account than the page. It was cut, and nothing of this account was sent. */
  onOtherAccount?(): void;
  /** Called when the reader lost a room, to tell them. */
  onLost?(name: string, why: Exclude<Lost, "left">): void;
}

export class ChatStore {
  readonly account: Account;
  /** All requests of the page go through this. */
  readonly requests: Requests;
  readonly api: LazyApi;
  readonly connection: Connection;
  readonly drafts: Drafts;
  readonly draftSync: DraftSync;
  /** Set once the bookmarks are first needed (bookmarksOf, which is fetched later). */
  bookmarks: Bookmarks | null = null;
  readonly sending: Sending;
  readonly rooms: Rooms;
  /** Gets each new message; null until the code of notifications, which is fetched later, is here. */
  feed: MessageFeed | null = null;
  /** The account's storage in this browser, and in this tab. */
  readonly storage: AccountStorage | null;
  readonly #session: AccountStorage | null;
  readonly #env: Environment;
  readonly #status: ConnectionStatus;
  /** A sentence for the reader. Set it to "" to dismiss it. */
  readonly notice = signal("");

  constructor(options: ChatStoreOptions) {
    const environment = this.#env = options.environment ?? browserEnvironment;
    const { now, after } = environment;
    const user_id = options.me.id;
    this.account = new Account(options.me, options.settings, options.blocked);
    const storage = options.storage === undefined ? browserStorage() : options.storage;
    this.storage = storage === null ? null : new AccountStorage(storage);
    this.#session = options.session ? new AccountStorage(options.session) : null;
    const requests = this.requests = new Requests({
      now,
      after,
      onHung: (since) => this.connection.late(since),
      ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    });
    this.api = lazyApi(requests, options.loadApi);
    const drafts = this.drafts = new Drafts(user_id, this.storage);
    const connection = this.connection = new Connection({
      url: options.url ?? "/ws",
      environment,
      openSocket: options.openSocket ?? browserSocket,
      signedIn: (signal) => signedIn(requests, signal),
      onTryAgain: () => requests.giveUpHung(),
      onFrame: (frame) => dispatch.take(frame),
    });
    this.#status = new ConnectionStatus(connection, environment);
    this.draftSync = new DraftSync(environment, connection, drafts);
    const rooms = this.rooms = new Rooms({
      account: this.account,
      rooms: options.rooms,
      environment,
      connection,
      requests,
      drafts,
      draftSync: this.draftSync,
      session: this.#session,
      pending: (roomId) => this.sending.outbox.list().filter((item) => item.room_id === roomId),
      onMessages: (events) => this.feed?.came(events),
      onLost: (roomId, name, why) => {
        if (why !== "left" && name !== "") options.onLost?.(name, why);
        this.sending.attached.release(roomId);
      },
    });
    this.sending = this.#sendingFor(options);
    const dispatch = this.#dispatchFor(options);
    if (options.initial !== undefined) rooms.begin(options.initial);
  }

  #sendingFor({ me, loadFiles, sendFile }: ChatStoreOptions): Sending {
    const { rooms, storage, connection, requests, api, drafts } = this;
    return new Sending({
      user_id: me.id,
      storage,
      environment: this.#env,
      connection,
      requests,
      api,
      drafts,
      loadFiles,
      sendFile,
      onShow: (pending) => rooms.sessions.peek(pending.room_id)?.state.showPending(pending),
      onSent: ({ room_id, client_id }, { id, seq }) => {
        rooms.sessions.peek(room_id)?.state.acknowledge(client_id, id, seq);
        rooms.marks.sent(room_id, seq);
      },
      onGone: ({ room_id, client_id }) => rooms.sessions.peek(room_id)?.state.dropPending(client_id),
      onQueued: (roomId) => this.#queued(roomId),
    });
  }

  /** What to do with each kind of frame from the server. */
  #dispatchFor(options: ChatStoreOptions): Dispatch {
    const { account, rooms } = this;
    return new Dispatch({
      account,
      rooms,
      onHello: (serverTime, fileBytes, features) => {
        this.sending.resume(fileBytes);
        this.draftSync.connected(serverTime, features);
        this.#askAgain();
      },
      onListed: () => this.#askAgain(),
      onRead: (roomId, seq) => rooms.marks.movedTo(roomId, seq),
      onElsewhere: (roomId, after) => this.feed?.elsewhere(roomId, after),
      onMention: (roomId, messageId) => this.feed?.mentioned(roomId, messageId),
      onBookmark: (messageId, marked) => this.bookmarks?.changed(messageId, marked),
      onDraft: (roomId, draft) => this.draftSync.take(roomId, draft),
      onOtherAccount: () => {
        this.connection.stop();
        options.onOtherAccount?.();
      },
      onReset: () => this.#status.historyReloaded(),
    });
  }

  /**
   * Connects, and sends what an earlier page left in the outbox. Call it after hydration. Returns a function that stops
   * it.
   */
  start(): () => void {
    this.sending.outbox.load();
    this.drafts.load();
    const stored = (event: StorageEvent) => {
      if (this.storage?.isOf(event.storageArea)) this.sending.outbox.changedElsewhere();
    };
    globalThis.addEventListener?.("storage", stored);
    const stopStatus = this.#status.start();
    const stopEnded = this.connection.state.subscribe((state) => {
      if (state === "signed_out" && this.connection.endedOnPurpose) this.#forget();
    });
    const look = () => this.rooms.sight.pageChanged(this.#env.visible());
    look();
    const stopVisible = this.#env.listen(() => {
      this.rooms.marks.flush();
      this.draftSync.flush();
      look();
    });
    this.connection.start();
    return () => {
      globalThis.removeEventListener?.("storage", stored);
      stopStatus();
      stopEnded();
      stopVisible();
      this.rooms.marks.dispose();
      this.draftSync.dispose();
      this.connection.stop();
      this.rooms.sessions.dispose();
      this.sending.outbox.dispose();
    };
  }

  // ---- the account

  get me(): Account["me"] {
    return this.account.me;
  }

  get settings(): Account["settings"] {
    return this.account.settings;
  }

  get blocked(): Account["blocked"] {
    return this.account.blocked;
  }

  isBlocked(userId: string): boolean {
    return this.account.isBlocked(userId);
  }

  /** The session was ended on purpose: nothing of the account stays in this browser, and nothing more is written. */
  #forget(): void {
    this.storage?.end();
    this.#session?.end();
    this.sending.clear();
    this.drafts.clear();
    forgetEmoji(this.me.peek().id, this.storage);
    this.rooms.marks.forget();
  }

  // ---- the connection

  get connectionState(): ReadonlySignal<ConnectionState> {
    return this.connection.state;
  }

  /** Whether the server can be heard. */
  get online(): ReadonlySignal<boolean> {
    return this.#status.online;
  }

  /** What to tell the reader about the connection. */
  get banner(): ReadonlySignal<Banner> {
    return this.#status.banner;
  }

  /** Reads what the list of rooms does not contain, after frames were missed. */
  #askAgain(): void {
    this.rooms.marks.listed();
    this.bookmarks?.forget();
    const id = this.rooms.activeId.peek();
    if (id !== null) this.draftSync.opened(id);
  }

  // ---- what I write

  /** Own messages that were refused in rooms that are not active: nothing else on the page shows them. */
  readonly unsent: ReadonlySignal<readonly Pending[]> = computed(() =>
    this.sending.outbox.failed.value.filter(({ room_id }) => room_id !== this.rooms.activeId.value)
  );

  /** A message of the reader waits to be sent; its room shows it if open. */
  #queued(roomId: string): void {
    const active = this.rooms.active.peek();
    if (active?.id !== roomId) return;
    active.stoppedTyping();
    void active.jumpToLatest().catch(() => {});
  }
}
