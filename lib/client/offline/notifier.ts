/**
 * Notifications of an open page: one a message over all tabs, none for one's own, for who is blocked, or for the room
 * that is looked at. Where the browser is subscribed to web push a page that nobody looks at leaves them to it.
 */
import type { ChatMessage, Room } from "../../protocol/model.ts";
import type { Settings } from "../../protocol/settings.ts";
import { isQuiet, levelOf } from "../../protocol/telling.ts";
import { calls } from "../room_list.ts";

/** So long a tab keeps a message for itself: the others hear of it meanwhile. */
const KEEP_MS = 10_000;
const TEXT = 200;
/** Where there are no Web Locks. */
const TOLD = "parley:told:";
const SPREAD_MS = 300;

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
  /** Whether this browser is told by web push as well. */
  pushed = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Whether its messages are to be asked for where they are not at hand. */
  wants(roomId: string): boolean {
    const room = this.#options.room(roomId);
    return room !== undefined && granted() && levelOf(this.#options.settings(), room) === "all";
  }

  get isOn(): boolean {
    return granted();
  }

  /** A message that just came. */
  async take(message: ChatMessage): Promise<void> {
    const room = this.#options.room(message.room_id);
    if (room === undefined || !this.#isWanted(room, message)) return;
    // a browser that can show none here (Android's without a service worker) leaves it to the badges
    await once(this.#options.me(), message.id, () => this.#show(room, message).catch(() => {}));
  }

  #isWanted(room: Room, message: ChatMessage): boolean {
    const { me, settings, shown, isActive, isBlocked } = this.#options;
    if (message.deleted || message.user_id === me() || isBlocked(message.user_id)) return false;
    const level = levelOf(settings(), room);
    if (level === "nothing" || (level === "mentions" && !calls(message, me()))) return false;
    if (message.seq <= room.read_seq || isQuiet(settings(), Date.now())) return false;
    if (isActive() ? shown() === room.id : this.pushed) return false;
    // last: the browser asks another of its processes each time
    return granted();
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
    if (settings().sounds) playSound();
    const worker = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
    if (worker?.active) await worker.showNotification(titleOf(room, message), options);
    else this.#showByPage(titleOf(room, message), options, message);
  }

  #showByPage(title: string, options: NotificationOptions, { room_id, id }: ChatMessage): void {
    const notification = new Notification(title, options);
    notification.onclick = () => {
      focus();
      this.#options.onOpen(room_id, id);
      notification.close();
    };
  }
}

function granted(): boolean {
  return typeof Notification !== "undefined" && Notification.permission === "granted";
}

/** In one of the tabs that try at about the same time. */
async function once(myId: string, id: string, run: () => Promise<void>): Promise<void> {
  if (navigator.locks === undefined) return await onceByStorage(TOLD + myId, id, run);
  await navigator.locks.request(`parley:notify:${id}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    await run();
    await pause(KEEP_MS);
  });
}

/** Where there are no locks the first to write the message down tells of it; not all come at the same moment. */
async function onceByStorage(key: string, id: string, run: () => Promise<void>): Promise<void> {
  await pause(Math.random() * SPREAD_MS);
  try {
    if (localStorage.getItem(key) === id) return;
    localStorage.setItem(key, id);
  } catch {
    // forbidden or full: told twice rather than never
  }
  await run();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Two soft notes. */
function playSound(): void {
  const audio = new AudioContext();
  const now = audio.currentTime;
  for (const [at, frequency] of [[0, 660], [0.12, 880]] as const) {
    const tone = new OscillatorNode(audio, { type: "sine", frequency });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, now + at);
    volume.gain.linearRampToValueAtTime(0.12, now + at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, now + at + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(now + at);
    tone.stop(now + at + 0.32);
  }
  setTimeout(() => void audio.close(), 800);
}
