import { OfflinePage } from "../lib/ui/offline_page.tsx";

export default function Offline() {
  return <OfflinePage />;
}
