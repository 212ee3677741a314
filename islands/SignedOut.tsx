import { useEffect } from "preact/hooks";
import { useHydrated } from "../lib/ui/parts/use_hydrated.ts";

/** On the pages of those who are not signed in: a session that ended, however it did, leaves nobody's words behind. */
export default function SignedOut() {
  useHydrated();
  useEffect(() => {
    // with it alone anything was kept
    if (navigator.serviceWorker === undefined) return;
    import("../lib/client/offline/offline_database.ts").then(({ clearOffline }) => clearOffline()).catch(() => {});
  }, []);
  return null;
}
