import { define } from "../lib/pages/define.ts";
import { TEXTS } from "../lib/ui/strings/tables.ts";
import { pictureUrl } from "../lib/ui/parts/server_brand.tsx";

/** The web app manifest: an installed app has the team's name and picture. */
export const handler = define.handlers({
  GET({ state: { brand: { name, picture }, language } }) {
    const own = picture === null ? [] : [{ src: pictureUrl(picture), sizes: "any", purpose: "any" }];
    const manifest = {
      id: "/",
      name,
      short_name: name,
      description: TEXTS[language].pages.app.description,
      start_url: "/",
      scope: "/",
      display: "standalone",
      background_color: "#f6f3ee",
      theme_color: "#f6f3ee",
      categories: ["social", "productivity"],
      icons: [...own, ...ICONS],
      screenshots: [
        { src: "/screenshots/chat.png", sizes: "1280x800", type: "image/png", form_factor: "wide" },
        { src: "/screenshots/chat-phone.png", sizes: "375x812", type: "image/png", form_factor: "narrow" },
      ],
    };
    return new Response(JSON.stringify(manifest), { headers: { "content-type": "application/manifest+json" } });
  },
});

const ICONS = [
  { src: "/favicon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
  { src: "/icons/icon-192.png", sizes: "192x192", type: "image/png", purpose: "any" },
  { src: "/icons/icon-512.png", sizes: "512x512", type: "image/png", purpose: "any" },
  { src: "/icons/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
];
