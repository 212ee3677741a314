/**
 * One form of each emoji. Keyboards, pickers and programs write the same emoji with and without variation selectors
 * (U+FE0E, U+FE0F): all of them are stored and compared as Unicode's "fully-qualified" form, the one in the sets of
 * emoji recommended for general interchange (RGI). https://www.unicode.org/reports/tr51/#def_fully_qualified_emoji
 */

const SELECTORS = /[\ufe0e\ufe0f]/g;

/** Shown as text unless U+FE0F follows: these need it, but before a skin tone, and digits only in a keycap. */
const TEXT_STYLE = /(?![#*\d](?!\u20e3))(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;

/** The form in which an emoji is stored; any other text stays as it is but for its selectors. */
export function normalEmoji(text: string): string {
  return text.replace(SELECTORS, "").replace(TEXT_STYLE, "$&\ufe0f");
}
