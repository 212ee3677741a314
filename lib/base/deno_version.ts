/**
 * Refuses to run on a Deno that is too old, in one sentence. Imported for its effect, first, by the entries: whatever
 * else they import may need what an older Deno lacks.
 */

/** The oldest minor release that `deno task versions` tries. */
const OLDEST = { major: 2, minor: 7 };

/** What to tell somebody who runs this on `version` (such as "2.6.8"); null: it is new enough. */
export function tooOld(version: string): string | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return null;
  return `Parley needs Deno ${OLDEST.major}.${OLDEST.minor} or newer, and this is ${version}. ` +
    "Run `deno upgrade`, or start it with `npx --yes deno@2.9.6 task start`.";
}

const refusal = tooOld(Deno.version.deno);
if (refusal !== null) {
  console.error(refusal);
  Deno.exit(1);
}
