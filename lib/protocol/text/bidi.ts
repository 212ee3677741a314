/**
 * Texts of any direction inside sentences that are plain strings: a notification, a title, a label. What may be written
 * from right to left stands in a Unicode isolate, so that it does not reorder what stands around it; elements have
 * `<bdi>` and `dir="auto"` for that. Browser-safe.
 */

export type Direction = "ltr" | "rtl";

/** Letters and digits of the scripts that are written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko, Adlam … */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

export function isRightToLeft(text: string): boolean {
  return RIGHT_TO_LEFT.test(text);
}

/** Puts a text that could reorder its neighbours into an isolate of its own direction. */
export function isolate(text: string): string {
  return isRightToLeft(text) ? `\u2068${text}\u2069` : text;
}

/** `@name`, whether somebody has that name or not: it must keep its order inside right-to-left text. */
const NAMES = /(?<![\w.-])(@[\w.-]*\w)/;
/** Further names in one text are left as they are. */
const MOST_NAMES = 100;

/** Cuts a text at its names: every second piece is a name. One piece where no name needs an isolate. */
export function cutAtNames(text: string): string[] {
  if (!text.includes("@") || !isRightToLeft(text)) return [text];
  const pieces = text.split(NAMES);
  return pieces.length > 2 * MOST_NAMES ? [text] : pieces;
}

/** A template whose values are names and other people's texts: isolated`Join ${room}`. */
export function isolated(parts: TemplateStringsArray, ...values: (string | number)[]): string {
  return String.raw({ raw: parts }, ...values.map((value) => isolate(String(value))));
}
