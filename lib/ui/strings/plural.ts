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
