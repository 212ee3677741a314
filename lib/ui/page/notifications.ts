/** Notifications, sounds and the app's badge, while the chat page is open. */
import { effect } from "@preact/signals";
import { Activity } from "../../client/connection/activity.ts";
import { MessageFeed } from "../../client/message_feed.ts";
import { Notifier } from "../../client/offline/notifier.ts";
import { isPushed } from "../../client/offline/push.ts";
import { roomTitle } from "../sidebar/room_link.tsx";
import { messagePath } from "../message/message_path.ts";
import type { ChatMessage } from "../../protocol/model.ts";
import { isolated } from "../../protocol/text/bidi.ts";
import { plainTextOf } from "../../protocol/text/plain_text.ts";
import { absentFrom } from "../timeline/absent.ts";
import type { ChatView } from "./context.ts";
import { isMine } from "./navigation.ts";

/** An older own message was sent from somewhere else. */
const JUST_NOW_MS = 30_000;

/** Returns a function that stops it. A chunk of its own, because it is not needed at first. */
export function startNotifications(view: ChatView, open: (roomId: string, messageId: string) => void): () => void {
  const { store } = view;
  const activity = new Activity(store.connection);
  const notifier = new Notifier({
    me: () => store.me.peek().id,
    settings: () => store.settings.peek(),
    room: (id) => store.rooms.all.peek().find((room) => room.id === id),
    shown: () => store.rooms.sight.room.peek(),
    isActive: () => activity.isActive,
    isBlocked: (userId) => store.isBlocked(userId),
    titleOf: (room, { display_name }) =>
      room.kind === "direct" ? display_name : isolated`${display_name} · ${roomTitle(room, view.strings.peek())}`,
    textOf: (message) => plainTextOf(message.content) || "📎",
    hidden: () => view.parts.peek()?.notify.newMessage ?? "Parley",
    onOpen: open,
  });
  view.notifier = notifier;
  void isPushed(store.api).then((pushed) => notifier.pushed = pushed);
  const watcher = {
    get isOn() {
      return notifier.isOn;
    },
    wants: (roomId: string) => notifier.wants(roomId),
    take(message: ChatMessage) {
      if (message.user_id === store.me.peek().id) void sayWhoIsAbsent(view, message);
      return notifier.take(message);
    },
  };
  store.feed = new MessageFeed(store, watcher);
  const stops = [activity.start(), listenToWorker(view, open), showBadge(view)];
  return () => {
    view.notifier = null;
    store.feed = null;
    for (const stop of stops) stop();
  };
}

/** Whether the message was just sent from this page. */
async function sayWhoIsAbsent(view: ChatView, message: ChatMessage): Promise<void> {
  const { room_id, content, timestamp } = message;
  const room = view.store.rooms.activeInfo.peek();
  if (room?.id !== room_id) return;
  view.absent.value = null;
  const isNew = Date.now() - Date.parse(timestamp) < JUST_NOW_MS;
  if (room.kind === "direct" || !content.includes("@") || !isNew || document.visibilityState !== "visible") return;
  const people = await absentFrom(view.store, message).catch(() => []); // only a hint
  if (people.length > 0) view.absent.value = { room_id, people };
}

/** The service worker asks an open page to show the message of a pressed notification. */
function listenToWorker(view: ChatView, open: (roomId: string, messageId: string) => void): () => void {
  const asked = (event: MessageEvent) => {
    const { type, room_id, message_id } = event.data ?? {};
    if (type !== "open" || typeof room_id !== "string" || typeof message_id !== "string") return;
    event.ports[0]?.postMessage(true);
    if (isMine(view, room_id)) open(room_id, message_id);
    // The room was left since, or the notification was for another account: let the server decide what to show.
    else location.assign(messagePath(room_id, message_id));
  };
  navigator.serviceWorker?.addEventListener("message", asked);
  return () => navigator.serviceWorker?.removeEventListener("message", asked);
}

/** The number of mentions, on the icon of an installed app. */
function showBadge({ store }: ChatView): () => void {
  if (!("setAppBadge" in navigator)) return () => {};
  return effect(() => {
    const calling = store.rooms.all.value.reduce(
      (sum, room) => sum + (room.kind === "direct" ? store.rooms.unreadIn(room) : room.mentions?.length ?? 0),
      0,
    );
    const badge = calling > 0 ? navigator.setAppBadge(calling) : navigator.clearAppBadge();
    badge.catch(() => {}); // fails if the page is not installed
  });
}
