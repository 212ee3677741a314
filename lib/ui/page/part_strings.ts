/** The texts of the parts that are fetched later (lazy.ts fetches them with the part). */
import { useStrings } from "../strings/context.ts";
import type { PartStrings, Strings } from "../strings/language.ts";
import { useChat } from "./context.ts";

/** All texts for a part that is fetched later: its own, and those of the first load. */
export function usePartStrings(): Strings & PartStrings {
  const { parts } = useChat();
  const strings = useStrings();
  if (parts.value === null) throw new Error("a part's texts come with it: fetch it by lazy()");
  return joined(strings, parts.value);
}

const known = new WeakMap<Strings, Strings & PartStrings>();

/** Merges the tables, group by group. */
function joined(strings: Strings, parts: PartStrings): Strings & PartStrings {
  const all = known.get(strings) ?? join(strings, parts);
  known.set(strings, all);
  return all;
}

function join(strings: Strings, parts: PartStrings): Strings & PartStrings {
  const all: Record<string, unknown> = { ...strings };
  for (const [group, texts] of Object.entries(parts)) {
    const first = all[group];
    all[group] = typeof first === "object" ? { ...first, ...texts } : texts;
  }
  // Each group of both tables is in it, complete.
  return all as unknown as Strings & PartStrings;
}
