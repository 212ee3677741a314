/**
 * Notifications of an open page. Each message is shown once, whichever tabs are open. Not shown: own messages, those of
 * blocked people, and those of the room that the reader is looking at. In a browser with a web push subscription, a
 * page that nobody is looking at leaves notifying to web push.
 */
import type { ChatMessage, Room } from "../../protocol/model.ts";
import type { Settings } from "../../protocol/settings.ts";
import { isQuiet, levelOf } from "../../protocol/telling.ts";
import { calls } from "../room_list.ts";
import { type NotifyingBrowser, thisBrowser } from "./notifying_browser.ts";

const TEXT = 200;

export interface NotifierOptions {
  me(): string;
  settings(): Settings;
  room(id: string): Room | undefined;
  /** The room that is on the screen. */
  shown(): string | null;
  /** Whether the reader is looking at this page. */
  isActive(): boolean;
  isBlocked(userId: string): boolean;
  titleOf(room: Room, message: ChatMessage): string;
  /** The text of a notification: one line, without markup. */
  textOf(message: ChatMessage): string;
  /** The text if the message's own is not to be shown. */
  hidden(): string;
  onOpen(roomId: string, messageId: string): void;
}

export class Notifier {
  readonly #options: NotifierOptions;
  readonly #browser: NotifyingBrowser;
  /** Whether this browser has a web push subscription. */
  pushed = false;

  constructor(options: NotifierOptions, browser: NotifyingBrowser = thisBrowser) {
    this.#options = options;
    this.#browser = browser;
  }

  /** Whether to read this room's new messages if the page does not have them. */
  wants(roomId: string): boolean {
    const room = this.#options.room(roomId);
    return room !== undefined && this.#browser.isGranted() && levelOf(this.#options.settings(), room) === "all";
  }

  get isOn(): boolean {
    return this.#browser.isGranted();
  }

  /** Takes a message that just arrived. */
  async take(message: ChatMessage): Promise<void> {
    const room = this.#options.room(message.room_id);
    if (room === undefined || !this.#isWanted(room, message)) return;
    // Some browsers cannot show one here (Android without a service worker): the badges remain.
    await this.#browser.once(this.#options.me(), message.id, () => this.#show(room, message).catch(() => {}));
  }

  #isWanted(room: Room, message: ChatMessage): boolean {
    const { me, settings, shown, isActive, isBlocked } = this.#options;
    if (message.deleted || message.user_id === me() || isBlocked(message.user_id)) return false;
    const level = levelOf(settings(), room);
    if (level === "nothing" || (level === "mentions" && !calls(message, me()))) return false;
    if (message.seq <= room.read_seq || isQuiet(settings(), this.#browser.now())) return false;
    if (isActive() ? shown() === room.id : this.pushed) return false;
    // Checked last, because it is slow: the browser asks another of its processes each time.
    return this.#browser.isGranted();
  }

  async #show(room: Room, message: ChatMessage): Promise<void> {
    const { titleOf, textOf, hidden, settings } = this.#options;
    const options = {
      body: settings().show_text ? textOf(message).slice(0, TEXT) : hidden(),
      // One notification a room, the newest. The service worker uses the same tag, and opens the message on a press.
      tag: room.id,
      icon: "/icons/icon-192.png",
      data: { room_id: room.id, message_id: message.id },
    };
    if (settings().sounds) this.#browser.playSound();
    const { room_id, id } = message;
    await this.#browser.show(titleOf(room, message), options, () => this.#options.onOpen(room_id, id));
  }
}
