import Offline from "../islands/Offline.tsx";
import { define } from "../lib/pages/define.ts";

/** The shell that the service worker keeps: nobody's, so it says nothing of anybody. */
export default define.page(function OfflineShell() {
  return <Offline />;
});
