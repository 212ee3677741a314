/**
 * U+0000 is refused in all input: no text needs it, and programs further on (databases, shells, C libraries) take it for
 * the end of the text.
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

/** As nulField(), for the parsed `value` of a JSON text; it is searched only where the text has the escape. */
export function nulFieldOf(json: string, value: unknown): string | undefined {
  return json.includes("\\u0000") ? nulField(value) : undefined;
}
