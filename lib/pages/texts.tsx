import { Head } from "fresh/runtime";
import type { Language } from "../protocol/settings.ts";
import type { Assets } from "./assets.ts";

/** Lets the browser fetch the page's texts together with its scripts (islands/Chat.tsx waits for them). */
export function TextsAhead({ assets, language }: { assets: Assets; language: Language }) {
  const href = assets.module(`lib/ui/strings/${language}.ts?only=chat`);
  return href === undefined ? null : <Head>{<link key="texts" rel="modulepreload" href={href} />}</Head>;
}
