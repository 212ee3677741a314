import { OfflinePage } from "../lib/ui/page/offline_page.tsx";

export default function Offline() {
  return <OfflinePage />;
}
