/** Shows notifications in this browser: by its service worker if there is one, and once however many tabs are open. */

/**
 * How long a tab holds the lock of a message, so that the other tabs, which get the message meanwhile, find it taken.
 */
const KEEP_MS = 10_000;
/** For browsers without Web Locks. */
const TOLD = "parley:told:";
const SPREAD_MS = 300;

/** What the notifier needs of the browser. */
export interface NotifyingBrowser {
  now(): number;
  /** Whether the reader allowed notifications. */
  isGranted(): boolean;
  /** Runs the task in only one of the tabs that try at about the same time. */
  once(myId: string, messageId: string, run: () => Promise<void>): Promise<void>;
  /** `onOpen`: called on a press if there is no service worker to handle it. */
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

/** Runs the task in only one of the tabs that try at about the same time. */
async function once(myId: string, id: string, run: () => Promise<void>): Promise<void> {
  if (navigator.locks === undefined) return await onceByStorage(TOLD + myId, id, run);
  await navigator.locks.request(`parley:notify:${id}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return;
    await run();
    await pause(KEEP_MS);
  });
}

/**
 * Without locks the first tab that writes the message's id to the storage shows it. Tabs wait for a random time, to
 * lower the risk of a race.
 */
async function onceByStorage(key: string, id: string, run: () => Promise<void>): Promise<void> {
  await pause(Math.random() * SPREAD_MS);
  try {
    if (localStorage.getItem(key) === id) return;
    localStorage.setItem(key, id);
  } catch {
    // The storage is forbidden or full: better shown twice than never.
  }
  await run();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Plays two soft notes. */
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
