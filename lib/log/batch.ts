/** The commands of one room that become one atomic: how many go together, and how they are answered. */
import { ChatError } from "../base/errors.ts";
import { LIMITS } from "../protocol/limits.ts";
import { estimatedMutations, type StoreLimits } from "../store/limits.ts";
import type { Pending } from "./append_options.ts";
import type { Outcome } from "./command.ts";

const MAX_COMMANDS = 200;
/** What one file adds to a commit: its record, and what the message says of it. */
const FILE_BYTES = 2_000;

/** How many of the commands that wait fit into one commit, by an estimate; at least one. */
export function batchSize(waiting: readonly Pending[], limits: StoreLimits): number {
  const maxBytes = limits.commitBytes / 2;
  let bytes = 0;
  let files = 0;
  let mutations = 0;
  let count = 0;
  for (const { command } of waiting) {
    bytes += "content" in command ? command.content.length * 2 : 200;
    if (command.type === "message" && command.files !== undefined) {
      files += command.files.length;
      bytes += command.files.length * FILE_BYTES;
    }
    // A mention is two keys more. An edit or a delete may take mentions back: those are only known when it is tried.
    mutations += "calls" in command && command.calls !== undefined ? 4 + 2 * command.calls.names.length : 5;
    const full = bytes > maxBytes || files > LIMITS.files || mutations > estimatedMutations(limits);
    if (count > 0 && (count >= MAX_COMMANDS || full)) break;
    count++;
  }
  return count;
}

/** Each command gets its own outcome. */
export function answer(batch: readonly Pending[], outcomes: readonly (Outcome | ChatError)[]): void {
  for (const [i, pending] of batch.entries()) {
    const outcome = outcomes[i];
    if (outcome instanceof ChatError) pending.reject(outcome);
    else if (outcome !== undefined) pending.resolve(outcome);
  }
}
