/**
 * Notifications of an open page: one a message over all tabs, none for one's own, for who is blocked, or for the room
 * that is looked at. Where the browser is subscribed to web push a page that nobody looks at leaves them to it.
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
  /** Whether somebody looks at this page. */
  isActive(): boolean;
  isBlocked(userId: string): boolean;
  titleOf(room: Room, message: ChatMessage): string;
  /** In one line, without markup. */
  textOf(message: ChatMessage): string;
  /** Where no text is to be shown. */
  hidden(): string;
  onOpen(roomId: string, messageId: string): void;
}

export class Notifier {
  readonly #options: NotifierOptions;
  readonly #browser: NotifyingBrowser;
  /** Whether this browser is told by web push as well. */
  pushed = false;

  constructor(options: NotifierOptions, browser: NotifyingBrowser = thisBrowser) {
    this.#options = options;
    this.#browser = browser;
  }

  /** Whether its messages are to be asked for where they are not at hand. */
  wants(roomId: string): boolean {
    const room = this.#options.room(roomId);
    return room !== undefined && this.#browser.isGranted() && levelOf(this.#options.settings(), room) === "all";
  }

  get isOn(): boolean {
    return this.#browser.isGranted();
  }

  /** A message that just came. */
  async take(message: ChatMessage): Promise<void> {
    const room = this.#options.room(message.room_id);
    if (room === undefined || !this.#isWanted(room, message)) return;
    // a browser that can show none here (Android's without a service worker) leaves it to the badges
    await this.#browser.once(this.#options.me(), message.id, () => this.#show(room, message).catch(() => {}));
  }

  #isWanted(room: Room, message: ChatMessage): boolean {
    const { me, settings, shown, isActive, isBlocked } = this.#options;
    if (message.deleted || message.user_id === me() || isBlocked(message.user_id)) return false;
    const level = levelOf(settings(), room);
    if (level === "nothing" || (level === "mentions" && !calls(message, me()))) return false;
    if (message.seq <= room.read_seq || isQuiet(settings(), this.#browser.now())) return false;
    if (isActive() ? shown() === room.id : this.pushed) return false;
    // last: the browser asks another of its processes each time
    return this.#browser.isGranted();
  }

  async #show(room: Room, message: ChatMessage): Promise<void> {
    const { titleOf, textOf, hidden, settings } = this.#options;
    const options = {
      body: settings().show_text ? textOf(message).slice(0, TEXT) : hidden(),
      // the last of a room is enough; the service worker uses the same tag, and opens the message when it is pressed
      tag: room.id,
      icon: "/icons/icon-192.png",
      data: { room_id: room.id, message_id: message.id },
    };
    if (settings().sounds) this.#browser.playSound();
    const { room_id, id } = message;
    await this.#browser.show(titleOf(room, message), options, () => this.#options.onOpen(room_id, id));
  }
}
