import { useEffect } from "preact/hooks";
import { saveAvatar } from "../lib/client/writing/avatar.ts";
import { Requests } from "../lib/client/connection/requests.ts";
import { startPictureControl } from "../lib/ui/parts/forms/picture_control.ts";
import { useHydrated } from "../lib/ui/parts/use_hydrated.ts";

/** Saves and applies each choice of the appearance form at once. Without scripts the form's button does it. */
export default function LiveSettings({ user_id }: { user_id: string }) {
  useHydrated();
  useEffect(() => {
    const form = document.querySelector<HTMLFormElement>("#appearance form");
    const onChange = (event: Event) => {
      const { target } = event;
      if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) {
        void save(target.name, target.value);
      }
    };
    form?.addEventListener("change", onChange);
    startPictureControl(saveAvatar, () => showAnew("profile"));
    document.querySelector("form[action='/logout']")?.addEventListener("submit", () => forget(user_id));
    return () => form?.removeEventListener("change", onChange);
  }, []);
  return null;
}

/**
 * Clears the account's data in this browser. The answer to a sign-out asks for it too (Clear-Site-Data), but browsers
 * follow that only over https. Data of other accounts, such as a message that waits for their sign-in, stays.
 */
function forget(userId: string): void {
  for (const storage of [localStorage, sessionStorage]) {
    for (const key of Object.keys(storage)) {
      const [app, , owner] = key.split(":");
      if (app === "parley" && owner === userId) storage.removeItem(key);
    }
  }
}

async function save(name: string, value: string): Promise<void> {
  show(name, value);
  const saved = await patch({ [name]: value });
  const note = document.querySelector<HTMLElement>("[data-live-note]");
  // The page has to be loaded in the other language.
  if (saved && name === "language") return showAnew("appearance");
  if (note !== null) note.textContent = (saved ? note.dataset["saved"] : note.dataset["failed"]) ?? "";
}

/**
 * Loads the page anew, at the same card. Navigating to the present address would only move to its fragment, so the
 * second change in a row needs a reload.
 */
function showAnew(card: string): void {
  const address = `/settings?saved=${card}`;
  if (location.pathname + location.search === address) location.reload();
  else location.replace(`${address}#${card}`);
}

function show(name: string, value: string): void {
  if (name !== "theme" && name !== "density") return;
  const root = document.documentElement;
  if (value === "system" || value === "comfortable") delete root.dataset[name];
  else root.dataset[name] = value;
}

async function patch(change: Record<string, string>): Promise<boolean> {
  try {
    const answer = await new Requests().ask("/api/me/settings", {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(change),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
