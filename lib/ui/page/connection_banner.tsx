import { useStrings } from "../strings/context.ts";
import { OfflineIcon } from "../parts/icons.tsx";
import { useChat } from "./context.ts";

/** What the reader is told of the connection, on whichever screen they are. */
export function ConnectionBanner({ class: className }: { class?: string }) {
  const { store } = useChat();
  const banner = store.banner.value;
  return (
    <div role="status" class={className}>
      {banner !== "" && <BannerLine banner={banner} onRetry={() => store.connection.retryNow()} />}
    </div>
  );
}

function BannerLine({ banner, onRetry }: { banner: string; onRetry: () => void }) {
  const t = useStrings().banner;
  switch (banner) {
    case "history_reloaded":
      return <p class="banner banner-calm">{t.reloaded}</p>;
    case "ended":
    case "signed_out":
      return (
        <p class="banner">
          <OfflineIcon />
          {banner === "ended" ? t.ended : t.signedOut}
          <a href={`/login?next=${encodeURIComponent(location.pathname)}`}>{t.signIn}</a>
        </p>
      );
    case "stopped":
      return (
        <p class="banner">
          <OfflineIcon />
          {t.tooOld}
          <a href="">{t.reload}</a>
        </p>
      );
    default:
      return (
        <p class="banner">
          <OfflineIcon />
          {banner === "offline" ? t.offline : t.reconnecting} {t.willBeSent}
          <button type="button" class="link-button" onClick={onRetry}>{t.retry}</button>
        </p>
      );
  }
}
