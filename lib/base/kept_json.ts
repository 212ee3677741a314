/** The JSON of values that are sent again and again as they are. */
const texts = new WeakMap<object, string>();
const kept = new WeakSet<object>();

/** Has stringify() keep the value's JSON. The value must not change any more. */
export function keepJson<T extends object>(value: T): T {
  kept.add(value);
  return value;
}

/** What JSON.stringify() gives for an object, with the kept JSON of its members. */
export function stringify(body: unknown): string {
  if (typeof body !== "object" || body === null || !Object.values(body).some(isKept)) return JSON.stringify(body);
  const members = Object.entries(body).flatMap(([name, value]) => {
    const text: string | undefined = isKept(value) ? textOf(value) : JSON.stringify(value);
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
  });
  return `{${members.join(",")}}`;
}

function isKept(value: unknown): value is object {
  return typeof value === "object" && value !== null && kept.has(value);
}

function textOf(value: object): string {
  let text = texts.get(value);
  if (text === undefined) texts.set(value, text = JSON.stringify(value));
  return text;
}
