import { useEffect } from "preact/hooks";
import { useHydrated } from "../lib/ui/parts/use_hydrated.ts";

/** On pages for people who are not signed in: removes the messages that an ended session left in this browser. */
export default function SignedOut() {
  useHydrated();
  useEffect(() => {
    // Messages are stored only where there are service workers.
    if (navigator.serviceWorker === undefined) return;
    import("../lib/client/offline/offline_database.ts").then(({ clearOffline }) => clearOffline()).catch(() => {});
  }, []);
  return null;
}
