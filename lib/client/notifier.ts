/**
 * Notifications of an open page: one a message over all tabs, none for one's own, for who is blocked, or for the room
 * that is looked at. Where the browser is subscribed to web push a page that nobody looks at leaves them to it.
 */
import type { ChatMessage, Room } from "../model.ts";
import { isQuiet, levelOf, type Settings } from "../protocol/settings.ts";
import { calls } from "./room_list.ts";

/** So long a tab keeps a message for itself: the others hear of it meanwhile. */
const KEEP_MS = 10_000;
const TEXT = 200;

export interface NotifierOptions {
  me(): string;
  settings(): Settings;
  room(id: string): Room | undefined;
  /** The room that is shown. */
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
    await once(`parley:notify:${message.id}`, () => this.#show(room, message));
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

  #show(room: Room, message: ChatMessage): void {
    const { titleOf, textOf, hidden, settings, onOpen } = this.#options;
    const body = settings().show_text ? textOf(message).slice(0, TEXT) : hidden();
    // the last of a room is enough; the service worker uses the same tag
    const notification = new Notification(titleOf(room, message), { body, tag: room.id, icon: "/favicon.svg" });
    notification.onclick = () => {
      focus();
      onOpen(room.id, message.id);
      notification.close();
    };
    if (settings().sounds) playSound();
  }
}

function granted(): boolean {
  return typeof Notification !== "undefined" && Notification.permission === "granted";
}

/** In one of the tabs that try at about the same time. */
async function once(name: string, run: () => void): Promise<void> {
  if (navigator.locks === undefined) return run();
  await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    run();
    await new Promise((resolve) => setTimeout(resolve, KEEP_MS));
  });
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
