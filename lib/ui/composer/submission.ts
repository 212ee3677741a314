/** What Enter does with what stands in the composer. */
import type { UploadState } from "../../client/writing/attached.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { isBlank } from "../../protocol/text/visible.ts";

/**
 * `failed_files`, `too_long`: the reader has to do something first. `hold`: it goes out once its files are there.
 * `nothing`: there is nothing to send; an edit to nothing is delivered, for it asks whether to delete.
 */
export type Submission = "failed_files" | "too_long" | "hold" | "nothing" | "deliver";

export function submissionOf(text: string, files: readonly UploadState["status"][], editing: boolean): Submission {
  // an edit changes the text alone
  const uploads = editing ? [] : files;
  if (uploads.includes("failed")) return "failed_files";
  if (text.length > LIMITS.content) return "too_long";
  if (uploads.some((status) => status !== "done")) return "hold";
  return isBlank(text) && uploads.length === 0 && !editing ? "nothing" : "deliver";
}
