import { asset } from "fresh/runtime";
import { define } from "../lib/define.ts";

export default define.page(function App({ Component, state }) {
  const theme = state.theme ?? "system";
  return (
    <html lang="en" data-theme={theme === "system" ? undefined : theme}>
      <head>
        <meta charset="utf-8" />
        <title>Parley</title>
        <meta
          name="viewport"
          content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
        />
        <meta name="description" content="A calm place for a team to talk." />
        <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f6f3ee" />
        <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#120f0d" />
        <link rel="stylesheet" href={asset("/css/main.css")} />
        <link rel="icon" type="image/svg+xml" href={asset("/favicon.svg")} />
        <link rel="manifest" href={asset("/manifest.webmanifest")} />
      </head>
      <body>
        <Component />
      </body>
    </html>
  );
});
