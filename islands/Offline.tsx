import { useHydrated } from "../lib/ui/parts/use_hydrated.ts";
import { OfflinePage } from "../lib/ui/page/offline_page.tsx";

export default function Offline() {
  useHydrated();
  return <OfflinePage />;
}
