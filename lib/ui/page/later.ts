/** Parts that are not needed at first and would delay the first display of messages. */
import type { ChatView } from "./context.ts";
import { isMine, isPlainClick, roomIdOf } from "./navigation.ts";
import { isOwnLink } from "../message/prose.tsx";
import { startNotifications } from "./notifications.ts";

type Open = (roomId: string, messageId: string) => void;

/** Returns a function that stops it. */
export function startLater(view: ChatView, open: Open): () => void {
  const stopNotifications = startNotifications(view, open);
  const follow = (event: MouseEvent) => followOwnLink(view, open, event);
  document.addEventListener("click", follow);
  return () => {
    stopNotifications();
    document.removeEventListener("click", follow);
  };
}

/** Links in a text to pages of this server navigate inside the page; others open a new tab. */
function followOwnLink(view: ChatView, open: Open, event: MouseEvent): void {
  if (event.defaultPrevented || !isPlainClick(event) || !(event.target instanceof Element)) return;
  const link = event.target.closest<HTMLAnchorElement>(".prose a[rel]");
  // They have a target if the server did not know its own address.
  if (link === null || !isOwnLink(link.href, location.origin)) return;
  event.preventDefault();
  view.dialog.value = null;
  const roomId = roomIdOf(link.pathname);
  if (roomId === null || !isMine(view, roomId)) location.assign(link.href);
  else open(roomId, new URLSearchParams(link.search).get("at") ?? "");
}
