/** What went wrong, in the reader's language: the server's sentence is English, its code is for every language. */
import { ChatError } from "../../base/errors.ts";
import type { PartStrings, Strings } from "./language.ts";

/** @param refused comes with the parts: without it a refusal is said as what is unknown */
export function errorText(
  { failures }: { failures: Pick<Strings["failures"], "unknown"> & Partial<PartStrings["failures"]> },
  error: unknown,
): string {
  return error instanceof ChatError && failures.refused !== undefined ? failures.refused(error) : failures.unknown;
}
