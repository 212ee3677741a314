/** Notifications, sounds and the app's badge, as long as the chat page is there. */
import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Activity } from "../../client/activity.ts";
import { Notifier } from "../../client/notifier.ts";
import { isPushed } from "../../client/push.ts";
import { unreadOf } from "../../client/room_list.ts";
import { firstLine } from "../prose.tsx";
import { roomTitle } from "../room_link.tsx";
import type { ChatView } from "./context.ts";

export function useNotifications(view: ChatView, open: (roomId: string, messageId: string) => void): void {
  const { store } = view;
  useEffect(() => {
    const activity = new Activity(store.connection);
    const notifier = new Notifier({
      me: () => store.me.peek().id,
      settings: () => store.settings.peek(),
      room: (id) => store.rooms.peek().find((room) => room.id === id),
      shown: () => store.activeInfo.peek()?.id ?? null,
      isActive: () => activity.isActive,
      isBlocked: (userId) => store.isBlocked(userId),
      titleOf: (room, message) =>
        room.kind === "direct"
          ? message.display_name
          : `${message.display_name} · ${roomTitle(room, view.strings.peek())}`,
      textOf: (message) => firstLine(message.content) || "📎",
      hidden: () => view.strings.peek().notify.newMessage,
      onOpen: open,
    });
    view.notifier = notifier;
    void isPushed().then((pushed) => notifier.pushed = pushed);
    const stopMessages = store.watchMessages(notifier);
    const stopActivity = activity.start();
    // the service worker asks an open page to show a message
    const asked = (event: MessageEvent) => {
      const { type, room_id, message_id } = event.data ?? {};
      if (type === "open" && typeof room_id === "string" && typeof message_id === "string") open(room_id, message_id);
    };
    navigator.serviceWorker?.addEventListener("message", asked);
    return () => {
      stopMessages();
      stopActivity();
      view.notifier = null;
      navigator.serviceWorker?.removeEventListener("message", asked);
    };
  }, []);
  useSignalEffect(() => {
    const calling = store.rooms.value.reduce(
      (sum, room) => sum + (room.kind === "direct" ? unreadOf(room) : room.mentions?.length ?? 0),
      0,
    );
    if (!("setAppBadge" in navigator)) return;
    const badge = calling > 0 ? navigator.setAppBadge(calling) : navigator.clearAppBadge();
    badge.catch(() => {}); // where the page is not installed
  });
}
