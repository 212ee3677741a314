/** JSON from outside: parsed, bounded in depth, and without keys that objects treat specially. */
import { ChatError } from "../base/errors.ts";
import { NO_NUL, nulFieldOf } from "../protocol/text/nul.ts";

const MAX_DEPTH = 32;
const SPECIAL_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** Throws `bad_json` or, for a special key or U+0000, `invalid`. */
export function parseJson(text: string): unknown {
  if (text.startsWith("\ufeff")) {
    throw new ChatError("bad_json", "The body begins with a byte order mark (U+FEFF): send it without.");
  }
  refuseDepth(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : "it cannot be parsed";
    throw new ChatError("bad_json", `The body is not valid JSON: ${why.slice(0, 200)}`);
  }
  refuseSpecialKeys(value);
  const field = nulFieldOf(text, value);
  if (field !== undefined) throw new ChatError("invalid", `${JSON.stringify(field)} ${NO_NUL}.`, { field });
  return value;
}

/** Checks the depth in the text before parsing, so that no deep value is ever built. */
function refuseDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++; // a backslash and what it escapes
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) {
      inString = true;
    } else if (c === 0x7b || c === 0x5b) {
      if (++depth > MAX_DEPTH) {
        throw new ChatError("bad_json", `The body is nested more than ${MAX_DEPTH} levels deep.`);
      }
    } else if (c === 0x7d || c === 0x5d) {
      depth--;
    }
  }
}

function refuseSpecialKeys(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (SPECIAL_KEYS.has(name)) {
      throw new ChatError("invalid", `${JSON.stringify(name)} is not allowed as the name of a field: remove it.`, {
        field: name,
      });
    }
    refuseSpecialKeys(inner);
  }
}
