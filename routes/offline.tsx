import Offline from "../islands/Offline.tsx";
import { define } from "../lib/pages/define.ts";

/** The shell that the service worker keeps. It is the same for everybody, so it says nothing of an account. */
export default define.page(function OfflineShell() {
  return <Offline />;
});
