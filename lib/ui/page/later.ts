/** What no page needs at first: it would be in the way of the first sight of the messages. */
import type { ChatView } from "./context.ts";
import { isMine, isPlainClick, roomIdOf } from "./navigation.ts";
import { isOwnLink } from "../message/prose.tsx";
import { startNotifications } from "./notifications.ts";

type Open = (roomId: string, messageId: string) => void;

/** Returns the undo. */
export function startLater(view: ChatView, open: Open): () => void {
  const stopNotifications = startNotifications(view, open);
  const follow = (event: MouseEvent) => followOwnLink(view, open, event);
  document.addEventListener("click", follow);
  return () => {
    stopNotifications();
    document.removeEventListener("click", follow);
  };
}

/** A link in a text that leads to this server moves inside the page; others open a tab of their own. */
function followOwnLink(view: ChatView, open: Open, event: MouseEvent): void {
  if (event.defaultPrevented || !isPlainClick(event) || !(event.target instanceof Element)) return;
  const link = event.target.closest<HTMLAnchorElement>(".prose a[rel]");
  // where the server did not know its address they have a target
  if (link === null || !isOwnLink(link.href, location.origin)) return;
  event.preventDefault();
  view.dialog.value = null;
  const roomId = roomIdOf(link.pathname);
  if (roomId === null || !isMine(view, roomId)) location.assign(link.href);
  else open(roomId, new URLSearchParams(link.search).get("at") ?? "");
}
