/**
 * Decodes what comes from outside: frames, answers, what is stored in the browser. A decoder returns the value with its
 * type, or throws. It is for the page alone, where every byte of script delays the first load: the server, which must
 * say what is wrong with a value, uses valibot.
 */

export type Decoder<T> = (value: unknown) => T;
export type Decoded<D> = D extends (value: unknown) => infer T ? T : never;

/** A field that may be missing. */
export type MaybeAbsent<T> = Decoder<T> & { readonly mayBeAbsent: true };
export type Fields = Record<string, Decoder<unknown>>;
export type ObjectDecoder<F extends Fields> = Decoder<DecodedFields<F>> & { readonly entries: F };
type Flat<T> = { [Name in keyof T]: T[Name] };
type DecodedFields<F extends Fields> = Flat<
  & { [Name in keyof F as F[Name] extends { mayBeAbsent: true } ? never : Name]: Decoded<F[Name]> }
  & { [Name in keyof F as F[Name] extends { mayBeAbsent: true } ? Name : never]?: Decoded<F[Name]> }
>;

/** Made once: a frame may have many values that one decoder of a union refuses, and a stack trace costs time. */
const UNFIT = new TypeError("A value from outside has another shape than expected.");

/** A value for which the test holds. */
export function check<T>(fits: (value: unknown) => value is T): Decoder<T> {
  return (value) => {
    if (!fits(value)) throw UNFIT;
    return value;
  };
}

export const unknown: Decoder<unknown> = (value) => value;
export const string = check((value) => typeof value === "string");
export const number = check((value): value is number => typeof value === "number" && !Number.isNaN(value));
export const integer = check((value): value is number => Number.isSafeInteger(value));
export const boolean = check((value) => typeof value === "boolean");
const record_ = check((value): value is Record<string, unknown> => typeof value === "object" && value !== null);
const list = check((value): value is unknown[] => Array.isArray(value));

export function literal<const T>(expected: T): Decoder<T> & { readonly literal: T } {
  return Object.assign(check((value): value is T => value === expected), { literal: expected });
}

export function picklist<const T>(choices: readonly T[]): Decoder<T> {
  return check((value): value is T => choices.some((choice) => choice === value));
}

export function nullable<T>(inner: Decoder<T>): Decoder<T | null> {
  return (value) => value === null ? null : inner(value);
}

/** A field that may be missing, and then has this value. */
export function optional<T>(inner: Decoder<T>, fallback: T): Decoder<T> {
  return (value) => value === undefined ? fallback : inner(value);
}

/** A field that may be missing, and then is missing in the result. */
export function exactOptional<T>(inner: Decoder<T>): MaybeAbsent<T> {
  return Object.assign((value: unknown) => inner(value), { mayBeAbsent: true as const });
}

export function array<T>(inner: Decoder<T>): Decoder<T[]> {
  return (value) => list(value).map((item) => inner(item));
}

export function pair<A, B>(first: Decoder<A>, second: Decoder<B>): Decoder<[A, B]> {
  return (value) => {
    const [a, b] = list(value);
    return [first(a), second(b)];
  };
}

export function record<T>(inner: Decoder<T>): Decoder<Record<string, T>> {
  return (value) => Object.fromEntries(Object.entries(record_(value)).map(([name, item]) => [name, inner(item)]));
}

/** Other fields than these are left out. */
export function object<F extends Fields>(entries: F): ObjectDecoder<F> {
  const decode = (value: unknown) => {
    const given = record_(value);
    const decoded: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(entries)) {
      if (given[name] !== undefined || !("mayBeAbsent" in field)) decoded[name] = field(given[name]);
    }
    return decoded as DecodedFields<F>; // each field of F was decoded above
  };
  return Object.assign(decode, { entries });
}

/** Keeps other fields than these, undecoded. */
export function looseObject<F extends Fields>(entries: F): Decoder<DecodedFields<F> & Record<string, unknown>> {
  const decode = object(entries);
  return (value) => ({ ...record_(value), ...decode(value) });
}

/** What the second makes of what the first decoded. */
export function map<A, B>(decode: Decoder<A>, make: (value: A) => B): Decoder<B> {
  return (value) => make(decode(value));
}

/** The first that fits. */
export function union<A, B>(first: Decoder<A>, second: Decoder<B>): Decoder<A | B> {
  return (value) => {
    const found = safeParse(first, value);
    return found.success ? found.output : second(value);
  };
}

/** Objects that one field, a literal, tells apart. */
export function variant<const Cases extends readonly ObjectDecoder<Fields>[]>(
  tag: string,
  cases: Cases,
): Decoder<Decoded<Cases[number]>> {
  const byTag = new Map<unknown, Decoder<unknown>>(cases.map((one) => {
    const field = one.entries[tag];
    return [field !== undefined && "literal" in field ? field.literal : undefined, one];
  }));
  return (value) => {
    const decode = byTag.get(record_(value)[tag]);
    if (decode === undefined) throw UNFIT;
    return decode(value) as Decoded<Cases[number]>; // it is one of the cases
  };
}

export function safeParse<T>(decode: Decoder<T>, value: unknown): { success: true; output: T } | { success: false } {
  try {
    return { success: true, output: decode(value) };
  } catch {
    return { success: false };
  }
}
