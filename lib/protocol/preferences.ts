/** What a person may choose about how the interface looks and speaks to them. */

/** Those that lib/ui/strings/ has a table of. */
export const LANGUAGES = ["en", "pt"] as const;
export type Language = typeof LANGUAGES[number];

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/** The best of an `Accept-Language` header (RFC 9110, 12.5.4) that there is a table of; English where there is none. */
export function acceptedLanguage(header: string | null): Language {
  const wanted = (header ?? "").slice(0, 1_000).split(",").map((part) => {
    const [tag = "", ...parameters] = part.trim().toLowerCase().split(/\s*;\s*/);
    const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
    return { language: tag.split("-")[0], quality: Number(quality) || 0 };
  });
  const best = wanted.filter(({ language, quality }) => isLanguage(language) && quality > 0)
    .sort((a, b) => b.quality - a.quality)[0]?.language;
  return isLanguage(best) ? best : "en";
}
