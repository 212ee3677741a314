/**
 * Passes new messages to a watcher (notifications): of open rooms every message, of other rooms those that it asks for.
 */
import type { ChatMessage } from "../protocol/model.ts";
import type { SequencedEvent } from "./connection/schemas.ts";
import { type LazyApi, readHistory } from "./connection/page_api.ts";
import type { Requests } from "./connection/requests.ts";

/** The most messages of one room that are read at once. */
const MOST = 20;

/** What the store needs of notifications (notifier.ts). */
export interface MessageWatcher {
  readonly isOn: boolean;
  wants(roomId: string): boolean;
  take(message: ChatMessage): Promise<void>;
}

export class MessageFeed {
  readonly #requests: Requests;
  readonly #api: LazyApi;
  readonly #watcher: MessageWatcher;

  constructor({ requests, api }: { requests: Requests; api: LazyApi }, watcher: MessageWatcher) {
    this.#requests = requests;
    this.#api = api;
    this.#watcher = watcher;
  }

  /** New events of an open room. */
  came(events: readonly SequencedEvent[]): void {
    for (const event of events) if (event.type === "chat_message") void this.#watcher.take(event);
  }

  /** There are events after this seq in a room that is not open here. */
  elsewhere(roomId: string, after: number): void {
    if (!this.#watcher.wants(roomId)) return;
    // If the messages cannot be read, the badge still shows that there are some.
    readHistory(this.#requests, roomId, { after, limit: MOST }).then(({ events }) => this.came(events)).catch(() => {});
  }

  /** A message of a room that is not open here mentions the reader. */
  mentioned(roomId: string, messageId: string): void {
    if (!this.#watcher.isOn) return;
    this.#api.readMessage(roomId, messageId).then((message) => this.#watcher.take(message)).catch(() => {});
  }
}
