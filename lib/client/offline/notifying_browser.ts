/** Notifications as this browser shows them: by its service worker where there is one, once over all tabs. */

/** So long a tab keeps a message for itself: the others hear of it meanwhile. */
const KEEP_MS = 10_000;
/** Where there are no Web Locks. */
const TOLD = "parley:told:";
const SPREAD_MS = 300;

/** What the notifier needs of the browser. */
export interface NotifyingBrowser {
  now(): number;
  /** Whether the reader allowed notifications. */
  isGranted(): boolean;
  /** Runs it in one of the tabs that try at about the same time. */
  once(myId: string, messageId: string, run: () => Promise<void>): Promise<void>;
  /** `onOpen`: it was pressed, and there is no service worker that hears of that. */
  show(title: string, options: NotificationOptions, onOpen: () => void): Promise<void>;
  playSound(): void;
}

export const thisBrowser: NotifyingBrowser = {
  now: () => Date.now(),
  isGranted: () => typeof Notification !== "undefined" && Notification.permission === "granted",
  once,
  async show(title, options, onOpen) {
    const worker = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
    if (worker?.active) return await worker.showNotification(title, options);
    const notification = new Notification(title, options);
    notification.onclick = () => {
      focus();
      onOpen();
      notification.close();
    };
  },
  playSound,
};

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
