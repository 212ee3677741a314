import { isolate } from "../../protocol/text/bidi.ts";

/** A text for each plural category that the language has (Unicode's: zero, one, two, few, many, other). */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Chooses by the language's own rule, and puts the number, as the language writes it, in the place of `#`. */
export function counter(locale: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (count, forms) => (forms[rules.select(count)] ?? forms.other).replaceAll("#", numbers.format(count));
}

/** Joins names as the language does: up to three, or two and how many others there are. */
export function lister(locale: string): (people: readonly string[], others: (n: number) => string) => string {
  const list = new Intl.ListFormat(locale);
  return (people, others) => {
    const names = people.map(isolate);
    return list.format(names.length > 3 ? [...names.slice(0, 2), others(names.length - 2)] : names);
  };
}
