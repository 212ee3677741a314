/** Decides what Enter does with the composer's text. */
import type { UploadState } from "../../client/writing/attached.ts";
import { LIMITS } from "../../protocol/limits.ts";
import { isBlank } from "../../protocol/text/visible.ts";

/**
 * `failed_files`, `too_long`: the reader has to act first. `hold`: the message is sent once its files are uploaded.
 * `nothing`: there is nothing to send. An edit to an empty text counts as `deliver`: it asks whether to delete the
 * message.
 */
export type Submission = "failed_files" | "too_long" | "hold" | "nothing" | "deliver";

export function submissionOf(text: string, files: readonly UploadState["status"][], editing: boolean): Submission {
  // An edit changes only the text, not the files.
  const uploads = editing ? [] : files;
  if (uploads.includes("failed")) return "failed_files";
  if (text.length > LIMITS.content) return "too_long";
  if (uploads.some((status) => status !== "done")) return "hold";
  return isBlank(text) && uploads.length === 0 && !editing ? "nothing" : "deliver";
}
