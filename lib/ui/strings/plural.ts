import { isolate } from "../../protocol/text/bidi.ts";

/** `one` and `other` are what the languages of the tables have; a language with more forms adds them here. */
interface Forms {
  one: string;
  other: string;
}

/** Chooses by the language's own rule (Unicode plural rules), and puts the number, as it writes it, in the place of `#`. */
export function counter(locale: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (count, forms) =>
    (rules.select(count) === "one" ? forms.one : forms.other).replaceAll("#", numbers.format(count));
}

/** Up to three names, or two and how many others there are. */
export function someOf(people: readonly string[], and: string, others: (n: number) => string): string {
  const names = people.map(isolate);
  const [last, ...before] = names.length > 3 ? [others(names.length - 2), ...names.slice(0, 2)] : [
    names.at(-1) ?? "",
    ...names.slice(0, -1),
  ];
  return before.length === 0 ? last : `${before.join(", ")} ${and} ${last}`;
}
