import { define } from "../lib/pages/define.ts";
import { DEFAULT_SETTINGS } from "../lib/protocol/settings.ts";
import { pictureUrl, PRODUCT } from "../lib/ui/parts/server_brand.tsx";
import { TEXTS } from "../lib/ui/strings/tables.ts";

export default define.page(function App({ Component, state }) {
  // An error before the middleware has no reader.
  const { theme, density } = state.settings ?? DEFAULT_SETTINGS;
  const language = state.language ?? "en";
  const { chat, pages } = TEXTS[language];
  const { assets } = state;
  const { name, picture } = state.brand ?? PRODUCT;
  return (
    <html
      lang={chat.locale}
      data-theme={theme === "system" ? undefined : theme}
      data-density={density === "comfortable" ? undefined : density}
      dir={chat.dir}
    >
      <head>
        <meta charset="utf-8" />
        <title>{name}</title>
        <meta name="application-name" content={name} />
        <meta name="apple-mobile-web-app-title" content={name} />
        <meta
          name="viewport"
          content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
        />
        <meta name="description" content={pages.app.description} />
        <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f6f3ee" />
        <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#120f0d" />
        <link rel="stylesheet" href={assets.url("/css/main.css")} />
        <link rel="icon" type="image/svg+xml" href={assets.url("/favicon.svg")} />
        <link
          rel="apple-touch-icon"
          href={picture === null ? assets.url("/icons/apple-touch-icon.png") : pictureUrl(picture)}
        />
        <link rel="manifest" href="/manifest.webmanifest" />
      </head>
      <body>
        <Component />
        {assets.dev && <script type="module" src="/_fresh/reload.js" />}
      </body>
    </html>
  );
});
