/**
 * U+0000 is refused in whatever comes from outside: no text needs it, and what handles texts further on (databases,
 * shells, C libraries) ends them there.
 */

export const NO_NUL = "must not contain U+0000";

/** The dotted name of the first field with a U+0000 in its value or name; undefined: there is none. */
export function nulField(value: unknown): string | undefined {
  if (typeof value === "string") return value.includes("\0") ? "" : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = name.includes("\0") ? "" : nulField(inner);
    if (found !== undefined) return found === "" ? name.replaceAll("\0", "\\u0000") : `${name}.${found}`;
  }
  return undefined;
}

/** The same of what a JSON text holds. Only a text with the escape is looked through. */
export function nulFieldOf(json: string, value: unknown): string | undefined {
  return json.includes("\\u0000") ? nulField(value) : undefined;
}
