import Offline from "../islands/Offline.tsx";
import { define } from "../lib/pages/define.ts";

/** The page that the service worker caches. All accounts get the same one, so it contains no account's data. */
export default define.page(function OfflineShell() {
  return <Offline />;
});
