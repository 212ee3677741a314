/** Moving between rooms without a page load: addresses, back and forward, and the keyboard. */
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { messagePath } from "../message/message_path.ts";
import type { ChatView } from "./context.ts";

export interface Navigation {
  /** Opens a room, at a message if one is given. */
  open(roomId: string, messageId?: string): void;
  /** Handles a click on a link; leaves clicks that ask for a new tab to the browser. */
  follow(roomId: string, event: MouseEvent): void;
  /** Goes to the room list (on a phone). */
  back(event: MouseEvent): void;
}

export function useNavigation(view: ChatView, screen: Signal<"rooms" | "room">): Navigation {
  const show = (roomId: string) => {
    view.active.value = null;
    view.store.rooms.open(roomId);
    screen.value = "room";
    rememberRoom(view, roomId);
  };
  useEffect(() => {
    const onPop = () => {
      const place = placeOf(location, (id) => isMine(view, id));
      if (place === null) return location.reload();
      const { id, at } = place;
      if (id === null) return void (screen.value = "rooms");
      const here = view.store.rooms.activeInfo.peek()?.id === id;
      // a room that is shown anew goes there itself
      if (!here) view.at = at;
      show(id);
      if (here && at !== "") view.timeline?.toMessage(at);
    };
    addEventListener("popstate", onPop);
    // Fresh's client marks the history entry of the first page, and would reload the page when the reader goes back to
    // it.
    history.replaceState(null, "");
    const id = roomIdOf(location.pathname);
    if (id !== null) rememberRoom(view, id);
    return () => removeEventListener("popstate", onPop);
  }, []);
  // A room that the reader lost must not stay in the address.
  useEffect(() =>
    view.store.rooms.activeInfo.subscribe((room) => {
      if (room === null && roomIdOf(location.pathname) !== null && view.store.rooms.active.peek() === null) {
        history.replaceState(null, "", "/rooms");
        screen.value = "rooms";
      }
    }), []);
  const open = (roomId: string, messageId = "") => {
    const here = view.store.rooms.activeInfo.peek()?.id === roomId;
    // a room that is shown anew goes there itself
    view.at = here ? "" : messageId;
    if (messageId !== "") history.pushState(null, "", messagePath(roomId, messageId));
    else if (roomIdOf(location.pathname) !== roomId) {
      history.pushState(null, "", `/rooms/${encodeURIComponent(roomId)}`);
    }
    show(roomId);
    if (here && messageId !== "") view.timeline?.toMessage(messageId);
    if (messageId !== "") return;
    if (matchMedia("(hover: hover)").matches) requestAnimationFrame(() => view.focusComposer());
  };
  return {
    open,
    follow(roomId, event) {
      if (!isPlainClick(event)) return;
      event.preventDefault();
      open(roomId);
    },
    back(event) {
      event.preventDefault();
      history.pushState(null, "", "/rooms");
      screen.value = "rooms";
    },
  };
}

/** Ctrl or ⌘ + K finds a room, with Shift + F messages; Alt with the vertical arrows goes to the next room. */
export function useShortcuts(view: ChatView, navigation: Navigation): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      const command = (event.ctrlKey || event.metaKey) && !event.altKey;
      if (command && !event.shiftKey && key === "k") {
        event.preventDefault();
        view.open({ name: "switch" });
      } else if (command && event.shiftKey && key === "f") {
        event.preventDefault();
        view.open({ name: "search" });
      } else if (event.altKey && !event.ctrlKey && !event.metaKey && /^Arrow(Up|Down)$/.test(event.key)) {
        event.preventDefault();
        step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Escape" && view.who.peek() !== null) {
        view.who.value = null;
      } else if (event.key === "Escape" && !event.defaultPrevented && view.dialog.peek() === null) {
        view.active.value = null;
        // If the list of people covers the room.
        if (view.people.peek() === "open" && matchMedia("(width < 1100px)").matches) view.people.value = "closed";
        view.focusComposer();
      }
    };
    const step = (by: number) => {
      // In the order on the page.
      const links = [...document.querySelectorAll<HTMLAnchorElement>("a.room-link")];
      const at = links.findIndex((link) => link.getAttribute("aria-current") === "page");
      const next = links[(at + by + links.length) % links.length];
      const id = next === undefined ? null : roomIdOf(new URL(next.href).pathname);
      if (id !== null) navigation.open(id);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

/** Whether a click is plain: it asks for no new tab or window. */
type Click = Pick<MouseEvent, "button" | "metaKey" | "ctrlKey" | "shiftKey" | "altKey">;

export function isPlainClick(event: Click): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/** Whether the reader is in a room, as far as this page knows. */
export function isMine({ store }: ChatView, roomId: string): boolean {
  return store.rooms.all.peek().some(({ id }) => id === roomId);
}

/** What an address asks for: a room, at a message or "", or the list of rooms. null: load it from the server. */
export function placeOf(
  { pathname, search }: Pick<Location, "pathname" | "search">,
  isMine: (roomId: string) => boolean,
): { id: string | null; at: string } | null {
  const id = roomIdOf(pathname);
  if (id === null) return pathname === "/rooms" ? { id, at: "" } : null;
  // Opening a room that the reader is not in would join it.
  return isMine(id) ? { id, at: new URLSearchParams(search).get("at") ?? "" } : null;
}

/** The id of an address's room. */
export function roomIdOf(pathname: string): string | null {
  const id = /^\/rooms\/([^/]+)$/.exec(pathname)?.[1];
  return id === undefined ? null : decodeURIComponent(id);
}

/** Remembers the room that `/` opens next time; not after the session has ended. */
function rememberRoom({ store }: ChatView, roomId: string): void {
  if (store.connection.endedOnPurpose) return;
  document.cookie = `room=${encodeURIComponent(roomId)}; Path=/; Max-Age=31536000; SameSite=Lax`;
}
